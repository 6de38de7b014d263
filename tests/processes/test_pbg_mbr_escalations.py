"""PBG MBR near and past its limits: every rung of the ladders, whom it tells, and what it leaves alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from penaemas.casefiles.breaches import PromiseBreach, breach_of
from penaemas.casefiles.clock_tables import case_priority
from penaemas.casefiles.escalation_steps import SERVICE_WINDOW
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.casefiles.tables import case_file
from penaemas.licensing.posts import Post
from tests.processes.kit.ladders import (
    Firing,
    fires,
    fires_at,
    firings,
    posts_are_filled,
    promise_of,
)
from tests.processes.kit.lateness import lateness_of, noticing_what_is_withheld
from tests.processes.kit.pbg import (
    INTAKE,
    ISSUING,
    REVIEWS,
    a_family_applies,
    awaits_the_family,
    complete,
    complete_each,
    complete_up_to,
    its_breach_is_to_be_explained,
    the_family_corrects,
    the_family_withdraws,
)
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

REGISTER = "Task_RegisterApplication"
SPATIAL = "Task_ReviewSpatialFit"
TAKE_OVER = "Task_TakeOverAsOrdinaryPbg"
REASON = "Task_StateBreachReason"
ASKS: dict[str, Any] = {
    "registration_result": "correction_needed",
    "registration_note": "Alamat bangunan belum lengkap.",
    "correction_subjects": ["DATA_LOKASI"],
}
MENDED: dict[str, Any] = {"building_address": "Blok Rekaan 8, dekat balai desa"}


async def a_case_in_the_window(office: PermitOffice, *vacant: Post) -> Case:
    """A family's pre-check has passed; its registration waits for an officer."""
    await posts_are_filled(office, *vacant)
    case = await a_family_applies(office)
    await complete(case, "Task_PreCheckApplication")
    await case.open_task(REGISTER)
    return case


async def the_counter_asks_for_a_correction(case: Case) -> None:
    """Registration finds a fault; once the documents are looked at too, the family gets one request."""
    await complete(case, REGISTER, **ASKS)
    await complete(case, "Task_CheckCompleteness")
    await awaits_the_family(case)


def breach(case: Case) -> PromiseBreach:
    """The broken promise on file."""
    with case.office.running.casefiles.database.reading() as connection:
        found = breach_of(connection, case.case_id)
    assert found is not None
    return found


def is_closed(case: Case) -> bool:
    """Whether the case file is closed."""
    with case.office.running.casefiles.database.reading() as connection:
        wanted = select(case_file.c.closed_at).where(case_file.c.case_id == case.case_id)
        return connection.execute(wanted).scalar() is not None


def messages(case: Case, kind: str) -> list[str]:
    """What the applicant is sent, in Indonesian."""
    wanted = select(outgoing_message.c.text_id).where(
        outgoing_message.c.case_id == case.case_id, outgoing_message.c.kind == kind
    )
    with case.office.running.casefiles.database.reading() as connection:
        return list(connection.execute(wanted).scalars())


def priority(case: Case) -> int:
    """The case's place in the task list."""
    wanted = select(case_priority.c.priority).where(case_priority.c.case_id == case.case_id)
    with case.office.running.casefiles.database.reading() as connection:
        return connection.execute(wanted).scalar() or 0


async def test_a_short_step_warns_the_division_at_80_percent_and_lets_it_in_at_100(permit_office: PermitOffice) -> None:
    case = await a_case_in_the_window(permit_office)
    task = await case.open_task(REGISTER)

    warned = await fires_at(case, "step_80", task.follow_up_at, REGISTER)
    late = await fires_at(case, "step_100", task.due_at, REGISTER)

    assert warned.told == {"KABID": "kabid"}
    assert late.told == {"KABID": "kabid", "KADIS": "kadis"}
    shared = await case.task_changes(
        task.user_task_key, lambda task: len(task.candidate_groups) == 2, "lets the supervisors take the task"
    )
    region = permit_office.region_code
    assert shared.candidate_groups == (f"{region}/LOKET", f"{region}/PENGAWAS")
    assert shared.ended_at is None, "the officer's task stays open"
    assert priority(case) == 10
    assert {one.level for one in firings(case)} == {"step_80", "step_100"}, "under an hour there is no reminder"


async def test_warnings_and_escalations_fire_within_two_seconds_of_their_instant(permit_office: PermitOffice) -> None:
    case = await a_case_in_the_window(permit_office)
    step, promise = await case.open_task(REGISTER), await promise_of(case)
    assert step.follow_up_at is not None
    assert step.due_at is not None
    assert promise.due_at is not None
    rungs = (
        ("step_80", REGISTER, step.follow_up_at),
        ("step_100", REGISTER, step.due_at),
        ("service_150", SERVICE_WINDOW, promise.due_at - timedelta(minutes=30)),
        ("service_180", SERVICE_WINDOW, promise.due_at),
    )

    for level, step_id, at in rungs:
        async with noticing_what_is_withheld() as withheld:
            firing = await fires_at(case, level, at, step_id)
        late = lateness_of(case, firing, at)

        assert late.ours_s - withheld.total_s < 2, (level, late, withheld)


async def test_the_officer_who_has_the_task_is_warned_beside_the_division(permit_office: PermitOffice) -> None:
    case = await a_case_in_the_window(permit_office)
    task = await case.open_task(REGISTER)
    await permit_office.running.user_tasks.assign(task.user_task_key, "loket.2", allow_override=False)
    await case.task_changes(task.user_task_key, lambda task: task.assignee == "loket.2", "is claimed")

    warned = await fires_at(case, "step_80", task.follow_up_at, REGISTER)

    assert warned.told == {"ASSIGNEE": "loket.2", "KABID": "kabid"}


async def test_a_late_review_of_another_agency_reaches_its_head_too(permit_office: PermitOffice) -> None:
    case = await a_case_in_the_window(permit_office)
    await complete_each(case, *INTAKE[1:])
    task = await case.open_task(SPATIAL)

    warned = await fires_at(case, "step_80", task.follow_up_at, SPATIAL)
    late = await fires_at(case, "step_100", task.due_at, SPATIAL)

    assert warned.told == {"KABID_TARU": "kabid_taru"}
    assert late.told == {"KABID_TARU": "kabid_taru", "KADIS": "kadis", "KADIS_TEKNIS": "kadis_teknis"}


async def test_a_step_of_an_hour_is_reminded_at_half_of_its_time_first(permit_office: PermitOffice) -> None:
    await posts_are_filled(permit_office)
    case = await a_family_applies(permit_office, own_income_idr=90_000_000)
    await complete(case, "Task_PreCheckApplication")
    task = await case.open_task(TAKE_OVER)
    assert task.due_at is not None
    hour = task.due_at - task.created_at

    reminded = await fires_at(case, "step_50", task.follow_up_at, TAKE_OVER)
    warned = await fires_at(case, "step_80", _part(task.created_at, task.due_at, 0.8), TAKE_OVER)
    late = await fires_at(case, "step_100", task.due_at, TAKE_OVER)

    assert 3599 <= hour.total_seconds() <= 3600
    assert [one.told for one in (reminded, warned, late)] == [
        {"KABID": "kabid"},
        {"KABID": "kabid"},
        {"KABID": "kabid", "KADIS": "kadis"},
    ]


async def test_the_service_warns_at_150_minutes_and_breaks_its_promise_at_180(permit_office: PermitOffice) -> None:
    case = await a_case_in_the_window(permit_office)
    promise = await promise_of(case)
    warned_at, due_at = (permit_office.at(0, 10, 30), permit_office.at(0, 11))
    past_the_hour = promise.started_at - permit_office.at(0, 8)
    await fires_at(case, "step_100", (await case.open_task(REGISTER)).due_at, REGISTER)

    warned = await fires_at(case, "service_150", warned_at + past_the_hour)
    broken = await fires_at(case, "service_180", due_at + past_the_hour)

    assert promise.due_at == due_at + past_the_hour
    assert warned.told == {"KADIS": "kadis"}
    assert broken.told == {"KADIS": "kadis", "INSPEKTORAT": "inspektorat"}
    assert priority(case) == 30
    on_file = breach(case)
    assert on_file.compensations == ("priority_on_next_visit", "souvenir")
    assert on_file.new_due_at == permit_office.at(1, 15), "the closing of the next working day"
    tuesday = f"{permit_office.day(1):%d-%m-%Y}"
    (apology,) = messages(case, "promise_broken")
    assert f"paling lambat {tuesday} pukul 15.00 WIB" in apology


async def test_after_a_breach_an_officer_states_the_reason_before_the_case_closes(permit_office: PermitOffice) -> None:
    case = await a_case_in_the_window(permit_office)
    await fires_at(case, "service_180", (await promise_of(case)).due_at)

    await complete_each(case, *INTAKE[1:], *REVIEWS, *ISSUING)
    reason = await case.open_task(REASON)
    reminded = await fires_at(case, "step_50", reason.follow_up_at, REASON)
    await complete(case, REASON)
    await case.ends()

    assert reminded.told == {"KABID": "kabid"}
    assert breach(case).reason == "PETUGAS_TIDAK_ADA"
    assert case.path[-1] == "EndEvent_PermitIssued"


async def test_a_case_taken_back_after_its_breach_is_closed_and_then_explained(permit_office: PermitOffice) -> None:
    case = await a_case_in_the_window(permit_office)
    await fires_at(case, "service_180", (await promise_of(case)).due_at)

    await the_family_withdraws(case)
    explanation = await its_breach_is_to_be_explained(case)
    reason = await explanation.open_task(REASON)
    closed_before = is_closed(case)
    reminded = await fires_at(explanation, "step_50", reason.follow_up_at, REASON)
    await fires_at(explanation, "step_100", reason.due_at, REASON)
    await explanation.passes("EndEvent_StateBreachReasonEscalated")
    await complete(explanation, REASON)

    assert (await case.ends()).state == "completed"
    assert (closed_before, reminded.told) == (True, {"KABID": "kabid"})
    assert breach(case).reason == "PETUGAS_TIDAK_ADA"
    assert case.path[-1] == "EndEvent_ApplicationWithdrawn"


async def test_a_rejection_that_leaves_the_window_in_time_and_is_signed_too_late_is_a_breach(
    permit_office: PermitOffice,
) -> None:
    case = await a_case_in_the_window(permit_office)
    await complete_each(case, *INTAKE[1:], *REVIEWS)
    await complete(case, "Task_DecideJointly", joint_decision="rejected", rejection_reasons="Di sempadan sungai.")
    await case.open_task("Task_DecideRejection")
    await permit_office.wait_for_the_clock(permit_office.at(0, 14))

    await complete(case, "Task_DecideRejection")
    told = await fires(case, "service_180")
    await complete(await its_breach_is_to_be_explained(case), REASON)

    assert (await case.ends()).state == "completed"
    assert case.path[-1] == "EndEvent_ApplicationRejected"
    assert "INSPEKTORAT" in told.told
    assert breach(case).reason == "PETUGAS_TIDAK_ADA"


async def test_an_unfinished_case_climbs_to_the_regent_and_no_timer_grants_it(permit_office: PermitOffice) -> None:
    case = await a_case_in_the_window(permit_office)
    await complete_each(case, *INTAKE[1:])
    await fires_at(case, "service_180", (await promise_of(case)).due_at)

    next_day = await fires_at(case, "next_working_day", permit_office.at(1, 15))
    fifth_day = await fires_at(case, "deemed_approval_watch", permit_office.at(7, 15))
    tenth_day = await fires_at(case, "skb_pbg_mbr", permit_office.at(14, 15))

    assert next_day.told == {"SEKDA": "sekda"}
    assert fifth_day.told == {"KADIS": "kadis", "BAGIAN_HUKUM": "bagian_hukum"}
    assert tenth_day.told == {"BUPATI": "bupati"}
    for element_id in REVIEWS:
        assert (await case.open_task(element_id)).ended_at is None
    assert "Task_PublishPermit" not in case.path
    levels = [one.level for one in firings(case) if one.step_id == SERVICE_WINDOW]
    assert levels == ["service_150", "service_180", "next_working_day", "deemed_approval_watch", "skb_pbg_mbr"]


async def test_a_correction_stops_the_ladders_and_what_has_fired_does_not_fire_again(
    permit_office: PermitOffice,
) -> None:
    case = await a_case_in_the_window(permit_office)
    started_at = (await promise_of(case)).started_at
    await fires_at(case, "service_150", started_at + (permit_office.at(0, 10, 30) - permit_office.at(0, 8)))
    await the_counter_asks_for_a_correction(case)
    before = firings(case)

    await permit_office.wait_for_the_clock(permit_office.at(2, 9))
    await the_family_corrects(case, **MENDED)
    again = await case.waits_at(REGISTER, task_number=2)
    assert firings(case) == before, "while the family has to act, nobody is alarmed"
    promise = await promise_of(case)
    assert promise.remaining_s is not None
    assert 29 * 60 < promise.remaining_s <= 30 * 60, "150 of 180 minutes are used"
    warned = await _second_warning(case, again.follow_up_at)
    await fires_at(case, "service_180", promise.due_at)

    assert warned.told == {"KABID": "kabid"}, "the step begins anew with its full minutes"
    assert [one.level for one in firings(case) if one.level.startswith("service")] == ["service_150", "service_180"]


async def test_a_case_that_comes_back_after_its_breach_climbs_on_without_a_second_apology(
    permit_office: PermitOffice,
) -> None:
    case = await a_case_in_the_window(permit_office)
    due_at = (await promise_of(case)).due_at
    await fires_at(case, "service_180", due_at)
    await the_counter_asks_for_a_correction(case)
    await permit_office.wait_for_the_clock(permit_office.at(1, 9))
    await the_family_corrects(case, **MENDED)
    await case.waits_at(REGISTER, task_number=2)

    promise = await promise_of(case)
    next_day = await fires_at(case, "next_working_day", permit_office.at(1, 15))

    assert (promise.remaining_s, promise.due_at) == (0, due_at), "the due instant stays the honest one"
    assert next_day.told == {"SEKDA": "sekda"}
    assert len(messages(case, "promise_broken")) == 1
    assert len(breach(case).compensations) == 2
    levels = [one.level for one in firings(case) if one.step_id == SERVICE_WINDOW]
    assert levels == ["service_150", "service_180", "next_working_day"]


async def test_a_vacant_post_passes_its_notice_up(permit_office: PermitOffice) -> None:
    case = await a_case_in_the_window(permit_office, Post.KABID, Post.INSPEKTORAT)
    task = await case.open_task(REGISTER)

    warned = await fires_at(case, "step_80", task.follow_up_at, REGISTER)
    late = await fires_at(case, "step_100", task.due_at, REGISTER)
    broken = await fires_at(case, "service_180", (await promise_of(case)).due_at)

    assert warned.told == {"KABID": "kadis"}
    assert late.told == {"KABID": "kadis"}, "nobody is told twice of the same thing"
    assert broken.told == {"KADIS": "kadis", "INSPEKTORAT": "sekda"}


async def test_a_step_that_is_done_in_time_alarms_nobody(permit_office: PermitOffice) -> None:
    case = await a_case_in_the_window(permit_office)
    await complete_up_to(case, SPATIAL, (*INTAKE[1:], *REVIEWS))

    await permit_office.wait_for_the_clock(permit_office.at(0, 8, 24))
    await fires(case, "step_80", SPATIAL)

    assert {one.step_id for one in firings(case)} <= {*REVIEWS}


async def _second_warning(case: Case, due_at: datetime | None) -> Firing:
    assert due_at is not None
    await case.office.wait_for_the_clock(due_at)
    return await fires(case, "step_80", REGISTER, times=2)


def _part(begin: datetime, end: datetime, share: float) -> datetime:
    """An instant between two others; the diagrams count from the whole second."""
    return begin.replace(microsecond=0) + (end - begin.replace(microsecond=0)) * share
