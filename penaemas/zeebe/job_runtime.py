"""Serves job workers: every job type has its own hand and its own two feeds, so that none can starve another.

    stream ─┐                                  ┌─ Completed → complete
            ├─▶ Hand ─▶ input ─▶ handler ─▶ ───┼─ Rejected  → BPMN error
    poll  ──┘           (lease kept meanwhile)  └─ Failed    → retry after a back-off, or incident

It stands on the generated stubs that pyzeebe ships, not on pyzeebe's worker:
docs/adr/0010-job-runtime-on-generated-stubs.md says why.
"""

import asyncio
import random
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

import grpc
import structlog
from pyzeebe.proto.gateway_pb2 import ActivatedJob
from pyzeebe.proto.gateway_pb2_grpc import GatewayStub

from penaemas.licensing.clock import Clock
from penaemas.observability import metrics
from penaemas.observability.redaction import redact_text
from penaemas.zeebe.job_answers import Answer, AnswerRefused, Completed, Failed, JobAnswers, Rejected
from penaemas.zeebe.job_call import call_handler
from penaemas.zeebe.job_contract import (
    BusinessRejection,
    ContractViolation,
    JobWorker,
    TransientFailure,
)
from penaemas.zeebe.job_feeds import JobFeeds
from penaemas.zeebe.job_gateway import GatewayWatch
from penaemas.zeebe.job_hand import Hand, HeldJob
from penaemas.zeebe.job_lease import Lease
from penaemas.zeebe.job_outcome import outcome_of, tell
from penaemas.zeebe.job_retries import RetryPolicies, RetryPolicy

if TYPE_CHECKING:
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub

log = structlog.get_logger(__name__)

_STUCK_AFTER_S: Final = 60.0
_STREAM_QUIET_S: Final = 0.1
_STREAM_DRAIN_S: Final = 1.0
_STREAM_FORGOTTEN_S: Final = 0.3
_GIVE_BACK_S: Final = 2.0
_OUTAGE_WAIT: Final = timedelta(seconds=10)


@dataclass(frozen=True)
class _Lane:
    """One job type being served."""

    worker: JobWorker
    collaborators: Mapping[str, object]
    policy: RetryPolicy
    hand: Hand
    feeds: JobFeeds


class JobRuntime:
    """Serves the given workers over one channel until stopped.

    Usage:
        runtime = JobRuntime(JOBS, channel=open_channel(address), collaborators={…}, clock=clock, policies=policies)
        runtime.start(); …; await runtime.stop(timedelta(seconds=15))
    """

    def __init__(
        self,
        workers: Sequence[JobWorker],
        *,
        channel: grpc.aio.Channel,
        collaborators: Mapping[str, object],
        clock: Clock,
        policies: RetryPolicies,
        outages: tuple[type[Exception], ...] = (),
        most_waiting: int = 64,
        worker_name: str | None = None,
    ) -> None:
        """
        Args:
            outages: errors by which a handler says that something of the office's own is away, e.g. its database. They
                cost the job no try: when it is back, everything goes on without anybody having to resolve incidents.
            most_waiting: most jobs of one type that wait in this process for a free hand.

        Raises:
            CollaboratorMissing: a handler asks for something that is not in `collaborators`.
            ValueError: two workers serve the same job type.
        """
        served = [worker.job_type for worker in workers]
        twice = sorted({job_type for job_type in served if served.count(job_type) > 1})
        if twice:
            raise ValueError(f"served by more than one worker: {', '.join(twice)}")
        self._channel = channel
        self._chance = random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._outages = outages
        self._watch = GatewayWatch()
        stub = cast("GatewayAsyncStub", GatewayStub(channel))
        self._answers = JobAnswers(stub, self._watch)
        name = worker_name or f"pena@{socket.gethostname()}"
        self._lanes = tuple(
            self._lane(worker, collaborators, policies, stub, clock, most_waiting, name) for worker in workers
        )
        self._following: asyncio.Task[None] | None = None

    def _lane(
        self,
        worker: JobWorker,
        collaborators: Mapping[str, object],
        policies: RetryPolicies,
        stub: "GatewayAsyncStub",
        clock: Clock,
        most_waiting: int,
        worker_name: str,
    ) -> _Lane:
        async def work(job: HeldJob) -> None:
            await self._serve(lane, job)

        hand = Hand(
            at_once=worker.at_once,
            timeout=worker.timeout,
            most_waiting=most_waiting,
            in_hand=metrics.JOBS_IN_HAND.labels(worker.job_type),
            work=work,
        )
        lane = _Lane(
            worker=worker,
            collaborators=worker.signature.choose(collaborators),
            policy=policies.of(worker.job_type),
            hand=hand,
            feeds=JobFeeds(stub, worker, hand, worker_name=worker_name, watch=self._watch, clock=clock),
        )
        return lane

    def start(self) -> None:
        """Begins to serve. The engine need not be there yet."""
        self._following = asyncio.create_task(self._watch.follow(self._channel))
        for lane in self._lanes:
            lane.feeds.start()
        log.info("workers_started", job_types=[lane.worker.job_type for lane in self._lanes])

    async def stop(self, within: timedelta) -> None:
        """Takes no new job, gives back what was not begun, finishes what was, or gives it back too after `within`."""
        until = asyncio.get_running_loop().time() + within.total_seconds()
        for lane in self._lanes:
            lane.hand.close()
        await asyncio.gather(*(lane.feeds.close_poll() for lane in self._lanes))
        await self._drain_streams()
        await asyncio.gather(*(lane.feeds.close() for lane in self._lanes))
        waiting = [job for lane in self._lanes for job in lane.hand.take_back()]
        if waiting:
            # The engine learns a moment later that our streams are closed. A job given back before would be pushed
            # into one of them and lie there until its timeout.
            await asyncio.sleep(_STREAM_FORGOTTEN_S)
        await asyncio.gather(*(self._give_back(job) for job in waiting))
        await asyncio.gather(*(lane.hand.finish(until) for lane in self._lanes))
        if self._following is not None:
            self._following.cancel()
        log.info("workers_stopped", given_back=len(waiting))

    async def _drain_streams(self) -> None:
        """Reads what the gateway has already sent: a job that is lost with its stream would wait for its timeout."""
        began = newest = time.monotonic()
        while time.monotonic() - began < _STREAM_DRAIN_S and time.monotonic() - newest < _STREAM_QUIET_S:
            await asyncio.sleep(_STREAM_QUIET_S / 5)
            newest = max([newest, *(lane.hand.last_arrival_at for lane in self._lanes)])

    def checks(self) -> dict[str, Callable[[], str | None]]:
        """Conditions for `/readyz`, by name: each says why not, or None."""
        return {
            "gateway": lambda: self._watch.why_unreachable,
            "feeds": lambda: self._first(lambda lane: lane.feeds.why_dead),
            "hands": lambda: self._first(_why_stuck),
        }

    def _first(self, ask: Callable[[_Lane], str | None]) -> str | None:
        reasons = ((lane.worker.job_type, ask(lane)) for lane in self._lanes)
        return next((f"{job_type}: {reason}" for job_type, reason in reasons if reason is not None), None)

    async def _serve(self, lane: _Lane, held: HeldJob) -> None:
        """One job, from our hand to the engine's acceptance of the answer."""
        job = held.message
        attempt = lane.policy.attempt_of(job.retries)
        structlog.contextvars.clear_contextvars()  # of the job before, e.g. its case id
        with structlog.contextvars.bound_contextvars(
            process_instance_key=job.processInstanceKey, element_id=job.elementId, job_key=job.key, job_type=job.type
        ):
            outcome = "abandoned"
            if lane.hand.starts_in_time(held):
                outcome = await self._work_and_answer(lane, held, attempt)
            else:
                log.info("job_lease_passed_before_begin")
        took_s = time.monotonic() - held.arrived_at
        metrics.JOB_DURATION_SECONDS.labels(job.type, outcome).observe(took_s)

    async def _work_and_answer(self, lane: _Lane, held: HeldJob, attempt: int) -> str:
        job, began = held.message, time.monotonic()
        lease = Lease(
            self._answers,
            job_key=job.key,
            job_type=job.type,
            timeout=lane.worker.timeout,
            lease_until=held.lease_until,
        )
        with lease:
            try:
                answer = await self._result(lane, job, attempt)
            except asyncio.CancelledError:
                await self._give_back(held)
                raise
            accepted = await self._answer(job, answer)
        if not accepted:
            return "abandoned"
        outcome = outcome_of(answer)
        tell(answer, attempt=attempt, duration_s=round(time.monotonic() - began, 4))
        return outcome

    async def _answer(self, job: ActivatedJob, answer: Answer) -> bool:
        try:
            return await self._answers.send(job.key, job.type, answer)
        except AnswerRefused as refused:
            unreadable = Failed(f"AnswerRefused: the engine cannot read the worker's answer ({refused})", retries=0)
            log.error("job_answer_refused", answer=type(answer).__name__.lower(), reason=str(refused))
            return await self._answers.send(job.key, job.type, unreadable)

    async def _result(self, lane: _Lane, job: ActivatedJob, attempt: int) -> Answer:
        """Runs the handler and says what the engine is to be told.

        Raises:
            asyncio.CancelledError: we are stopping.
        """
        longest_s = lane.worker.works_at_most.total_seconds()
        try:
            async with asyncio.timeout(longest_s) as limit:
                return Completed(await call_handler(lane.worker, lane.collaborators, job, attempt))
        except BusinessRejection as rejection:
            variables = rejection.variables.model_dump_json() if rejection.variables is not None else "{}"
            return Rejected(rejection.code, redact_text(str(rejection)), variables)
        except ContractViolation as violation:
            return Failed(redact_text(str(violation)), retries=0)
        except TransientFailure as failure:
            return self._retry(lane, job, attempt, redact_text(str(failure)), failure.retry_after)
        except self._outages as outage:
            wait = _OUTAGE_WAIT * self._chance.uniform(0.5, 1)
            return Failed(f"{type(outage).__name__}: tried again until it is back", retries=job.retries, wait=wait)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return self._retry(lane, job, attempt, "UnexpectedError: CancelledError")
        # The one place of this package that catches everything: whatever a handler raises must end in an answer.
        # The class is told and never the text, which may hold what an applicant typed.
        except Exception as error:
            if isinstance(error, TimeoutError) and limit.expired():
                return self._retry(lane, job, attempt, f"HandlerTooSlow: no result within {longest_s:.0f} s")
            log.info("job_raised_unexpected_error", exc_info=error)
            return self._retry(lane, job, attempt, f"UnexpectedError: {type(error).__name__}")

    def _retry(
        self, lane: _Lane, job: ActivatedJob, attempt: int, message: str, retry_after: timedelta | None = None
    ) -> Failed:
        wait = retry_after if retry_after is not None else lane.policy.wait_after(attempt, self._chance)
        retries = lane.policy.retries_after_failure(job.retries)
        return Failed(message, retries=retries, wait=wait if retries else timedelta(0))

    async def _give_back(self, held: HeldJob) -> None:
        """Lets another worker have the job at once. Its tries stay as they were."""
        job = held.message
        back = Failed("given back: the worker stops", retries=job.retries)
        try:
            async with asyncio.timeout(_GIVE_BACK_S):
                await self._answers.send(job.key, job.type, back)
        except (TimeoutError, AnswerRefused):
            log.info("job_not_given_back", job_key=job.key, job_type=job.type)


def _why_stuck(lane: _Lane) -> str | None:
    stuck_s = lane.hand.stuck_for_s
    if stuck_s <= _STUCK_AFTER_S:
        return None
    return f"all {lane.hand.at_once} hands are busy and none has finished for {stuck_s:.0f} s"
