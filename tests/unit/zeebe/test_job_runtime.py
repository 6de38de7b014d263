"""What the runtime does with a job, against a gateway double over real gRPC."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest
import structlog
from structlog.testing import capture_logs
from structlog.typing import EventDict

from penaemas.observability import metrics
from penaemas.zeebe.job_contract import (
    BusinessRejection,
    ContractViolation,
    JobContext,
    JobInput,
    JobKey,
    JobOutput,
    JobWorker,
    TransientFailure,
    seconds,
)
from penaemas.zeebe.job_handler import CollaboratorMissing
from penaemas.zeebe.job_retries import RetryPolicies, RetryPolicy
from penaemas.zeebe.job_runtime import JobRuntime
from tests.gateway_double import FakeGateway, Job
from tests.waiting import wait_until_async

INVENTED_NIK = "9999990101019999"
PATIENT = RetryPolicies(default=RetryPolicy(attempts=3, first_wait_s=5, jitter=0))


class AnInput(JobInput):
    case_id: str = "CASE-1"


class AnOutput(JobOutput):
    identity_verified: bool


class RealTime:
    """The present, as the engine's deadlines are in this test."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    fake = FakeGateway()
    await fake.start()
    yield fake
    await fake.stop()


Serve = Callable[..., Awaitable[JobRuntime]]


@pytest.fixture
async def serve(gateway: FakeGateway) -> AsyncIterator[Serve]:
    """Starts a runtime for the given workers; every one is stopped at the end."""
    running: list[tuple[JobRuntime, grpc.aio.Channel]] = []

    async def start(
        *workers: JobWorker,
        policies: RetryPolicies = PATIENT,
        outages: tuple[type[Exception], ...] = (),
        **collaborators: object,
    ) -> JobRuntime:
        options = (("grpc.initial_reconnect_backoff_ms", 50), ("grpc.max_reconnect_backoff_ms", 200))
        channel = grpc.aio.insecure_channel(f"127.0.0.1:{gateway.port}", options=options)
        runtime = JobRuntime(
            workers,
            channel=channel,
            collaborators=collaborators,
            clock=RealTime(),
            policies=policies,
            outages=outages,
        )
        runtime.start()
        running.append((runtime, channel))
        await wait_until_async(
            lambda: (
                all(runtime.checks()[name]() is None for name in ("gateway", "feeds"))
                and set(gateway._open) >= {worker.job_type for worker in workers}
            ),
            "the runtime is connected",
        )
        return runtime

    yield start
    for runtime, channel in running:
        await runtime.stop(timedelta(0))
        await channel.close(None)


Body = Callable[[AnInput], Coroutine[Any, Any, AnOutput]]


def worker_that(body: Body, *, timeout_s: float = 30, at_once: int = 4, longest_s: float | None = None) -> JobWorker:
    async def example(job: AnInput) -> AnOutput:
        return await body(job)

    longest = seconds(longest_s) if longest_s is not None else None
    return JobWorker("example.job", example, timeout=seconds(timeout_s), at_once=at_once, longest=longest)


def worker_that_raises(error: BaseException) -> JobWorker:
    async def body(_job: AnInput) -> AnOutput:
        raise error

    return worker_that(body)


async def succeed(_job: AnInput) -> AnOutput:
    return AnOutput(identity_verified=True)


async def answered(job: Job) -> Any:
    await wait_until_async(lambda: bool(job.answers), "the job is answered")
    return job.answers[0]


def outcomes(outcome: str) -> float:
    count: float = metrics.JOB_DURATION_SECONDS.labels("example.job", outcome)._sum.get()
    return count


async def test_a_result_becomes_the_job_s_variables(gateway: FakeGateway, serve: Serve) -> None:
    await serve(worker_that(succeed))

    answer = await answered(gateway.add_job("example.job"))

    assert json.loads(answer.variables) == {"identity_verified": True}


async def test_a_job_that_existed_before_the_worker_is_done(gateway: FakeGateway, serve: Serve) -> None:
    job = gateway.add_job("example.job")

    await serve(worker_that(succeed))

    await answered(job)
    assert job.activations == 1


async def test_a_job_that_no_stream_brings_is_found_by_polling(gateway: FakeGateway, serve: Serve) -> None:
    await serve(worker_that(succeed))
    gateway.streams = False

    await answered(gateway.add_job("example.job"))


async def test_only_the_variables_that_the_input_names_are_fetched(gateway: FakeGateway, serve: Serve) -> None:
    await serve(worker_that(succeed))

    assert gateway.fetched["example.job"] == ["case_id"]


async def test_a_handler_gets_its_collaborators_the_key_and_the_context(gateway: FakeGateway, serve: Serve) -> None:
    seen: list[Any] = []

    async def example(job: AnInput, *, mailer: object, key: JobKey, context: JobContext) -> None:
        seen.append((mailer, key, context.job_key, context.case_id, context.attempt, context.element_id))

    mailer = object()
    await serve(JobWorker("example.job", example), mailer=mailer)

    job = gateway.add_job("example.job", {"case_id": "CASE-7"}, retries=2)
    await answered(job)

    assert seen == [(mailer, job.key, job.key, "CASE-7", 2, "Task_Example")]


async def test_a_missing_collaborator_is_refused_before_anything_starts(gateway: FakeGateway, serve: Serve) -> None:
    async def example(job: AnInput, *, mailer: object) -> None: ...

    with pytest.raises(CollaboratorMissing, match="asks for 'mailer'"):
        await serve(JobWorker("example.job", example))


async def test_two_workers_for_one_job_type_are_refused(gateway: FakeGateway, serve: Serve) -> None:
    with pytest.raises(ValueError, match=r"more than one worker: example\.job"):
        await serve(worker_that(succeed), worker_that(succeed))


async def test_a_business_rejection_becomes_a_bpmn_error_with_its_variables(gateway: FakeGateway, serve: Serve) -> None:
    class ApplicantNotRegistered(BusinessRejection):
        code = "APPLICANT_NOT_REGISTERED"

    await serve(worker_that_raises(ApplicantNotRegistered("unknown", variables=AnOutput(identity_verified=False))))

    answer = await answered(gateway.add_job("example.job"))

    assert answer.errorCode == "APPLICANT_NOT_REGISTERED"
    assert answer.errorMessage == "ApplicantNotRegistered: unknown"
    assert json.loads(answer.variables) == {"identity_verified": False}


async def test_a_transient_failure_costs_one_try_and_waits_by_the_policy(gateway: FakeGateway, serve: Serve) -> None:
    await serve(worker_that_raises(TransientFailure("registry away")))

    answer = await answered(gateway.add_job("example.job"))

    assert (answer.retries, answer.retryBackOff) == (2, 5000)
    assert answer.errorMessage == "TransientFailure: registry away"


async def test_whoever_failed_us_may_say_how_long_to_wait(gateway: FakeGateway, serve: Serve) -> None:
    await serve(worker_that_raises(TransientFailure("busy", retry_after=timedelta(seconds=42))))

    assert (await answered(gateway.add_job("example.job"))).retryBackOff == 42_000


async def test_what_is_away_in_our_own_house_costs_no_try_not_even_the_last_one(
    gateway: FakeGateway, serve: Serve
) -> None:
    class DatabaseAway(Exception):
        pass

    await serve(worker_that_raises(DatabaseAway("Fulan bin Fulan")), outages=(DatabaseAway,))

    answer = await answered(gateway.add_job("example.job", retries=1))

    assert answer.retries == 1
    assert 5_000 <= answer.retryBackOff <= 10_000
    assert answer.errorMessage == "DatabaseAway: tried again until it is back"


async def test_the_last_failed_try_makes_an_incident(gateway: FakeGateway, serve: Serve) -> None:
    await serve(worker_that_raises(TransientFailure("registry away")))

    answer = await answered(gateway.add_job("example.job", retries=1))

    assert (answer.retries, answer.retryBackOff) == (0, 0)


async def test_a_contract_violation_makes_an_incident_at_once(gateway: FakeGateway, serve: Serve) -> None:
    await serve(worker_that_raises(ContractViolation("two tariffs for one day")))

    answer = await answered(gateway.add_job("example.job", retries=3))

    assert (answer.retries, answer.errorMessage) == (0, "ContractViolation: two tariffs for one day")


async def test_wrong_variables_make_an_incident_that_names_field_and_rule_and_no_value(
    gateway: FakeGateway, serve: Serve
) -> None:
    await serve(worker_that(succeed))

    answer = await answered(gateway.add_job("example.job", {"case_id": int(INVENTED_NIK)}))

    assert answer.retries == 0
    assert answer.errorMessage == "ContractViolation: variables do not fit AnInput: case_id string_type"


async def test_a_result_of_another_type_makes_an_incident(gateway: FakeGateway, serve: Serve) -> None:
    async def wrong(_job: AnInput) -> AnOutput:
        return {"identity_verified": True}  # type: ignore[return-value]

    await serve(worker_that(wrong))

    answer = await answered(gateway.add_job("example.job"))

    assert answer.retries == 0
    assert answer.errorMessage == "ContractViolation: the handler promised a AnOutput and gave a dict"


async def test_a_result_that_does_not_fit_its_model_makes_an_incident(gateway: FakeGateway, serve: Serve) -> None:
    async def unbuildable(_job: AnInput) -> AnOutput:
        return AnOutput(identity_verified=INVENTED_NIK)

    await serve(worker_that(unbuildable))

    answer = await answered(gateway.add_job("example.job"))

    assert answer.retries == 0
    assert answer.errorMessage == "ContractViolation: result does not fit AnOutput: identity_verified bool_parsing"


async def test_a_result_smuggled_past_its_model_makes_an_incident(gateway: FakeGateway, serve: Serve) -> None:
    async def smuggle(_job: AnInput) -> AnOutput:
        return AnOutput.model_construct(identity_verified="maybe")  # type: ignore[arg-type]

    await serve(worker_that(smuggle))

    assert (await answered(gateway.add_job("example.job"))).retries == 0


async def test_an_unknown_error_is_retried_and_only_its_class_is_told(gateway: FakeGateway, serve: Serve) -> None:
    await serve(worker_that_raises(LookupError(f"Fulan {INVENTED_NIK}")))

    with capture_logs() as lines:
        answer = await answered(gateway.add_job("example.job"))

    assert (answer.retries, answer.errorMessage) == (2, "UnexpectedError: LookupError")
    assert "Fulan" not in str([{**line, "exc_info": type(line.get("exc_info"))} for line in lines])


async def test_a_handler_whose_own_part_was_cancelled_is_retried(gateway: FakeGateway, serve: Serve) -> None:
    await serve(worker_that_raises(asyncio.CancelledError()))

    assert (await answered(gateway.add_job("example.job"))).errorMessage == "UnexpectedError: CancelledError"


async def test_a_handler_that_takes_too_long_is_cancelled_and_retried(gateway: FakeGateway, serve: Serve) -> None:
    async def hang(_job: AnInput) -> AnOutput:
        await asyncio.Event().wait()
        raise AssertionError

    await serve(worker_that(hang, longest_s=0.1))

    answer = await answered(gateway.add_job("example.job"))

    assert (answer.retries, answer.errorMessage) == (2, "HandlerTooSlow: no result within 0 s")


async def test_a_long_handler_keeps_its_job(gateway: FakeGateway, serve: Serve) -> None:
    enough = asyncio.Event()

    async def slow(job: AnInput) -> AnOutput:
        await enough.wait()
        return await succeed(job)

    await serve(worker_that(slow, timeout_s=1))
    job = gateway.add_job("example.job")

    await wait_until_async(lambda: gateway.calls["UpdateJobTimeout"] >= 4, "the lease was extended four times")
    enough.set()

    await answered(job)
    assert job.activations == 1


async def test_a_short_handler_asks_for_no_more_time(gateway: FakeGateway, serve: Serve) -> None:
    await serve(worker_that(succeed))

    await answered(gateway.add_job("example.job"))

    assert gateway.calls["UpdateJobTimeout"] == 0


async def test_an_answer_that_is_pushed_back_arrives_without_a_flood_of_lines(
    gateway: FakeGateway, serve: Serve
) -> None:
    await serve(worker_that(succeed, at_once=20))
    gateway.pushes_back = 60

    with capture_logs() as lines:
        jobs = [gateway.add_job("example.job") for _ in range(20)]
        await asyncio.gather(*(answered(job) for job in jobs))

    assert gateway.calls["CompleteJob"] == 80
    assert [line["event"] for line in lines if line["event"] != "job_completed"] == ["gateway_pushed_back"]


async def test_an_answer_that_comes_too_late_is_no_error(gateway: FakeGateway, serve: Serve) -> None:
    async def lose(job: AnInput) -> AnOutput:
        for known in gateway.jobs.values():
            known.state = "cancelled with its case"
        return await succeed(job)

    await serve(worker_that(lose))
    late_before = metrics.LATE_ANSWERS_TOTAL.labels("example.job")._value.get()

    with capture_logs() as lines:
        gateway.add_job("example.job")
        await wait_until_async(lambda: bool(lines), "something is logged")

    assert [(line["event"], line["log_level"]) for line in lines] == [("job_answer_came_late", "info")]
    assert metrics.LATE_ANSWERS_TOTAL.labels("example.job")._value.get() == late_before + 1


async def test_never_more_handlers_run_than_at_once(gateway: FakeGateway, serve: Serve) -> None:
    running = most = 0

    async def count(job: AnInput) -> AnOutput:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1
        return await succeed(job)

    await serve(worker_that(count, at_once=3))

    await asyncio.gather(*(answered(gateway.add_job("example.job")) for _ in range(60)))

    assert most == 3


async def test_a_full_hand_takes_in_only_a_few_more(gateway: FakeGateway, serve: Serve) -> None:
    enough = asyncio.Event()

    async def hold(job: AnInput) -> AnOutput:
        await enough.wait()
        return await succeed(job)

    gateway.streams = False
    await serve(worker_that(hold, at_once=2))
    jobs = [gateway.add_job("example.job") for _ in range(500)]

    await wait_until_async(
        lambda: metrics.JOBS_IN_HAND.labels("example.job")._value.get() >= 4, "two are running and two wait"
    )

    assert sum(job.activations for job in jobs) <= 8  # bounded by the hand and one answer to a poll
    enough.set()
    await asyncio.gather(*(answered(job) for job in jobs))


async def test_a_job_type_that_hangs_does_not_starve_another(gateway: FakeGateway, serve: Serve) -> None:
    async def hang(job: AnInput) -> AnOutput:
        await asyncio.Event().wait()
        raise AssertionError

    async def other(job: AnInput) -> AnOutput:
        return await succeed(job)

    await serve(worker_that(hang), JobWorker("other.job", other))
    for _ in range(300):
        gateway.add_job("example.job")

    jobs = [gateway.add_job("other.job") for _ in range(50)]

    await asyncio.gather(*(answered(job) for job in jobs))


async def test_a_gateway_that_comes_back_is_served_again_and_told_once(gateway: FakeGateway, serve: Serve) -> None:
    runtime = await serve(worker_that(succeed))
    await answered(gateway.add_job("example.job"))

    with capture_logs() as lines:
        await gateway.stop()
        await wait_until_async(lambda: runtime.checks()["gateway"]() is not None, "the loss is noticed")
        await gateway.start()
        job = gateway.add_job("example.job")
        await answered(job)
        await wait_until_async(lambda: len(lines) >= 3, "the return is told")

    assert sorted(line["event"] for line in lines) == ["gateway_found", "gateway_lost", "job_completed"]


async def test_an_answer_survives_a_gateway_that_is_away(gateway: FakeGateway, serve: Serve) -> None:
    begun, enough = asyncio.Event(), asyncio.Event()

    async def slow(job: AnInput) -> AnOutput:
        begun.set()
        await enough.wait()
        return await succeed(job)

    await serve(worker_that(slow))
    job = gateway.add_job("example.job")
    await begun.wait()
    await gateway.stop()
    enough.set()

    await gateway.start()

    await answered(job)
    assert job.activations == 1


async def test_a_stopping_worker_finishes_what_it_began_and_gives_back_the_rest(
    gateway: FakeGateway, serve: Serve
) -> None:
    enough = asyncio.Event()

    async def slow(job: AnInput) -> AnOutput:
        await enough.wait()
        return await succeed(job)

    runtime = await serve(worker_that(slow, at_once=1))
    first, *others = [gateway.add_job("example.job", retries=2) for _ in range(5)]
    await wait_until_async(lambda: all(job.activations for job in (first, *others)), "all are on their way to us")

    stopping = asyncio.create_task(runtime.stop(timedelta(seconds=5)))
    await wait_until_async(lambda: all(job.answers for job in others), "the rest is given back")
    enough.set()
    await stopping

    assert first.state == "completed"
    assert {(job.state, job.retries, job.answers[0].retryBackOff) for job in others} == {("activatable", 2, 0)}


async def test_what_a_stopping_worker_cannot_finish_in_time_is_given_back_too(
    gateway: FakeGateway, serve: Serve
) -> None:
    begun = asyncio.Event()

    async def hang(_job: AnInput) -> AnOutput:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    runtime = await serve(worker_that(hang))
    job = gateway.add_job("example.job", retries=2)
    await begun.wait()

    await runtime.stop(timedelta(seconds=0.1))

    assert (job.state, job.retries) == ("activatable", 2)


async def test_a_stopped_worker_takes_nothing_more(gateway: FakeGateway, serve: Serve) -> None:
    runtime = await serve(worker_that(succeed))

    await runtime.stop(timedelta(seconds=1))
    job = gateway.add_job("example.job")
    late = gateway.add_job("example.job")

    assert (job.answers, late.answers) == ([], [])
    assert metrics.JOBS_IN_HAND.labels("example.job")._value.get() == 0


async def test_the_lines_of_a_job_carry_its_ids_and_no_other_job_s(gateway: FakeGateway, serve: Serve) -> None:
    lines: list[EventDict] = []

    def keep(_logger: Any, _method: str, event: EventDict) -> EventDict:
        lines.append(dict(event))
        raise structlog.DropEvent

    structlog.configure(processors=[structlog.contextvars.merge_contextvars, keep])
    try:
        await serve(worker_that(succeed, at_once=1))
        first = gateway.add_job("example.job", {"case_id": "CASE-1"})
        wrong = gateway.add_job("example.job", {"case_id": 5})
        await asyncio.gather(answered(first), answered(wrong))
        await wait_until_async(lambda: len([line for line in lines if "job_key" in line]) == 2, "both are told")
    finally:
        structlog.reset_defaults()

    done = next(line for line in lines if line["event"] == "job_completed")
    broken = next(line for line in lines if line["event"] == "job_became_incident")
    assert (done["job_key"], done["case_id"], done["job_type"]) == (first.key, "CASE-1", "example.job")
    assert (done["process_instance_key"], done["element_id"], done["attempt"]) == (first.key + 1, "Task_Example", 1)
    assert broken["job_key"] == wrong.key
    assert "case_id" not in broken


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "completed"),
        (TransientFailure(), "retried"),
        (ContractViolation(), "incident"),
    ],
)
async def test_durations_are_counted_by_outcome(
    gateway: FakeGateway, serve: Serve, error: BaseException | None, outcome: str
) -> None:
    await serve(worker_that(succeed) if error is None else worker_that_raises(error))
    before = outcomes(outcome)

    await answered(gateway.add_job("example.job"))

    await wait_until_async(lambda: outcomes(outcome) > before, "the duration is counted")


async def test_a_worker_whose_hands_are_all_stuck_is_not_ready(
    gateway: FakeGateway, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_job: AnInput) -> AnOutput:
        await asyncio.Event().wait()
        raise AssertionError

    runtime = await serve(worker_that(hang, at_once=1))
    monkeypatch.setattr("penaemas.zeebe.job_runtime._STUCK_AFTER_S", 0.05)
    assert runtime.checks()["hands"]() is None

    gateway.add_job("example.job")

    await wait_until_async(lambda: runtime.checks()["hands"]() is not None, "the stuck hand is noticed")
    assert "example.job: all 1 hands are busy" in str(runtime.checks()["hands"]())
