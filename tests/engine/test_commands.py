"""Commands by gRPC, on the real broker."""

from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from pyzeebe.proto import gateway_pb2 as messages
from pyzeebe.proto.gateway_pb2_grpc import GatewayStub

from penaemas.zeebe.commands import Commands
from penaemas.zeebe.connection import EngineAddress, open_channel
from penaemas.zeebe.engine_answers import Resource
from penaemas.zeebe.errors import AlreadyExists, EngineUnavailable, InvalidCommand, NotFound
from tests.engine.conftest import ENGINE_VERSION, HOUR, Engine, free_ports, model
from tests.waiting import wait_until_async

if TYPE_CHECKING:  # exists for type checkers only
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

# A key of partition 1 (its number is in the high bits) that the engine will not reach in this run.
NOBODY = (1 << 51) + (1 << 40)


async def test_the_topology_tells_version_and_leader(engine: Engine) -> None:
    async def takes_commands() -> bool:
        return (await engine.commands.topology()).takes_commands

    # 8.6 calls its partition unhealthy for a moment after it became ready.
    await wait_until_async(takes_commands, "the topology shows a healthy leader")
    assert (await engine.commands.topology()).gateway_version == ENGINE_VERSION


async def test_deploying_an_unchanged_diagram_keeps_its_version(engine: Engine) -> None:
    first = await engine.commands.deploy([model("review_by_officer.bpmn")])
    second = await engine.commands.deploy([model("review_by_officer.bpmn")])

    assert first.processes == second.processes
    assert first.processes[0].process_id == "review_by_officer"


async def test_a_refused_diagram_names_the_element_and_the_reason(engine: Engine) -> None:
    with pytest.raises(InvalidCommand) as refusal:
        await engine.commands.deploy([model("permit_without_job_type.bpmn")])

    assert refusal.value.element_id == "Task_Register"
    assert refusal.value.reason == "Expected expression but not found."


async def test_a_file_that_is_no_diagram_is_refused(engine: Engine) -> None:
    with pytest.raises(InvalidCommand):
        await engine.commands.deploy([Resource("broken.bpmn", b"<no diagram")])


async def test_a_file_larger_than_the_gateway_takes_is_refused_and_not_called_overload(engine: Engine) -> None:
    with pytest.raises(InvalidCommand):
        await engine.commands.deploy([Resource("large.bpmn", b" " * (5 * 1024 * 1024))])


async def test_a_case_starts_once_however_often_its_message_is_published(engine: Engine) -> None:
    case_id, _ = await engine.start_case("engine_test.applied", "Task_Register")

    with pytest.raises(AlreadyExists):
        await engine.commands.start_by_message("engine_test.applied", case_id, {}, time_to_live=HOUR)


async def test_a_cancelled_case_is_not_found_again(engine: Engine) -> None:
    _, element = await engine.start_case("engine_test.applied", "Task_Register")
    instance_key = element["value"]["processInstanceKey"]

    await engine.commands.cancel(instance_key)

    await engine.record(
        "PROCESS_INSTANCE", "ELEMENT_TERMINATED", processInstanceKey=instance_key, elementId="Task_Register"
    )
    with pytest.raises(NotFound):
        await engine.commands.cancel(instance_key)


async def test_variables_are_set_in_the_scope_that_is_named(engine: Engine) -> None:
    _, element = await engine.start_case("engine_test.applied", "Task_Register")

    await engine.commands.set_variables(element["key"], {"floor_area_m2": 36}, local=True)

    variable = await engine.record("VARIABLE", "CREATED", name="floor_area_m2", scopeKey=element["key"])
    assert variable["value"]["value"] == "36"


async def test_variables_of_a_scope_that_never_was_are_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        await engine.commands.set_variables(NOBODY, {"floor_area_m2": 36}, local=False)


async def test_an_incident_is_resolved_after_its_job_got_retries(engine: Engine) -> None:
    _, element = await engine.start_case("engine_test.applied", "Task_Register")
    job = await engine.record("JOB", "CREATED", elementInstanceKey=element["key"])
    async with open_channel(engine.broker.settings.address()) as channel:
        gateway = cast("GatewayAsyncStub", GatewayStub(channel))
        request = messages.ActivateJobsRequest(
            type="engine_test.register", worker="test", timeout=60_000, maxJobsToActivate=100, requestTimeout=5_000
        )
        async for _activated in gateway.ActivateJobs(request, timeout=10):
            pass
        await gateway.FailJob(messages.FailJobRequest(jobKey=job["key"], retries=0, errorMessage="told to"), timeout=10)
    incident = await engine.record("INCIDENT", "CREATED", jobKey=job["key"])

    await engine.commands.update_retries(job["key"], 1)
    await engine.commands.resolve_incident(incident["key"])

    await engine.record("INCIDENT", "RESOLVED", jobKey=job["key"])
    with pytest.raises(NotFound):
        await engine.commands.resolve_incident(incident["key"])


async def test_incidents_come_by_the_express_feed_too(engine: Engine) -> None:
    await engine.record("INCIDENT", "CREATED", feed_user="express")


async def test_a_job_cannot_get_fewer_than_one_retry(engine: Engine) -> None:
    _, element = await engine.start_case("engine_test.applied", "Task_Register")
    job = await engine.record("JOB", "CREATED", elementInstanceKey=element["key"])

    with pytest.raises(InvalidCommand):
        await engine.commands.update_retries(job["key"], 0)


async def test_retries_of_a_job_that_never_was_are_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        await engine.commands.update_retries(NOBODY, 1)


async def test_an_engine_that_does_not_answer_is_unavailable() -> None:
    address = EngineAddress(grpc=f"127.0.0.1:{free_ports().grpc}", rest_url="http://127.0.0.1:1")

    async with open_channel(address) as channel:
        with pytest.raises(EngineUnavailable):
            await Commands(channel).topology()


async def test_a_published_message_reaches_no_second_case_after_its_life_with_the_same_id(engine: Engine) -> None:
    await engine.commands.publish("engine_test.nobody_waits", "KEY-1", "MESSAGE-1", {}, time_to_live=timedelta())

    # Its life is over, so the same id is taken again: the engine alone is no guard for ever.
    await engine.commands.publish("engine_test.nobody_waits", "KEY-1", "MESSAGE-1", {}, time_to_live=timedelta())
