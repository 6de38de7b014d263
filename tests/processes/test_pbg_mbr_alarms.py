"""Every officer's step has an alarm of its own that raises the ladder; after its last rung the step is still open."""

from typing import Any

import pytest

from tests.processes.kit import pbg
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


async def the_ladder_of_each_is_climbed(case: Case, *steps: str) -> None:
    """Officers are late with these steps: each alarm rings, each ladder ends at its last rung, then they finish."""
    office = case.office
    tasks = [await case.open_task(step) for step in steps]
    alarms = [task.follow_up_at for task in tasks if task.follow_up_at is not None]
    limits = [task.due_at for task in tasks if task.due_at is not None]
    assert len(alarms) == len(limits) == len(steps)
    await office.wait_for_the_clock(max(office.now(), *alarms))
    for step in steps:
        await case.passes(f"CallActivity_Escalate{step.removeprefix('Task_')}")
    await office.wait_for_the_clock(max(office.now(), *limits))
    for step in steps:
        await case.passes(f"EndEvent_{step.removeprefix('Task_')}Escalated")
    await pbg.complete_each(case, *steps)


async def test_each_step_to_the_permit_alarms_and_the_service_as_a_whole_too(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies_on_paper(permit_office, registries_know=False)

    await the_ladder_of_each_is_climbed(case, "Task_ConfirmLateEntry")
    for step in (*pbg.INTAKE, "Task_VerifyManually"):
        await the_ladder_of_each_is_climbed(case, step)
    await the_ladder_of_each_is_climbed(case, *pbg.REVIEWS)
    for step in pbg.ISSUING[:-1]:
        await the_ladder_of_each_is_climbed(case, step)
    await the_ladder_of_each_is_climbed(case, "Task_HandOverPermit")

    assert (await case.ends()).state == "completed"
    assert "CallActivity_EscalateServiceWarning" in case.path


async def test_the_full_review_alarms(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_with_own_drawings_applies(permit_office)
    await pbg.complete_each(case, *pbg.INTAKE)

    await the_ladder_of_each_is_climbed(case, "Task_ReviewTechnicalDrawings")


@pytest.mark.parametrize(
    ("differences", "step"),
    [({"land_area_m2": "20.00"}, "Task_DecideRejection"), ({"floor_area_m2": "49.00"}, "Task_TakeOverAsOrdinaryPbg")],
)
async def test_a_step_after_the_service_alarms_too(
    permit_office: PermitOffice, differences: dict[str, Any], step: str
) -> None:
    case = await pbg.a_family_applies(permit_office, **differences)
    await pbg.complete(case, "Task_PreCheckApplication")

    await the_ladder_of_each_is_climbed(case, step)

    assert (await case.ends()).state == "completed"


async def test_who_explains_a_breach_is_alarmed_too(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete_up_to(case, "Task_HandOverPermit")
    await permit_office.wait_for_the_clock(permit_office.at(0, 11, 30))
    await case.passes("CallActivity_EscalateServiceBreach")
    await pbg.complete(case, "Task_HandOverPermit")

    await the_ladder_of_each_is_climbed(case, "Task_StateBreachReason")
    await permit_office.wait_for_the_clock(permit_office.at(1, 15))

    assert (await case.ends()).state == "completed"
    assert "EndEvent_PermitIssued" in case.path
