"""The real broker of this folder: its clock can be moved, and every record it exports is kept."""

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from penaemas.cli.throwaway_ports import free_row
from penaemas.zeebe import java_runtime
from penaemas.zeebe.broker_settings import BrokerPorts, BrokerSettings
from penaemas.zeebe.connection import EngineAddress
from penaemas.zeebe.embedded_broker import EmbeddedBroker
from penaemas.zeebe.history_feed import HistoryFeeds
from tests.engines import unpacked_engine
from tests.resilience.record_catcher import RecordCatcher

T = TypeVar("T")


class LoopThread:
    """An event loop in a thread of its own: the broker must outlive the loop of a single test."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs it there and waits."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=180)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass
class Engine:
    """The running broker and what it has exported."""

    broker: EmbeddedBroker
    address: EngineAddress
    records: RecordCatcher
    moved_ms: int = 0

    async def let_pass(self, milliseconds: int) -> None:
        """Moves the engine's clock."""
        await self._move(milliseconds)
        self.moved_ms += milliseconds

    async def restore_clock(self) -> None:
        """A restarted engine is back at the machine's time: brings it where it was."""
        if self.moved_ms:
            await self._move(self.moved_ms)

    async def _move(self, milliseconds: int) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(
                f"{self.address.management_url}/actuator/clock/add", json={"offsetMilli": milliseconds}
            )
            answer.raise_for_status()


async def start_engine(folder: Path) -> Engine:
    records = RecordCatcher()
    await records.start()
    ports = BrokerPorts(*free_row(5))
    feeds = HistoryFeeds(url=f"http://127.0.0.1:{records.port}", password="only for this test")
    settings = BrokerSettings(folder / "zeebe", ports, feeds=feeds, controlled_clock=True)
    home = await asyncio.to_thread(unpacked_engine)
    broker = EmbeddedBroker(settings, home=home, java=java_runtime.find_java())
    await broker.start()
    await broker.wait_ready()
    return Engine(broker, settings.address(), records)


async def stop_engine(engine: Engine) -> None:
    await engine.broker.stop()
    await engine.records.stop()
