"""The real engine pushes back: workers and commands wait quietly, no job is lost, and afterwards all is as before."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import grpc
import httpx
import pytest
from pyzeebe.proto import gateway_pb2

from penaemas.zeebe.commands import Commands
from penaemas.zeebe.errors import EngineOverloaded
from penaemas.zeebe.job_contract import JobWorker
from tests.resilience.engine import Engine
from tests.resilience.models import Example
from tests.resilience.serving import AnInput, Serve, ended_at, recorded

if TYPE_CHECKING:
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub

pytestmark = pytest.mark.engine

# More than the broker lets wait: by default it begins with a limit of a hundred.
CROWD = 400


async def processing(engine: Engine, verb: str) -> None:
    """Lets the broker stop processing, or go on: what it is asked meanwhile piles up until it takes no more."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{engine.address.management_url}/actuator/partitions/{verb}Processing")
        answer.raise_for_status()


def lines(log: str) -> Counter[str]:
    """How often our own workers told each event; the broker's own lines are folded into the same log here."""
    events = (json.loads(line)["event"] for line in log.splitlines())
    return Counter(event for event in events if event != "broker_said")


def jobs(engine: Engine, job_type: str, intent: str) -> list[dict[str, Any]]:
    return [value for value in engine.records.values("JOB", intent) if value["type"] == job_type]


async def test_an_engine_that_pushes_back_is_waited_for_in_silence_and_no_job_is_lost(
    engine: Engine,
    gateway: GatewayAsyncStub,
    channel: grpc.aio.Channel,
    serve: Serve,
    log_text: Callable[[], str],
) -> None:
    worked: Counter[str] = Counter()
    refused = 0

    async def work(job: AnInput) -> None:
        worked[job.case_id] += 1

    async def begin(number: int) -> None:
        nonlocal refused
        variables = json.dumps({"case_id": f"CASE-{number}"})
        request = gateway_pb2.CreateProcessInstanceRequest(
            bpmnProcessId=example.process, version=-1, variables=variables
        )
        try:
            await gateway.CreateProcessInstance(request)
        except grpc.aio.AioRpcError as error:
            refused += error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED

    example = await Example(gateway, "pressed").deploy()
    await processing(engine, "pause")
    try:
        crowd = [asyncio.create_task(begin(number)) for number in range(CROWD)]
        await recorded(lambda: refused > 0, "the engine takes no more")
        serve(JobWorker(example.job_type, work, at_once=16))
        await recorded(lambda: "gateway_pushed_back" in log_text(), "the workers are pushed back too")
        with pytest.raises(EngineOverloaded):
            await Commands(channel).publish("office.told", "CASE-1", "told-1", {}, time_to_live=timedelta(hours=1))
    finally:
        await processing(engine, "resume")
    await asyncio.gather(*crowd)

    def all_are_done() -> bool:
        made = jobs(engine, example.job_type, "CREATED")
        return 0 < len(made) == len(jobs(engine, example.job_type, "COMPLETED"))

    await recorded(all_are_done, "every job that was made is done")
    later = await example.begin("CASE-LATER")
    await recorded(lambda: ended_at(engine, later) == {"EndEvent_Done"}, "it works as before")
    assert set(worked.values()) == {1}
    told = lines(log_text())
    assert told.pop("job_completed") == worked.total()
    assert told["gateway_pushed_back"] == 1
    assert told.total() <= 10, told
