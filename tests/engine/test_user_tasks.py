"""Commands to user tasks by REST, on the real broker."""

from datetime import UTC, datetime

import pytest

from penaemas.zeebe.connection import EngineAddress
from penaemas.zeebe.errors import EngineUnavailable, InvalidState, NotFound
from penaemas.zeebe.user_tasks import UserTasks
from tests.engine.conftest import ENGINE_VERSION, FEED_PASSWORD, Engine, free_ports

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

NOBODY = (1 << 51) + (1 << 40)  # a key of partition 1 that the engine will not reach in this run


async def new_task(engine: Engine) -> int:
    """A user task that was just created, as the express feed tells it."""
    _, element = await engine.start_case("engine_test.review_wanted", "Task_Review")
    record = await engine.record("USER_TASK", "CREATED", feed_user="express", elementInstanceKey=element["key"])
    return int(record["key"])


async def test_an_officer_gets_a_task_and_completes_it_with_answers(engine: Engine) -> None:
    task = await new_task(engine)

    await engine.user_tasks.assign(task, "officer-a", allow_override=False)
    await engine.user_tasks.complete(task, {"technical_review_passed": True})

    completed = await engine.record("USER_TASK", "COMPLETED", userTaskKey=task)
    assert completed["value"]["assignee"] == "officer-a"
    assert completed["value"]["variables"] == {"technical_review_passed": True}


async def test_a_task_that_another_officer_has_is_not_taken_without_override(engine: Engine) -> None:
    task = await new_task(engine)
    await engine.user_tasks.assign(task, "officer-a", allow_override=False)

    with pytest.raises(InvalidState):
        await engine.user_tasks.assign(task, "officer-b", allow_override=False)
    await engine.user_tasks.assign(task, "officer-b", allow_override=True)

    await engine.record("USER_TASK", "ASSIGNED", userTaskKey=task, assignee="officer-b")


async def test_an_unassigned_task_belongs_to_nobody(engine: Engine) -> None:
    task = await new_task(engine)
    await engine.user_tasks.assign(task, "officer-a", allow_override=False)

    await engine.user_tasks.unassign(task)

    await engine.record("USER_TASK", "ASSIGNED", userTaskKey=task, assignee="")


async def test_an_update_changes_what_is_given_and_leaves_the_rest(engine: Engine) -> None:
    task = await new_task(engine)

    await engine.user_tasks.update(task, due_at=datetime(2027, 1, 4, 8, 0, tzinfo=UTC))

    updated = await engine.record("USER_TASK", "UPDATED", userTaskKey=task)
    assert datetime.fromisoformat(updated["value"]["dueDate"]) == datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
    assert updated["value"]["candidateGroupsList"] == ["technical_team"]


async def test_a_task_that_has_ended_is_not_found(engine: Engine) -> None:
    task = await new_task(engine)
    await engine.user_tasks.complete(task, {})

    with pytest.raises(NotFound):
        await engine.user_tasks.complete(task, {})
    with pytest.raises(NotFound):
        await engine.user_tasks.assign(task, "officer-a", allow_override=True)
    with pytest.raises(NotFound):
        await engine.user_tasks.unassign(NOBODY)


async def test_an_address_without_the_rest_interface_is_not_mistaken_for_an_ended_task(engine: Engine) -> None:
    settings = engine.broker.settings
    elsewhere = EngineAddress(grpc=settings.address().grpc, rest_url=f"http://127.0.0.1:{settings.ports.management}")

    async with UserTasks(elsewhere, ENGINE_VERSION) as user_tasks:
        with pytest.raises(EngineUnavailable):
            await user_tasks.complete(NOBODY, {})


async def test_a_gateway_that_does_not_answer_is_unavailable() -> None:
    nowhere = EngineAddress(grpc="127.0.0.1:1", rest_url=f"http://127.0.0.1:{free_ports().rest}")

    async with UserTasks(nowhere, ENGINE_VERSION) as user_tasks:
        with pytest.raises(EngineUnavailable):
            await user_tasks.complete(NOBODY, {})


async def test_the_feeds_tell_themselves_apart_by_their_user_and_bring_the_same_record(engine: Engine) -> None:
    task = await new_task(engine)
    full = await engine.record("USER_TASK", "CREATED", feed_user="full", userTaskKey=task)
    express = await engine.record("USER_TASK", "CREATED", feed_user="express", userTaskKey=task)

    assert {key: value for key, value in full.items() if key != "sequence"} == {
        key: value for key, value in express.items() if key != "sequence"
    }
    assert {posted.feed_user for posted in engine.receiver.posted} == {"full", "express"}
    assert {posted.password for posted in engine.receiver.posted} == {FEED_PASSWORD}


async def test_the_express_feed_brings_nothing_but_events_of_user_tasks_and_incidents(engine: Engine) -> None:
    await new_task(engine)

    express = [posted.record for posted in tuple(engine.receiver.posted) if posted.feed_user == "express"]
    assert {record["valueType"] for record in express} <= {"USER_TASK", "INCIDENT"}
    assert {record["recordType"] for record in express} == {"EVENT"}


async def test_the_full_feed_has_no_gap(engine: Engine) -> None:
    await new_task(engine)

    positions = {posted.record["position"] for posted in tuple(engine.receiver.posted) if posted.feed_user == "full"}
    assert positions == set(range(1, max(positions) + 1))
