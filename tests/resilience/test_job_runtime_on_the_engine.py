"""What becomes of a job when things go wrong: the job runtime on the real broker."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client import generate_latest

from penaemas.zeebe.commands import Commands
from penaemas.zeebe.connection import open_channel
from penaemas.zeebe.embedded_broker import BrokerState
from penaemas.zeebe.errors import EngineError
from penaemas.zeebe.job_contract import (
    BusinessRejection,
    ContractViolation,
    JobContext,
    JobWorker,
    TransientFailure,
    seconds,
)
from penaemas.zeebe.job_retries import RetryPolicies, RetryPolicy
from tests.resilience.effects import Effects
from tests.resilience.engine import Engine
from tests.resilience.models import Example
from tests.resilience.serving import AnInput, Serve, completed, ended_at, incidents, recorded
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub

pytestmark = pytest.mark.engine

INVENTED_NIK = "9999990101019999"


async def test_a_business_rejection_goes_on_by_its_boundary_event(
    engine: Engine, gateway: "GatewayAsyncStub", serve: Serve
) -> None:
    class ApplicantNotRegistered(BusinessRejection):
        code = "APPLICANT_NOT_REGISTERED"

    async def reject(job: AnInput) -> None:
        raise ApplicantNotRegistered

    example = await Example(gateway, "rejected").deploy(rejected_by="APPLICANT_NOT_REGISTERED")
    serve(JobWorker(example.job_type, reject))

    case = await example.begin()

    await recorded(lambda: ended_at(engine, case) == {"EndEvent_Rejected"}, "the case took the other path")


async def test_a_transient_failure_is_tried_again_after_its_back_off(
    engine: Engine, gateway: "GatewayAsyncStub", serve: Serve
) -> None:
    attempts: list[int] = []

    async def fail_once(job: AnInput, *, context: JobContext) -> None:
        attempts.append(context.attempt)
        if context.attempt == 1:
            raise TransientFailure("registry away")

    example = await Example(gateway, "transient").deploy()
    serve(JobWorker(example.job_type, fail_once))
    case = await example.begin()
    await recorded(
        lambda: any(value["processInstanceKey"] == case for value in engine.records.values("JOB", "FAILED")),
        "the failure is recorded",
    )
    assert attempts == [1]

    await engine.let_pass(3600 * 1000)

    await recorded(lambda: ended_at(engine, case) == {"EndEvent_Done"}, "the second try succeeded")
    assert attempts == [1, 2]


async def test_a_contract_violation_is_an_incident_at_once(
    engine: Engine, gateway: "GatewayAsyncStub", serve: Serve
) -> None:
    async def violate(job: AnInput) -> None:
        raise ContractViolation("no tariff table is configured")

    example = await Example(gateway, "violated").deploy()
    serve(JobWorker(example.job_type, violate))

    case = await example.begin()

    await recorded(
        lambda: incidents(engine, case) == {"ContractViolation: no tariff table is configured"}, "there is an incident"
    )


async def test_what_an_unknown_error_says_is_in_no_log_incident_metric_or_record(
    engine: Engine, gateway: "GatewayAsyncStub", serve: Serve, log_text: Callable[[], str]
) -> None:
    async def burst(job: AnInput) -> None:
        raise LookupError(f"Fulan bin Fulan, {INVENTED_NIK}")

    once = RetryPolicies(default=RetryPolicy(attempts=1))
    example = await Example(gateway, "unknown").deploy()
    serve(JobWorker(example.job_type, burst), policies=once)

    case = await example.begin()

    await recorded(lambda: incidents(engine, case) == {"UnexpectedError: LookupError"}, "there is an incident")
    await recorded(lambda: "job_became_incident" in log_text(), "the incident is told")
    everything = log_text() + generate_latest().decode() + engine.records.raw.decode()
    assert INVENTED_NIK not in everything
    assert "Fulan" not in everything


async def test_a_handler_that_works_longer_than_the_timeout_keeps_its_job(
    engine: Engine, gateway: "GatewayAsyncStub", serve: Serve
) -> None:
    begun = 0

    async def work_long(job: AnInput) -> None:
        nonlocal begun
        begun += 1
        # Until the engine has recorded so many extensions that without them the job would long have been another's.
        await recorded(lambda: len(engine.records.values("JOB", "TIMEOUT_UPDATED")) >= 8, "it was extended")

    example = await Example(gateway, "long").deploy()
    serve(JobWorker(example.job_type, work_long, timeout=seconds(1), at_once=2))

    case = await example.begin()

    await recorded(lambda: ended_at(engine, case) == {"EndEvent_Done"}, "the case is done")
    assert begun == 1


async def child_worker(
    engine: Engine, example: Example, database: Path, timeout_s: float
) -> asyncio.subprocess.Process:
    """A worker process whose handler has begun a case."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.resilience.worker_child",
        engine.address.grpc,
        example.job_type,
        str(database),
        str(timeout_s),
        stdout=asyncio.subprocess.PIPE,
    )
    await example.begin("CASE-KILLED")
    assert child.stdout is not None
    assert (await asyncio.wait_for(child.stdout.readline(), PATIENCE_S)).strip() == b"CASE-KILLED"
    return child


async def test_a_worker_killed_in_the_middle_of_a_handler_is_replaced_and_the_effect_happens_once(
    engine: Engine, gateway: "GatewayAsyncStub", serve: Serve, tmp_path: Path
) -> None:
    effects = Effects(tmp_path / "effects.sqlite")
    done = asyncio.Event()

    async def work(job: AnInput) -> None:
        effects.happen(job.case_id, "letter_sent", round_number=1)
        done.set()

    example = await Example(gateway, "killed").deploy()
    child = await child_worker(engine, example, tmp_path / "effects.sqlite", timeout_s=2)

    child.kill()
    await child.wait()
    serve(JobWorker(example.job_type, work))

    await asyncio.wait_for(done.wait(), PATIENCE_S)
    assert (effects.attempts(), effects.happened()) == (2, 1)


async def test_a_worker_that_is_told_to_stop_gives_its_jobs_back(
    engine: Engine, gateway: "GatewayAsyncStub", serve: Serve, tmp_path: Path
) -> None:
    seen: list[tuple[str, int]] = []

    async def work(job: AnInput, *, context: JobContext) -> None:
        seen.append((job.case_id, context.retries))

    example = await Example(gateway, "stopped").deploy()
    child = await child_worker(engine, example, tmp_path / "effects.sqlite", timeout_s=600)
    for number in range(5):
        await example.begin(f"CASE-{number}")
    await recorded(
        lambda: sum(value["type"] == example.job_type for value in engine.records.values("JOB", "CREATED")) == 6,
        "all jobs are on their way to the worker",
    )

    child.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(child.wait(), PATIENCE_S) == 0
    serve(JobWorker(example.job_type, work))

    await recorded(lambda: len(seen) == 6, "another worker has done all of them, long before the timeout")
    assert {retries for _, retries in seen} == {3}


async def test_a_job_type_that_hangs_does_not_starve_another(
    engine: Engine, gateway: "GatewayAsyncStub", serve: Serve
) -> None:
    finished: set[str] = set()

    async def hang(job: AnInput) -> None:
        await asyncio.Event().wait()

    async def work(job: AnInput) -> None:
        finished.add(job.case_id)

    hanging = await Example(gateway, "hanging").deploy()
    healthy = await Example(gateway, "healthy").deploy()
    serve(JobWorker(hanging.job_type, hang), JobWorker(healthy.job_type, work))
    await asyncio.gather(*(hanging.begin() for _ in range(100)))

    await asyncio.gather(*(healthy.begin(f"CASE-{number}") for number in range(50)))

    await recorded(lambda: len(finished) == 50, "the healthy job type is served")


async def keep_away(engine: Engine, for_s: float) -> None:
    """Kill the broker, and hold the one that its supervisor starts until the time is over."""
    killed = engine.broker.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    over_at = time.monotonic() + for_s
    await recorded(lambda: engine.broker.pid not in (killed, None), "its supervisor has started another")
    successor = engine.broker.pid
    assert successor is not None
    os.kill(successor, signal.SIGSTOP)
    await asyncio.sleep(over_at - time.monotonic())  # the outage itself
    os.kill(successor, signal.SIGCONT)


async def returned(engine: Engine) -> tuple[float, float]:
    """What a stranger sees who asks all the time, over a new connection for each question.

    Returns:
        when the gateway first names a leader, and when the engine first does what it is told.
    """
    led_at: float | None = None
    while True:
        async with open_channel(engine.address) as channel:
            with suppress(EngineError, TimeoutError):
                async with asyncio.timeout(1):
                    commands = Commands(channel)
                    if led_at is None and (await commands.topology()).takes_commands:
                        led_at = time.monotonic()
                    if led_at is not None:
                        await commands.broadcast("stranger.asked")
                        return led_at, time.monotonic()
        await asyncio.sleep(0.02)


async def test_jobs_survive_a_broker_that_is_away_for_half_a_minute_and_work_resumes_at_once(
    engine: Engine, gateway: "GatewayAsyncStub", serve: Serve, tmp_path: Path
) -> None:
    effects = Effects(tmp_path / "effects.sqlite")
    finished_at: list[float] = []

    async def work(job: AnInput) -> None:
        await asyncio.sleep(0.05)  # the work itself: some of it is under way at any moment
        effects.happen(job.case_id, "letter_sent", round_number=1)
        finished_at.append(time.monotonic())

    example = await Example(gateway, "survivor").deploy()
    serve(JobWorker(example.job_type, work, timeout=seconds(5), at_once=2), policies=RetryPolicies())
    # Begun together: then two hands can never have done all of it by the time that the last one has begun.
    cases = await asyncio.gather(*(example.begin(f"CASE-{number}") for number in range(200)))
    await recorded(lambda: len(finished_at) > 0, "some of the work is done")
    assert len(finished_at) < 200

    gone_at = time.monotonic()
    await keep_away(engine, for_s=30)
    over_at = time.monotonic()
    assert over_at - gone_at >= 30
    led_at, back_at = await returned(engine)
    await recorded(lambda: any(at > over_at for at in finished_at), "work is done again")
    resumed_at = min(at for at in finished_at if at > over_at)
    await recorded(lambda: engine.broker.event.state is BrokerState.READY, "its supervisor has noticed too")
    await engine.restore_clock()
    cases.append(await example.begin("CASE-AFTERWARDS"))

    await recorded(lambda: effects.happened() == len(cases), "every case's effect happened")
    await recorded(lambda: completed(engine) >= set(cases), "every case is complete")
    # Counted from what a stranger sees first. Between the gateway's answer and the first command that is taken lies the
    # engine's own recovery: on a busy machine many seconds, in which nobody's work can resume.
    assert resumed_at - led_at < 5 + (back_at - led_at)
