"""The two paths on which jobs of one type reach us, at the same time and into the same hand.

The stream brings a new job within milliseconds. Polling brings what existed before the stream was opened and what a
stream could not deliver: the engine keeps such jobs for those who ask. Both stop reading while the hand is full; the
gateway notices by gRPC's flow control and keeps the jobs.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import grpc
import structlog
from pyzeebe.proto import gateway_pb2

from penaemas.licensing.clock import Clock
from penaemas.observability import metrics
from penaemas.zeebe.job_contract import JobWorker
from penaemas.zeebe.job_gateway import Backoff, GatewayWatch
from penaemas.zeebe.job_hand import Hand, HeldJob

if TYPE_CHECKING:
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub

log = structlog.get_logger(__name__)

POLL_S: Final = 30.0
"""How long the gateway holds a question that it has no job for."""

_GRACE_S: Final = 10.0
_HAD_TO_WAIT_S: Final = 0.02
_LASTED_S: Final = 5.0


class JobFeeds:
    """Stream and poller of one job type."""

    def __init__(
        self,
        stub: "GatewayAsyncStub",
        worker: JobWorker,
        hand: Hand,
        *,
        worker_name: str,
        watch: GatewayWatch,
        clock: Clock,
    ) -> None:
        self._stub = stub
        self._job_type = worker.job_type
        self._timeout_s = worker.timeout.total_seconds()
        self._fetch = worker.signature.variables_to_fetch
        self._hand = hand
        self._worker_name = worker_name
        self._watch = watch
        self._clock = clock
        self._streamed = metrics.JOBS_ACTIVATED_TOTAL.labels(worker.job_type, "stream")
        self._polled = metrics.JOBS_ACTIVATED_TOTAL.labels(worker.job_type, "poll")
        self._reconnects = metrics.STREAM_RECONNECTS_TOTAL.labels(worker.job_type)
        self._polls_until: float | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._stream_task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Opens both paths."""
        self._stream_task = asyncio.create_task(self._keep("stream", self._stream))
        self._tasks = [self._stream_task, asyncio.create_task(self._keep("poll", self._poll))]

    async def close_poll(self) -> None:
        """Asks no more. The stream is still read."""
        await _cancel([task for task in self._tasks if task is not self._stream_task])

    async def close(self) -> None:
        """Closes both paths."""
        await _cancel(self._tasks)

    @property
    def why_dead(self) -> str | None:
        """In words for an operator, or None while both paths are served."""
        if any(task.done() for task in self._tasks):
            return "a feed has ended"
        late_s = time.monotonic() - self._polls_until if self._polls_until is not None else 0.0
        return f"polling is {late_s:.0f} s late" if late_s > _GRACE_S else None

    async def _keep(self, path: str, feed: Callable[[], Awaitable[None]]) -> None:
        """Runs a feed for ever; a defect in it must not end the job type."""
        backoff = Backoff(first=0.5, longest=60)
        while True:
            (ended,) = await asyncio.gather(feed(), return_exceptions=True)
            log.error("job_feed_broke", job_type=self._job_type, path=path, exc_info=ended)
            await backoff.wait()

    # --- stream ---

    async def _stream(self) -> None:
        backoff = Backoff()
        while True:
            opened_at = time.monotonic()
            try:
                await self._read_stream()
            except grpc.aio.AioRpcError as error:
                self._watch.failed(error.code())
            if time.monotonic() - opened_at > _LASTED_S:
                backoff.reset()
            self._reconnects.inc()
            await backoff.wait()

    async def _read_stream(self) -> None:
        """Reads one stream to its end."""
        request = gateway_pb2.StreamActivatedJobsRequest(
            type=self._job_type,
            worker=self._worker_name,
            timeout=round(self._timeout_s * 1000),
            fetchVariable=self._fetch,
        )
        # Waiting for the connection here means that no attempt fails, and none is logged, while the broker is away.
        stream = self._stub.StreamActivatedJobs(request, wait_for_ready=True)
        hand = self._hand
        empty_at = time.monotonic()  # when the stream was last known to hold nothing unread
        while True:
            if not hand.room:
                await hand.until_room()
            asked_at = time.monotonic()
            message = await stream.read()
            if not isinstance(message, gateway_pb2.ActivatedJob):
                return
            arrived_at = time.monotonic()
            if arrived_at - asked_at > _HAD_TO_WAIT_S:
                empty_at = arrived_at
            age_s = self._age_s(message, at_most=arrived_at - empty_at)
            self._streamed.inc()
            hand.take(HeldJob(message, "stream", arrived_at + self._timeout_s - age_s, arrived_at))

    def _age_s(self, job: gateway_pb2.ActivatedJob, *, at_most: float) -> float:
        """How long ago a streamed job was activated.

        The deadline tells, if the engine's clock and ours agree. Where they do not, a job cannot have lain in the
        stream for longer than the stream has held anything.
        """
        left_s = job.deadline / 1000 - self._clock.now().timestamp()
        return min(at_most, max(0.0, self._timeout_s - left_s))

    # --- poll ---

    async def _poll(self) -> None:
        backoff = Backoff()
        while True:
            self._polls_until = None
            await self._hand.until_low()
            self._polls_until = time.monotonic() + POLL_S + _GRACE_S
            asked_at = time.monotonic()
            try:
                found = await self._ask_once()
            except grpc.aio.AioRpcError as error:
                # Under load the gateway answers a long poll a little late; that is no trouble.
                if error.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
                    self._watch.failed(error.code())
                await backoff.wait()
                continue
            self._watch.answered()
            if found or time.monotonic() - asked_at > 1:
                backoff.reset()
            else:
                await backoff.wait()

    async def _ask_once(self) -> int:
        """One long poll for as many jobs as there is room for.

        Returns:
            how many came.
        """
        request = gateway_pb2.ActivateJobsRequest(
            type=self._job_type,
            worker=self._worker_name,
            timeout=round(self._timeout_s * 1000),
            maxJobsToActivate=max(1, self._hand.room),
            fetchVariable=self._fetch,
            requestTimeout=round(POLL_S * 1000),
        )
        found = 0
        async for batch in self._stub.ActivateJobs(request, timeout=POLL_S + _GRACE_S, wait_for_ready=True):
            for message in batch.jobs:
                arrived_at = time.monotonic()
                self._hand.take(HeldJob(message, "poll", arrived_at + self._timeout_s, arrived_at))
                found += 1
        self._polled.inc(found)
        return found


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
