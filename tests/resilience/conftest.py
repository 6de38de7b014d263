"""One real broker for the faults of the job runtime: its clock can be moved, and every record it exports is kept."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import grpc
import httpx
import pytest
from pyzeebe.proto.gateway_pb2_grpc import GatewayStub

from penaemas.cli.bench.workers import free_ports
from penaemas.zeebe import distribution, java_runtime
from penaemas.zeebe.broker_settings import BrokerPorts, BrokerSettings
from penaemas.zeebe.connection import EngineAddress, open_channel
from penaemas.zeebe.embedded_broker import EmbeddedBroker
from penaemas.zeebe.history_feed import HistoryFeeds
from tests.resilience.record_catcher import RecordCatcher

if TYPE_CHECKING:
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub


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


async def _start(folder: Path) -> Engine:
    records = RecordCatcher()
    await records.start()
    ports = BrokerPorts(*free_ports(5))
    feeds = HistoryFeeds(url=f"http://127.0.0.1:{records.port}", password="only for this test")
    settings = BrokerSettings(folder / "zeebe", ports, feeds=feeds, controlled_clock=True)
    home = await asyncio.to_thread(distribution.bring)
    broker = EmbeddedBroker(settings, home=home, java=java_runtime.find_java())
    await broker.start()
    await broker.wait_ready()
    return Engine(broker, settings.address(), records)


async def _stop(engine: Engine) -> None:
    await engine.broker.stop()
    await engine.records.stop()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Started once; every test uses job types and process ids of its own."""
    thread = LoopThread()
    running = thread.run(_start(tmp_path_factory.mktemp("engine")))
    yield running
    thread.run(_stop(running))
    thread.close()


@pytest.fixture
async def channel(engine: Engine) -> AsyncIterator[grpc.aio.Channel]:
    """A connection of this test's own event loop."""
    opened = open_channel(engine.address)
    yield opened
    await opened.close(None)


@pytest.fixture
def gateway(channel: grpc.aio.Channel) -> "GatewayAsyncStub":
    """The engine's own calls."""
    return cast("GatewayAsyncStub", GatewayStub(channel))
