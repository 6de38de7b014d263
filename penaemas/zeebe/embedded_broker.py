"""One broker as our own child process: started, awaited, restarted when it dies, stopped in order, never orphaned."""

import asyncio
import contextlib
import enum
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import structlog

from penaemas.zeebe import broker_preconditions
from penaemas.zeebe.broker_log import BrokerLog
from penaemas.zeebe.broker_preconditions import BrokerCannotStart
from penaemas.zeebe.broker_process import BrokerProcess
from penaemas.zeebe.broker_settings import BrokerSettings, broker_environment, java_command
from penaemas.zeebe.java_runtime import java_major

log = structlog.get_logger(__name__)

READY_POLL_S = 0.1
PROBE_TIMEOUT_S = 2.0
# A graceful stop takes 2 s; the first one also writes the class archive, 5 s more.
STOP_LIMIT_S = 30.0
FIRST_BACK_OFF_S = 0.5
LONGEST_BACK_OFF_S = 30.0
# A broker that was ready for so long had no trouble starting: the next death begins a new series.
STEADY_AFTER_S = 60.0


class BrokerState(enum.StrEnum):
    """Where the broker stands, for whoever shows it."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"  # it died; `detail` says when we try again
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"  # it never became ready; nothing is tried again


@dataclass(frozen=True)
class BrokerEvent:
    """A change of state. `pid` is None while no process runs."""

    state: BrokerState
    detail: str = ""
    pid: int | None = None


OnState = Callable[[BrokerEvent], None]


class EmbeddedBroker:
    """Supervises one broker.

    `start` and `stop` belong to one event loop, whose thread must outlive the broker: on Linux the broker dies with it.
    """

    def __init__(self, settings: BrokerSettings, *, home: Path, java: Path, on_state: OnState | None = None) -> None:
        """
        Args:
            home: the unpacked distribution (`distribution.bring`).
            java: a Java 21 or newer (`java_runtime.find_java`).
            on_state: called on the event loop with every change; must not block.
        """
        self.settings = settings
        self.event = BrokerEvent(BrokerState.STOPPED)
        self._home = home
        self._java = java
        self._on_state = on_state
        self._process: BrokerProcess | None = None
        self._supervision: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The broker's process id while it runs."""
        return self._process.pid if self._process is not None and not self._process.exited.done() else None

    async def start(self) -> None:
        """Starts the broker and its supervision; returns at once, see `wait_ready`.

        Raises:
            BrokerCannotStart: a port is taken, the data folder is locked, full or cannot be written.
        """
        if self._supervision is not None:
            raise RuntimeError("This broker was started before.")
        lock = broker_preconditions.lock_data(self.settings.data_directory)
        try:
            broker_preconditions.require_space(self.settings.data_directory, self.settings.minimum_free_bytes)
            broker_preconditions.require_free_ports(self.settings.ports)
            major = await asyncio.to_thread(java_major, self._java)
        except BrokerCannotStart:
            os.close(lock)
            raise
        command = java_command(self.settings, self._home, self._java, major or 0)
        self._enter(BrokerState.STARTING)
        self._supervision = asyncio.create_task(self._supervise(command, lock), name="broker-supervision")

    async def wait_ready(self, timeout_s: float = 120.0) -> None:
        """Returns once the broker takes commands.

        Raises:
            BrokerCannotStart: it ended before it was ready, or is not ready in time.
        """
        try:
            async with asyncio.timeout(timeout_s):
                while self.event.state not in (BrokerState.READY, BrokerState.FAILED, BrokerState.STOPPED):
                    await self._changed.wait()
        except TimeoutError as timeout:
            raise BrokerCannotStart(
                f"The engine was not ready after {timeout_s:.0f} s; its log in the data folder says more."
            ) from timeout
        if self.event.state is not BrokerState.READY:
            raise BrokerCannotStart(self.event.detail or "The engine was stopped before it was ready.")

    async def stop(self, limit_s: float = STOP_LIMIT_S) -> None:
        """Ends the broker: SIGTERM, and SIGKILL after the limit. Does nothing if it does not run."""
        if self._supervision is None or self._supervision.done():
            return
        self._enter(BrokerState.STOPPING)
        # The supervision is ended first, so that it does not start again what is being ended here.
        self._supervision.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._supervision
        await self._end_process(limit_s)
        self._enter(BrokerState.STOPPED)

    async def _end_process(self, limit_s: float) -> None:
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(limit_s):
                await asyncio.shield(process.exited)
        except TimeoutError:
            log.warning("broker_killed", reason="did not stop in time", limit_s=limit_s)
            process.kill()
            await process.exited

    async def _supervise(self, command: list[str], lock: int) -> None:
        """Runs until cancelled, or until the first start fails."""
        failures = 0
        ever_ready = False
        try:
            while True:
                ready_for_s, ended = await self._run_once(command, lock)
                ever_ready = ever_ready or ready_for_s is not None
                if not ever_ready:
                    self._enter(BrokerState.FAILED, ended)
                    return
                failures = 0 if (ready_for_s or 0.0) >= STEADY_AFTER_S else failures + 1
                pause_s = back_off_s(failures)
                self._enter(BrokerState.RESTARTING, f"{ended} Starting it again in {pause_s:.1f} s.")
                await asyncio.sleep(pause_s)
        finally:
            # While it is being stopped the broker itself keeps the lock, by the descriptor it inherited.
            os.close(lock)

    async def _run_once(self, command: list[str], lock: int) -> tuple[float | None, str]:
        """One life of the process: seconds it was ready (None: never), and how it ended in words."""
        broker_log = BrokerLog()
        process = BrokerProcess(
            command, environment=broker_environment(self.settings), lock=lock, take_line=broker_log.take
        )
        self._process = process
        self._enter(BrokerState.STARTING)
        ready_at: float | None = None
        ready = asyncio.create_task(self._until_ready(), name="broker-readiness")
        try:
            await asyncio.wait((ready, process.exited), return_when=asyncio.FIRST_COMPLETED)
            if not process.exited.done():
                ready.result()
                ready_at = time.monotonic()
                self._enter(BrokerState.READY)
            exit_code = await asyncio.shield(process.exited)
        finally:
            ready.cancel()
        if ready_at is None:
            return None, broker_preconditions.explain_exit(exit_code, broker_log.complaints)
        return time.monotonic() - ready_at, f"The engine ended unexpectedly with code {exit_code}."

    async def _until_ready(self) -> None:
        """Waits for readiness and for a leader that the gateway knows: between the two it still refuses commands."""
        address = self.settings.address()
        async with httpx.AsyncClient(trust_env=False, timeout=PROBE_TIMEOUT_S) as client:
            while True:
                if await _answers(client, f"{address.management_url}/actuator/health/readiness") and await _has_leader(
                    client, f"{address.rest_url}/v1/topology"
                ):
                    return
                await asyncio.sleep(READY_POLL_S)

    def _enter(self, state: BrokerState, detail: str = "") -> None:
        self.event = BrokerEvent(state, detail, self.pid)
        log_event = log.warning if state in (BrokerState.RESTARTING, BrokerState.FAILED) else log.info
        log_event("broker_state_changed", state=state.value, detail=detail, broker_pid=self.pid)
        self._changed.set()
        self._changed = asyncio.Event()
        if self._on_state is not None:
            self._on_state(self.event)


def back_off_s(failures: int) -> float:
    """Pause before the next start after that many failures in a row: 0.5 s doubling to 30 s, less up to a quarter."""
    longest_s = min(LONGEST_BACK_OFF_S, FIRST_BACK_OFF_S * 2.0 ** min(max(failures - 1, 0), 10))
    return longest_s * (1 - random.random() / 4)  # noqa: S311 - jitter, not a secret


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False


async def _has_leader(client: httpx.AsyncClient, url: str) -> bool:
    try:
        answer = await client.get(url)
    except httpx.HTTPError:
        return False
    if not answer.is_success:
        return False
    return any(
        partition["role"] == "leader" and partition["health"] == "healthy"
        for broker in answer.json()["brokers"]
        for partition in broker.get("partitions", ())
    )
