"""The family may take its application back at every wait; every task that is open then ends."""

import pytest

from tests.processes.kit import pbg
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

INTAKE_WITH_UNKNOWN_LAND = (*pbg.INTAKE, "Task_VerifyManually")
WAITS_OF_THE_WINDOW = (*pbg.INTAKE, *(step for step in pbg.ISSUING if step != "Task_HandOverPermit"))


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


async def test_an_application_is_taken_back_while_three_officers_review_it(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_with_own_drawings_applies(permit_office)
    await pbg.complete_each(case, *pbg.INTAKE)
    for step in ("Task_ReviewSpatialFit", "Task_ReviewTechnicalDrawings", "Task_RecordSimbgRegistration"):
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
