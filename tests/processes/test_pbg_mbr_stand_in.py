"""PBG MBR when the signer is away: who may sign in their place, and who is told when nobody may."""

from datetime import date, timedelta

import pytest

from penaemas.licensing.posts import StandInKind
from tests.processes.kit.ladders import ADMIN, fires, firings, posts_are_filled
from tests.processes.kit.pbg import a_family_applies, complete, complete_each, complete_up_to
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

SIGN = "Task_SignPermit"
STAND_IN = "sekretaris-dinas"


async def a_permit_waits_for_its_signature(office: PermitOffice) -> Case:
    """Everything is done but the signature."""
    await posts_are_filled(office)
    case = await a_family_applies(office)
    await complete_up_to(case, SIGN)
    return case


async def a_decree_names_a_stand_in(office: PermitOffice, first_day: date, last_day: date) -> None:
    """The regent makes somebody acting head (Plh) for these days, both included."""
    posts = office.running.casefiles.deadlines.posts
    await posts.record_decree(
        office.region_code, "KADIS", STAND_IN, StandInKind.PLH, "800/12/2026", first_day, last_day, by=ADMIN
    )


async def five_minutes_pass(case: Case) -> None:
    """The signer has not taken the permit for five office minutes."""
    task = await case.open_task(SIGN)
    await case.office.wait_for_the_clock(task.created_at + timedelta(minutes=5))


async def test_with_a_decree_in_force_the_stand_in_signs(permit_office: PermitOffice) -> None:
    case = await a_permit_waits_for_its_signature(permit_office)
    await a_decree_names_a_stand_in(permit_office, permit_office.day(0), permit_office.day(0))
    task = await case.open_task(SIGN)

    await five_minutes_pass(case)
    offered = await fires(case, "stand_in_offered", SIGN)
    open_to = await case.task_changes(
        task.user_task_key, lambda task: len(task.candidate_groups) == 2, "is offered to the stand-in"
    )
    signed = await complete(case, SIGN, officer=STAND_IN)
    await complete_each(case, "Task_HandOverPermit")
    await case.ends()

    region = permit_office.region_code
    assert open_to.candidate_groups == (f"{region}/KADIS", f"{region}/KADIS_PLH"), "the signer may still sign"
    assert offered.told == {"KADIS": STAND_IN}
    assert offered.decrees == {"KADIS": "800/12/2026"}
    assert signed.assignee == STAND_IN
    assert case.path[-1] == "EndEvent_PermitIssued"


@pytest.mark.parametrize("days", [None, (-30, -1)], ids=["no decree", "ended yesterday"])
async def test_without_a_decree_in_force_nobody_may_sign_and_the_sekda_is_told(
    permit_office: PermitOffice, days: tuple[int, int] | None
) -> None:
    case = await a_permit_waits_for_its_signature(permit_office)
    if days is not None:
        await a_decree_names_a_stand_in(permit_office, *map(permit_office.day, days))

    await five_minutes_pass(case)
    told = await fires(case, "signer_absent", SIGN)
    await case.passes("EndEvent_SignerAbsentEscalated")

    assert told.told == {"SEKDA": "sekda"}
    task = await case.open_task(SIGN)
    assert task.candidate_groups == (f"{permit_office.region_code}/KADIS",)
    assert "Task_PublishPermit" not in case.path


async def test_a_signer_who_has_taken_the_permit_is_not_passed_over(permit_office: PermitOffice) -> None:
    case = await a_permit_waits_for_its_signature(permit_office)
    await a_decree_names_a_stand_in(permit_office, permit_office.day(0), permit_office.day(0))
    task = await case.open_task(SIGN)
    await permit_office.running.user_tasks.assign(task.user_task_key, "kadis", allow_override=False)
    await case.task_changes(task.user_task_key, lambda task: task.assignee == "kadis", "is claimed")

    await five_minutes_pass(case)
    await case.passes("EndEvent_StandInOffered")

    assert (await case.open_task(SIGN)).candidate_groups == (f"{permit_office.region_code}/KADIS",)
    assert firings(case) == ()
