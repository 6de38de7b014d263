"""The family may take its application back at every wait; every task that is open then ends."""

from datetime import datetime

import pytest

from penaemas.casefiles.case_records import NotAllowedNow
from tests.processes.kit import pbg
from tests.processes.kit.coverage import user_tasks_in
from tests.processes.kit.ladders import fires_at, promise_of
from tests.processes.kit.running_office import PROJECT
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

INTAKE_WITH_UNKNOWN_LAND = (*pbg.INTAKE, "Task_VerifyManually")
WAITS_OF_THE_WINDOW = (*pbg.INTAKE, *(step for step in pbg.ISSUING if step != "Task_HandOverPermit"))
WAITS_TOGETHER = ("Task_ReviewSpatialFit", "Task_RecordSimbgRegistration")
REVIEWS = ("Task_ReviewPrototypeLayout", "Task_ReviewTechnicalDrawings")
WAITS_OUTSIDE_THE_WINDOW = (
    "Task_ConfirmLateEntry",
    "Task_VerifyManually",
    "Task_DecideRejection",
    "Task_TakeOverAsOrdinaryPbg",
)
AFTER_THE_SIGNATURE = ("Task_HandOverPermit", "Task_StateBreachReason")


async def test_these_stories_know_every_wait_for_an_officer() -> None:
    told = {*WAITS_OF_THE_WINDOW, *WAITS_TOGETHER, *REVIEWS, *WAITS_OUTSIDE_THE_WINDOW, *AFTER_THE_SIGNATURE}

    assert told == user_tasks_in(PROJECT / "bpmn" / "pbg_mbr_3_jam" / "pbg_mbr_3_jam.bpmn")


async def the_family_withdraws_and_nothing_stays_open(case: Case) -> None:
    """The one end of every story here."""
    await pbg.the_family_withdraws(case)

    assert (await case.ends()).state == "completed"
    assert case.path[-1] == "EndEvent_ApplicationWithdrawn", case.stands()
    tasks = case.office.running.history.queries.tasks_of(case.process_instance_key)
    assert not [task.element_id for task in tasks if task.ended_at is None]


@pytest.mark.parametrize("step", WAITS_OF_THE_WINDOW)
async def test_an_application_is_taken_back_while_an_officer_works_on_it(
    permit_office: PermitOffice, step: str
) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete_up_to(case, step)

    await the_family_withdraws_and_nothing_stays_open(case)


async def test_an_application_is_taken_back_while_it_is_looked_up_by_hand(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office, registries_know=False)
    await pbg.complete_up_to(case, "Task_VerifyManually", INTAKE_WITH_UNKNOWN_LAND)

    await the_family_withdraws_and_nothing_stays_open(case)


@pytest.mark.parametrize("review", REVIEWS)
async def test_an_application_is_taken_back_while_three_officers_review_it(
    permit_office: PermitOffice, review: str
) -> None:
    applies = pbg.a_family_applies if review == REVIEWS[0] else pbg.a_family_with_own_drawings_applies
    case = await applies(permit_office)
    await pbg.complete_each(case, *pbg.INTAKE)
    for step in (*WAITS_TOGETHER, review):
        await case.waits_at(step)

    await the_family_withdraws_and_nothing_stays_open(case)


async def test_an_application_is_taken_back_while_its_late_entry_is_not_confirmed(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies_on_paper(permit_office)
    await case.waits_at("Task_ConfirmLateEntry")

    await the_family_withdraws_and_nothing_stays_open(case)


async def test_an_application_is_taken_back_while_a_correction_is_waited_for(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete_each(case, "Task_PreCheckApplication", Task_PreCheckApplication=pbg.WITHOUT_KTP)
    await pbg.awaits_the_family(case)

    await the_family_withdraws_and_nothing_stays_open(case)


async def test_an_application_is_taken_back_before_its_rejection_is_signed(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office, land_area_m2="20.00")
    await pbg.complete(case, "Task_PreCheckApplication")
    await case.waits_at("Task_DecideRejection")

    await the_family_withdraws_and_nothing_stays_open(case)


async def test_an_application_is_taken_back_before_the_ordinary_pbg_takes_it(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office, floor_area_m2="49.00")
    await pbg.complete(case, "Task_PreCheckApplication")
    await case.waits_at("Task_TakeOverAsOrdinaryPbg")

    await the_family_withdraws_and_nothing_stays_open(case)


async def test_a_signed_permit_is_not_taken_back_and_the_case_goes_on_to_its_end(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)
    await fires_at(case, "service_180", await _due_at_once_begun(case))
    await pbg.complete_each(case, *pbg.TO_THE_PERMIT[1:-1])

    await case.open_task("Task_HandOverPermit")
    with pytest.raises(NotAllowedNow, match="signed"):
        await pbg.the_family_withdraws(case)
    await pbg.complete(case, "Task_HandOverPermit")
    await case.open_task("Task_StateBreachReason")
    with pytest.raises(NotAllowedNow, match="signed"):
        await pbg.the_family_withdraws(case)
    await pbg.complete(case, "Task_StateBreachReason")

    assert (await case.ends()).state == "completed"
    assert case.path[-1] == "EndEvent_PermitIssued"


async def _due_at_once_begun(case: Case) -> datetime | None:
    await pbg.complete(case, "Task_PreCheckApplication")
    await case.open_task("Task_RegisterApplication")
    return (await promise_of(case)).due_at
