"""The jobs of one type that this process holds: so many being worked on, so many waiting, and never more."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog
from prometheus_client import Gauge
from pyzeebe.proto.gateway_pb2 import ActivatedJob

log = structlog.get_logger(__name__)

_SHARE_OF_TIMEOUT_TO_WAIT: Final = 0.25
_STARTS_WITH_AT_LEAST: Final = 0.1  # share of the timeout
_WEIGHT_OF_NEWEST: Final = 0.1


@dataclass(slots=True)
class HeldJob:
    """A job that reached us.

    Attributes:
        path: "stream" or "poll".
        lease_until: on the monotonic clock, when the engine gives it to another worker.
    """

    message: ActivatedJob
    path: str
    lease_until: float
    arrived_at: float = field(default_factory=time.monotonic)


class Hand:
    """Takes jobs from the feeds, lets `at_once` of them be worked on together, and keeps a few waiting.

    How many may wait follows from how long the work takes: only what will begin well within its lease is taken in.
    """

    def __init__(
        self,
        *,
        at_once: int,
        timeout: timedelta,
        most_waiting: int,
        in_hand: Gauge,
        work: Callable[[HeldJob], Awaitable[None]],
    ) -> None:
        self.at_once = at_once
        self._timeout_s = timeout.total_seconds()
        self._most_waiting = max(at_once, most_waiting)
        self._in_hand = in_hand
        self._work = work
        self._waiting: deque[HeldJob] = deque()
        self._workers: set[asyncio.Task[None]] = set()
        self._mean_s: float | None = None
        self._closing = False
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._runs_low = asyncio.Event()
        self._runs_low.set()
        self._moved_at = time.monotonic()
        self.last_arrival_at = 0.0

    @property
    def may_wait(self) -> int:
        """How many jobs may wait for a free hand at present."""
        if self._mean_s is None:
            return self.at_once
        soon = self.at_once * self._timeout_s * _SHARE_OF_TIMEOUT_TO_WAIT / max(self._mean_s, 1e-4)
        return max(self.at_once, min(self._most_waiting, int(soon)))

    @property
    def room(self) -> int:
        """How many more jobs this hand takes now."""
        return max(0, self.at_once - len(self._workers) + self.may_wait - len(self._waiting))

    @property
    def stuck_for_s(self) -> float:
        """How long all hands have been busy without a single result; 0 while one is free."""
        return time.monotonic() - self._moved_at if len(self._workers) >= self.at_once else 0.0

    def take(self, job: HeldJob) -> None:
        """Accepts a job from a feed: it is begun if a hand is free and waits otherwise."""
        self.last_arrival_at = job.arrived_at
        self._in_hand.inc()
        if self._closing or len(self._workers) >= self.at_once:
            self._waiting.append(job)
        else:
            self._moved_at = time.monotonic()
            worker = asyncio.create_task(self._work_on(job))
            self._workers.add(worker)
            worker.add_done_callback(self._worker_ended)
        self._signal()

    async def until_room(self) -> None:
        """Returns when at least one more job may come; at once while closing, so that nothing stays unread."""
        await self._has_room.wait()

    async def until_low(self) -> None:
        """Returns when at least half of what may wait has been used up: the moment to ask for a batch."""
        await self._runs_low.wait()

    def starts_in_time(self, job: HeldJob) -> bool:
        """Whether enough of the lease is left to begin."""
        return job.lease_until - time.monotonic() > self._timeout_s * _STARTS_WITH_AT_LEAST

    def close(self) -> None:
        """From now on nothing is begun; what still arrives waits for `take_back`."""
        self._closing = True
        self._signal()

    def take_back(self) -> list[HeldJob]:
        """The jobs that were not begun. They are no longer in this hand."""
        jobs = list(self._waiting)
        self._waiting.clear()
        self._in_hand.dec(len(jobs))
        return jobs

    async def finish(self, until: float) -> None:
        """Waits for the jobs being worked on until the given instant of the loop's clock, then cancels them."""
        if self._workers:
            left_s = max(0.0, until - asyncio.get_running_loop().time())
            _, unfinished = await asyncio.wait(self._workers, timeout=left_s)
            for worker in unfinished:
                worker.cancel()
            if unfinished:
                await asyncio.wait(unfinished)

    async def _work_on(self, first: HeldJob) -> None:
        job: HeldJob | None = first
        while job is not None:
            began = time.monotonic()
            try:
                await self._work(job)
            finally:
                self._in_hand.dec()
                self._note_duration(time.monotonic() - began)
            job = self._waiting.popleft() if self._waiting and not self._closing else None
            self._signal()

    def _worker_ended(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        if not worker.cancelled() and (error := worker.exception()) is not None:
            log.error("job_worker_broke", exc_info=error)
        if self._waiting and not self._closing:
            waiting = self._waiting.popleft()
            self._in_hand.dec()
            self.take(waiting)
        self._signal()

    def _note_duration(self, took_s: float) -> None:
        self._moved_at = time.monotonic()
        mean = self._mean_s
        self._mean_s = took_s if mean is None else mean + _WEIGHT_OF_NEWEST * (took_s - mean)

    def _signal(self) -> None:
        room = self.room
        _set(self._has_room, room > 0 or self._closing)
        _set(self._runs_low, room * 2 >= self.may_wait)


def _set(event: asyncio.Event, is_so: bool) -> None:
    if is_so:
        event.set()
    else:
        event.clear()
