"""The supervisor may take a late task, and the case file says so once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import func, select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.tables import notice
from penaemas.history.queries import History, UserTask
from penaemas.zeebe.errors import NotFound
from penaemas.zeebe.job_contract import JobContext, JobKey, TransientFailure
from penaemas.zeebe.user_tasks import UserTasks
from tests.offices import MONDAY_NINE, SUMEDANG, OfficeClock, request_of
from workers.escalations.involve_supervisor import (
    InvolveSupervisorInput,
    InvolveSupervisorOutput,
    involve_supervisor,
)

INSTANCE = 2251799813685249


@dataclass
class FakeTasks:
    """Open and ended tasks of one case, as the history and the engine know them."""

    tasks: list[UserTask] = field(default_factory=list)
    engine_knows: bool = True
    groups: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def tasks_of(self, process_instance_key: int) -> tuple[UserTask, ...]:
        return tuple(task for task in self.tasks if task.process_instance_key == process_instance_key)

    async def update(self, key: int, *, candidate_groups: tuple[str, ...]) -> None:
        if not self.engine_knows:
            raise NotFound("update", "no such task")
        self.groups[key] = candidate_groups

    def open(self, key: int, *, groups: tuple[str, ...] = ("32.11/PPID",), ended_at: datetime | None = None) -> None:
        self.tasks.append(
            UserTask(
                user_task_key=key,
                process_instance_key=INSTANCE,
                case_id=None,
                bpmn_process_id="public_information_request",
                process_definition_key=1,
                element_id="Task_AnswerRequest",
                element_instance_key=key - 1,
                state="created" if ended_at is None else "completed",
                assignee=None,
                candidate_groups=groups,
                due_at=None,
                follow_up_at=None,
                form_reference=None,
                created_at=MONDAY_NINE,
                ended_at=ended_at,
                last_action="created",
                partition=1,
                position=key,
                provisional=False,
            )
        )


@pytest.fixture
def tasks() -> FakeTasks:
    return FakeTasks()


async def escalate(office: Office, tasks: FakeTasks, clock: OfficeClock) -> tuple[str, InvolveSupervisorOutput]:
    receipt = await office.information_requests.submit(request_of(), request_id="a", by="counter.1")
    context = JobContext(
        job_key=JobKey(1),
        job_type="escalations.involve_supervisor",
        process_instance_key=INSTANCE,
        process_id="public_information_request",
        element_id="Task_InvolveSupervisor",
        element_instance_key=2,
        attempt=1,
        retries=3,
        deadline=datetime(2026, 2, 2, 3, tzinfo=UTC),
        case_id=receipt.case_id,
    )
    output = await involve_supervisor(
        InvolveSupervisorInput(case_id=receipt.case_id, region_code=SUMEDANG, element_id="Task_AnswerRequest"),
        context=context,
        history=cast(History, tasks),
        user_tasks=cast(UserTasks, tasks),
        notices=office.notices,
        clock=clock,
    )
    return receipt.case_id, output


def notices_in(office: Office) -> int:
    with office.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(notice)).scalar_one()


async def test_supervisors_join_those_who_may_take_the_task(
    office: Office, tasks: FakeTasks, clock: OfficeClock
) -> None:
    tasks.open(11)

    _, output = await escalate(office, tasks, clock)

    assert tasks.groups == {11: ("32.11/PPID", "32.11/PENGAWAS")}
    assert output.supervisor_involved_at == MONDAY_NINE


async def test_a_repeated_job_notes_it_once_and_keeps_the_first_instant(
    office: Office, tasks: FakeTasks, clock: OfficeClock
) -> None:
    tasks.open(11)
    _, first = await escalate(office, tasks, clock)
    clock.let_pass(timedelta(minutes=3))

    _, second = await escalate(office, tasks, clock)

    assert (second, notices_in(office)) == (first, 1)


async def test_a_task_opened_again_is_a_new_round(office: Office, tasks: FakeTasks, clock: OfficeClock) -> None:
    tasks.open(11)
    await escalate(office, tasks, clock)
    clock.let_pass(timedelta(days=2))
    tasks.open(22)

    _, second = await escalate(office, tasks, clock)

    assert second.supervisor_involved_at == MONDAY_NINE + timedelta(days=2)
    assert notices_in(office) == 2


async def test_a_group_that_is_there_already_is_not_added_twice(
    office: Office, tasks: FakeTasks, clock: OfficeClock
) -> None:
    tasks.open(11, groups=("32.11/PPID", "32.11/PENGAWAS"))

    await escalate(office, tasks, clock)

    assert tasks.groups == {11: ("32.11/PPID", "32.11/PENGAWAS")}


@pytest.mark.parametrize("known_to", ["history", "engine"])
async def test_a_task_that_was_done_in_time_involves_nobody(
    office: Office, tasks: FakeTasks, clock: OfficeClock, known_to: str
) -> None:
    tasks.open(11, ended_at=MONDAY_NINE if known_to == "history" else None)
    tasks.engine_knows = False

    _, output = await escalate(office, tasks, clock)

    assert (output.supervisor_involved_at, tasks.groups, notices_in(office)) == (None, {}, 0)


async def test_a_task_that_the_history_does_not_know_yet_is_tried_again(
    office: Office, tasks: FakeTasks, clock: OfficeClock
) -> None:
    with pytest.raises(TransientFailure):
        await escalate(office, tasks, clock)
