"""PBG MBR when the signer is away: who may sign in their place, and who is told when nobody may."""

from datetime import date, timedelta

import pytest

from penaemas.licensing.posts import StandInKind
from tests.processes.kit.ladders import (
    ADMIN,
    fires,
    fires_at,
    firings,
    ladders_have_settled,
    posts_are_filled,
    promise_of,
)
from tests.processes.kit.outages import an_outage_begins, the_outage_is_over
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


@pytest.mark.parametrize("days", [None, (-30, -1), (1, 30)], ids=["no decree", "ended yesterday", "begins tomorrow"])
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


async def test_an_outage_while_the_signer_reads_moves_the_alarm_and_the_promise_and_the_signature_counts(
    permit_office: PermitOffice,
) -> None:
    case = await a_permit_waits_for_its_signature(permit_office)
    task, promise = await case.open_task(SIGN), await promise_of(case)
    assert task.follow_up_at is not None
    assert promise.due_at is not None
    await permit_office.running.user_tasks.assign(task.user_task_key, "kadis", allow_override=False)

    begun, pause = permit_office.now(), timedelta(minutes=20)
    await an_outage_begins(permit_office, begun)
    # The alarm rings as the diagram says, and the ladder waits for what remains.
    await permit_office.wait_for_the_clock(task.follow_up_at)
    await case.passes("CallActivity_EscalateSignPermit")
    await ladders_have_settled(case)
    await permit_office.wait_for_the_clock(begun + pause)
    await the_outage_is_over(permit_office, begun + pause)
    warned = await fires_at(case, "step_80", task.follow_up_at + pause, SIGN)
    moved = await promise_of(case)
    signed = await complete(case, SIGN, officer="kadis")
    await complete(case, "Task_HandOverPermit")

    assert (await case.ends()).state == "completed"
    assert case.path[-1] == "EndEvent_PermitIssued"
    assert signed.user_task_key == task.user_task_key, "nobody's task was cancelled"
    assert "KADIS" not in (warned.told or {}), "the minutes of the outage are nobody's delay"
    assert moved.due_at == promise.due_at + pause
    assert moved.gross_office_s - moved.net_s == pause.total_seconds()
