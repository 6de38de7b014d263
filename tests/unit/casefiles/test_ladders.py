"""What a ladder does next: by the clock, the calendar and what has fired. Expectations are typed in from the rules."""

from __future__ import annotations

from datetime import timedelta

import pytest

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.clock_ledger import Ground, correction_reference
from penaemas.casefiles.escalation_steps import LADDER_STEPS, SERVICE_WINDOW
from penaemas.casefiles.ladders import NextStep, StepInstance
from penaemas.licensing.escalation_ladder import STEPS
from tests.deadlines import fill_posts, wib
from tests.offices import SUMEDANG, OfficeClock
from tests.pbg import opened

REVIEW = "Task_ReviewTechnicalDrawings"
TASK = 2251799813685300


async def window_opened(office: Office) -> str:
    await fill_posts(office)
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    return case_id


async def climb(office: Office, clock: OfficeClock, case_id: str, until: str) -> list[tuple[str, str]]:
    """Let the ladder of the service run: what fired, at which instant (WIB)."""
    fired = []
    while True:
        step = await office.deadlines.ladders.next_of_service(case_id, SUMEDANG)
        if step.action in ("notify", "breach"):
            await office.deadlines.escalations.fire_for_service(case_id, SUMEDANG, step.level)
            fired.append((step.level, f"{clock.now() + timedelta(hours=7):%d %H:%M:%S}"))
        elif step.action == "done" or step.wait_until > wib(until):
            return fired
        else:
            assert step.wait_until > clock.now(), "a ladder that waits for the past would spin"
            clock.let_pass(step.wait_until - clock.now())


async def next_of_review(
    office: Office, case_id: str, entered_at: str = "2026-02-02 09:00", key: int = TASK
) -> NextStep:
    step = StepInstance(key, wib(entered_at))
    return await office.deadlines.ladders.next_of_step(case_id, SUMEDANG, REVIEW, step, 40 * 60, "counter")


async def test_a_short_step_warns_at_80_percent_and_escalates_at_100(office: Office, clock: OfficeClock) -> None:
    case_id = await window_opened(office)

    waits = await next_of_review(office, case_id)
    clock.let_pass(timedelta(minutes=32))
    warns = await next_of_review(office, case_id)
    await office.deadlines.escalations.fire_for_step(case_id, SUMEDANG, REVIEW, warns.level, TASK, "petugas.1")
    then = await next_of_review(office, case_id)
    clock.let_pass(timedelta(minutes=8))
    late = await next_of_review(office, case_id)
    await office.deadlines.escalations.fire_for_step(case_id, SUMEDANG, REVIEW, late.level, TASK, "petugas.1")

    assert (waits.action, waits.wait_until) == ("wait", wib("2026-02-02 09:32"))
    assert (warns.action, warns.level) == ("notify", "step_80")
    assert (then.action, then.wait_until) == ("wait", wib("2026-02-02 09:40"))
    assert (late.action, late.level) == ("notify", "step_100")
    assert (await next_of_review(office, case_id)).action == "done"


async def test_a_step_of_an_hour_is_reminded_at_50_percent_first(office: Office, clock: OfficeClock) -> None:
    case_id = await window_opened(office)
    clock.let_pass(timedelta(minutes=30))

    step = await office.deadlines.ladders.next_of_step(
        case_id, SUMEDANG, "Task_DecideRejection", StepInstance(TASK, wib("2026-02-02 09:00")), 3600, "back_office"
    )

    assert (step.action, step.level) == ("notify", "step_50")


async def test_a_step_that_is_entered_again_gets_its_full_minutes(office: Office, clock: OfficeClock) -> None:
    case_id = await window_opened(office)
    clock.let_pass(timedelta(minutes=40))
    await office.deadlines.escalations.fire_for_step(case_id, SUMEDANG, REVIEW, "step_80", TASK, None)

    again = await next_of_review(office, case_id, "2026-02-02 09:40", key=TASK + 7)

    assert (again.action, again.wait_until) == ("wait", wib("2026-02-02 10:12"))


async def test_an_alarm_that_rings_during_an_outage_waits_for_what_remains(office: Office, clock: OfficeClock) -> None:
    case_id = await window_opened(office)
    clock.let_pass(timedelta(minutes=32))
    began_at = wib("2026-02-02 09:12")
    await office.outages.declare(
        SUMEDANG, "SIMBG-7", system="SIMBG", began_at=began_at, reason="padam", supervisor="kabid.1"
    )

    during = await next_of_review(office, case_id)
    clock.let_pass(timedelta(minutes=10))
    await office.outages.end(SUMEDANG, "SIMBG-7", ended_at=clock.now(), reason="pulih", supervisor="kabid.1")
    after = await next_of_review(office, case_id)

    # 12 of its 32 minutes had passed when the outage began.
    assert (during.action, during.wait_until) == ("wait", wib("2026-02-02 09:52"))
    assert (after.action, after.wait_until) == ("wait", wib("2026-02-02 10:02"))


async def test_the_service_climbs_from_150_minutes_to_the_limit_of_the_decree(
    office: Office, clock: OfficeClock
) -> None:
    case_id = await window_opened(office)
    await office.deadlines.service_window.declare_complete(case_id)

    assert await climb(office, clock, case_id, "2026-03-31 00:00") == [
        ("service_150", "02 11:30:00"),
        ("service_180", "02 12:00:00"),
        ("next_working_day", "03 15:00:00"),
        ("deemed_approval_watch", "09 15:00:00"),
        ("skb_pbg_mbr", "18 15:00:00"),
    ]
    assert (await office.deadlines.ladders.next_of_service(case_id, SUMEDANG)).action == "done"


async def test_the_breach_is_recorded_by_its_own_action(office: Office, clock: OfficeClock) -> None:
    case_id = await window_opened(office)
    await office.deadlines.escalations.fire_for_service(case_id, SUMEDANG, "service_150")
    clock.let_pass(timedelta(minutes=180))

    step = await office.deadlines.ladders.next_of_service(case_id, SUMEDANG)

    assert (step.action, step.level) == ("breach", "service_180")


async def test_limits_of_law_wait_for_the_complete_file(office: Office, clock: OfficeClock) -> None:
    case_id = await window_opened(office)

    fired = await climb(office, clock, case_id, "2026-02-28 00:00")

    assert [level for level, _ in fired] == ["service_150", "service_180", "next_working_day"]
    assert (await office.deadlines.ladders.next_of_service(case_id, SUMEDANG)).action == "wait"


async def test_a_kept_promise_ends_the_ladder(office: Office, clock: OfficeClock) -> None:
    case_id = await window_opened(office)
    clock.let_pass(timedelta(minutes=155))
    await office.deadlines.service_window.stop(case_id)

    assert (await office.deadlines.ladders.next_of_service(case_id, SUMEDANG)).action == "done"


async def test_what_has_fired_does_not_fire_again_after_a_correction(office: Office, clock: OfficeClock) -> None:
    case_id = await window_opened(office)
    await office.deadlines.service_window.declare_complete(case_id)
    assert len(await climb(office, clock, case_id, "2026-02-02 12:30")) == 2
    ground = Ground("menunggu pemohon", "petugas.1", "SKB", correction_reference(1))
    with office.database.transaction() as connection:
        office.clocks.pause(connection, case_id, clock.now(), ground)
    clock.let_pass(wib("2026-02-04 09:00") - clock.now())

    again = await office.deadlines.service_window.open(case_id, SUMEDANG)

    # The promise was due on Monday; its end of Tuesday does not count, because the applicant had to act.
    assert again.alarms.due_at == wib("2026-02-02 12:00")
    assert again.alarms.warning_at == again.alarms.breach_at == wib("2026-02-04 15:00")
    assert (await climb(office, clock, case_id, "2026-02-05 00:00")) == [("next_working_day", "04 15:00:00")]


async def test_a_window_whose_rungs_have_all_fired_is_left_alone(office: Office, clock: OfficeClock) -> None:
    case_id = await window_opened(office)
    await office.deadlines.service_window.declare_complete(case_id)
    await climb(office, clock, case_id, "2026-03-31 00:00")

    alarms = (await office.deadlines.service_window.open(case_id, SUMEDANG)).alarms

    assert alarms.warning_at == alarms.breach_at
    assert alarms.breach_at - clock.now() > timedelta(days=42)


def test_every_officers_task_of_the_diagram_has_a_step_on_the_ladder() -> None:
    ladder = {row.step.id for row in LADDER_STEPS.values()}

    assert {step.id for step in STEPS} <= ladder
    assert SERVICE_WINDOW not in LADDER_STEPS


@pytest.mark.parametrize("step_id", ["Task_SignPermit", "Task_IssueComplianceStatement", "Task_DecideRejection"])
def test_nobody_but_the_signer_or_a_stand_in_may_sign(step_id: str) -> None:
    assert LADDER_STEPS[step_id].supervisors_role is None
    assert LADDER_STEPS[step_id].signer is not None


async def test_nobody_is_told_of_a_breach_that_may_still_be_averted(office: Office, clock: OfficeClock) -> None:
    case_id = await window_opened(office)
    await office.deadlines.escalations.fire_for_service(case_id, SUMEDANG, "service_150")
    clock.let_pass(timedelta(minutes=179, seconds=59, milliseconds=500))

    step = await office.deadlines.ladders.next_of_service(case_id, SUMEDANG)

    assert (step.action, step.wait_until) == ("wait", wib("2026-02-02 12:00"))
