"""The tree of one office: broker, history, workers, portal; started together, awaited each, stopped in order."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from penaemas.cli.problem import Problem
from penaemas.cli.supervision.child import Child
from penaemas.cli.supervision.plans import Plans
from penaemas.cli.supervision.ports import Ports
from penaemas.cli.supervision.probes import ask, until_ready
from penaemas.cli.supervision.progress import Progress
from penaemas.zeebe.broker_preconditions import BrokerCannotStart
from penaemas.zeebe.demo_clock import DemoClock
from penaemas.zeebe.embedded_broker import BrokerEvent, BrokerState, EmbeddedBroker
from penaemas.zeebe.errors import EngineUnavailable

log = structlog.get_logger(__name__)

READY_WITHIN = timedelta(seconds=120)
HOPELESS_AFTER_DEATHS = 3
LOOK_EVERY_S = 0.2


@dataclass
class Timing:
    """Seconds from the start of the tree."""

    engine_s: float | None = None
    all_s: float = 0.0
    _started: float = field(default_factory=time.monotonic)

    def since_start(self) -> float:
        """Seconds since the tree was made."""
        return time.monotonic() - self._started


class OfficeTree:
    """All processes of one office on this machine. The broker is None where the engine is a cluster of the office's
    own.
    """

    def __init__(
        self, plans: Plans, ports: Ports, broker: EmbeddedBroker | None, clock: DemoClock | None, progress: Progress
    ) -> None:
        self.timing = Timing()
        self._ports = ports
        self._broker = broker
        self._clock = clock
        self._progress = progress
        self._was_ready = False
        self._clock_tasks: set[asyncio.Task[None]] = set()
        self.history = Child(plans.history, self._died)
        self.workers = Child(plans.workers, self._died)
        self.portal = Child(plans.portal, self._died)

    async def start(self) -> None:
        """Start everything and wait until all of it is ready.

        Raises:
            Problem: a part does not become ready; what runs by then keeps running until `stop`.
        """
        waits = [
            self._part("riwayat · history", self.history, self._ports.history),
            self._part("pekerja · workers", self.workers, self._ports.workers),
            self._part("portal", self.portal, self._ports.portal),
        ]
        if self._broker is not None:
            waits.append(self._engine(self._broker))
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._was_ready = True
        self.timing.all_s = self.timing.since_start()

    async def stop(self) -> None:
        """Stop who asks for work first, then who does it, then the engine, and last who keeps the facts it still
        tells.
        """
        for child in (self.portal, self.workers):
            with self._progress.step(f"berhenti · stopping: {child.plan.name}"):
                await child.stop()
        if self._broker is not None:
            with self._progress.step("berhenti · stopping: engine"):
                await self._broker.stop()
        with self._progress.step(f"berhenti · stopping: {self.history.plan.name}"):
            await self.history.stop()

    def engine_changed(self, event: BrokerEvent) -> None:
        """To be told of every change of the broker's state: a demonstration's clock has to be set after each start."""
        if event.state is BrokerState.RESTARTING and self._was_ready:
            self._progress.say(f"! mesin · engine: {event.detail}")
        if event.state is BrokerState.READY and self._was_ready and self._clock is not None:
            task = asyncio.ensure_future(self._set_clock(self._clock))
            self._clock_tasks.add(task)
            task.add_done_callback(self._clock_tasks.discard)

    async def _engine(self, broker: EmbeddedBroker) -> None:
        with self._progress.step("mesin proses · engine"):
            try:
                await broker.start()
                await broker.wait_ready(READY_WITHIN.total_seconds())
            except BrokerCannotStart as reason:
                raise Problem(str(reason), "The engine's own words are in logs/ of the data folder.") from reason
            if self._clock is not None:
                await self._set_clock(self._clock)
            self.timing.engine_s = self.timing.since_start()

    async def _set_clock(self, clock: DemoClock) -> None:
        try:
            await clock.apply()
        except EngineUnavailable:
            # It has died again in this moment; the next start comes here again.
            log.warning("demo_clock_not_set")

    async def _part(self, name: str, child: Child, port: int) -> None:
        with self._progress.step(name):
            await child.start()
            ready = asyncio.ensure_future(until_ready(port, "/readyz"))
            try:
                await asyncio.wait_for(self._unless_hopeless(child, ready), READY_WITHIN.total_seconds())
            except TimeoutError as late:
                raise Problem(
                    f"{child.plan.name} is not ready after {READY_WITHIN.total_seconds():.0f} s: {await _why(port)}.",
                    f"Its log is {child.plan.output}; start again when that is mended.",
                ) from late
            finally:
                ready.cancel()

    async def _unless_hopeless(self, child: Child, ready: "asyncio.Future[None]") -> None:
        while not ready.done():
            if child.deaths >= HOPELESS_AFTER_DEATHS:
                raise Problem(
                    f"{child.plan.name} ends again and again as soon as it is started: {child.last_words()}",
                    f"All it said is in {child.plan.output}; start again when that is mended.",
                )
            await asyncio.wait((ready,), timeout=LOOK_EVERY_S)

    def _died(self, name: str, code: int, pause_s: float) -> None:
        log.warning("process_died", child=name, exit_code=code, restart_in_s=pause_s)
        if self._was_ready:
            self._progress.say(f"! {name}: ended with code {code}; starting it again in {pause_s:.1f} s")


async def _why(port: int) -> str:
    """What a process says itself about not being ready."""
    answer = await ask(port, "/readyz")
    try:
        return "; ".join(f"{name}: {reason}" for name, reason in json.loads(answer.body)["reasons"].items())
    except (ValueError, KeyError, TypeError, AttributeError):
        return answer.body.strip() or f"HTTP {answer.status}"
