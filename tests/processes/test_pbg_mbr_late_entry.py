"""PBG MBR received on paper during an outage: entered later with its true time, once a supervisor has confirmed it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Row, select

from penaemas.casefiles.pbg_tables import pbg_application
from penaemas.casefiles.tables import case_file
from tests.processes.kit.ladders import fires_at, posts_are_filled, promise_of
from tests.processes.kit.pbg import a_family_applies, complete
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

CONFIRM = "Task_ConfirmLateEntry"
SUPERVISOR = "pengawas-contoh"


async def a_paper_is_entered(office: PermitOffice, received_at: datetime) -> Case:
    """The counter types in what it took on paper while the system was down."""
    return await a_family_applies(
        office,
        paper_received_at=received_at,
        late_entry_reason="Listrik padam sejak pagi.",
        late_entry_supervisor=SUPERVISOR,
    )


def times_on_file(case: Case) -> Row[datetime, datetime, date]:
    """When it was received, when it was typed in, and the day whose rules decide it."""
    wanted = select(case_file.c.received_at, pbg_application.c.entered_late_at, pbg_application.c.application_date)
    with case.office.running.casefiles.database.reading() as connection:
        of_case = wanted.select_from(case_file.join(pbg_application)).where(case_file.c.case_id == case.case_id)
        return connection.execute(of_case).one()


async def test_a_confirmed_late_entry_counts_from_its_true_receipt_and_shows_both_times(
    permit_office: PermitOffice,
) -> None:
    friday_noon = permit_office.at(-3, 10)
    case = await a_paper_is_entered(permit_office, friday_noon)
    assert (await case.open_task(CONFIRM)).candidate_groups == (f"{permit_office.region_code}/PENGAWAS",)

    confirmed = await complete(case, CONFIRM, officer=SUPERVISOR, received_at=friday_noon.isoformat())
    await case.open_task("Task_PreCheckApplication")

    on_file = times_on_file(case)
    assert confirmed.assignee == SUPERVISOR
    assert on_file.received_at == friday_noon
    assert on_file.entered_late_at >= permit_office.began_at
    assert on_file.application_date == permit_office.day(-3)
    window = permit_office.running.casefiles.deadlines.service_window
    (pre_check,) = await window.readings(case.case_id)
    assert pre_check.started_at == friday_noon


async def test_a_late_entry_that_is_not_confirmed_is_decided_by_the_day_of_its_entry(
    permit_office: PermitOffice,
) -> None:
    case = await a_paper_is_entered(permit_office, permit_office.at(-3, 10))

    await complete(case, CONFIRM, officer=SUPERVISOR, late_entry_result="not_confirmed")
    await case.open_task("Task_PreCheckApplication")

    on_file = times_on_file(case)
    assert on_file.application_date == permit_office.day(0)
    assert on_file.received_at == permit_office.at(-3, 10), "what was claimed stays visible"


async def test_the_promise_to_a_late_entered_family_runs_from_its_passed_pre_check(permit_office: PermitOffice) -> None:
    case = await a_paper_is_entered(permit_office, permit_office.at(-3, 10))

    await complete(case, CONFIRM, officer=SUPERVISOR)
    await complete(case, "Task_PreCheckApplication")
    await case.open_task("Task_RegisterApplication")
    promise = await promise_of(case)

    assert promise.started_at >= permit_office.began_at
    assert promise.due_at == promise.started_at + timedelta(hours=3)


async def test_a_late_entry_that_nobody_confirms_is_escalated_to_the_head(permit_office: PermitOffice) -> None:
    await posts_are_filled(permit_office)
    case = await a_paper_is_entered(permit_office, permit_office.at(-3, 10))
    task = await case.open_task(CONFIRM)

    warned = await fires_at(case, "step_80", task.follow_up_at, CONFIRM)
    late = await fires_at(case, "step_100", task.due_at, CONFIRM)

    assert warned.told == {"KABID": "kabid"}
    assert late.told == {"KABID": "kabid", "KADIS": "kadis"}
    shared = await case.task_changes(task.user_task_key, lambda task: len(task.candidate_groups) == 2, "is shared")
    assert shared.candidate_groups[1] == f"{permit_office.region_code}/KADIS"
