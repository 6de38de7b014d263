"""A rung that fires: whom it tells, what it does to the task, and that it does so once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.breaches import BreachReason, breach_of, state_reason
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.licensing.posts import Post, StandInKind
from penaemas.zeebe.job_contract import ContractViolation, TransientFailure
from tests.deadlines import CASE_INSTANCE, FakeHistory, fill_posts, wib
from tests.offices import MONDAY_NINE, SUMEDANG, OfficeClock
from tests.pbg import opened
from workers.escalations.notify_level import NotifyLevelInput, notify_level
from workers.escalations.record_breach import RecordBreachInput, record_breach

REVIEW = "Task_ReviewSpatialFit"
SERVICE = "SubProcess_ServiceWindow"


@pytest.fixture
def history() -> FakeHistory:
    return FakeHistory()


@pytest.fixture
async def case_id(office: Office) -> str:
    """A case within its service window, all posts filled."""
    await fill_posts(office)
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    return case_id


async def notify(
    office: Office, history: FakeHistory, case_id: str, step_id: str, level: str, ladder: int | None = None
) -> None:
    instance = history.ladder() if ladder is None else ladder
    await notify_level(
        NotifyLevelInput(case_id=case_id, region_code=SUMEDANG, step_id=step_id, escalation_level=level),
        context=history.job(instance, case_id),
        history=history.as_history,
        user_tasks=history.as_user_tasks,
        escalations=office.deadlines.escalations,
    )


async def breach(office: Office, case_id: str, level: str = "service_180") -> None:
    job = RecordBreachInput(case_id=case_id, region_code=SUMEDANG, step_id=SERVICE, escalation_level=level)
    await record_breach(job, escalations=office.deadlines.escalations)


async def told(office: Office, case_id: str) -> list[tuple[str, str | None]]:
    notices = await office.deadlines.escalations.notices_of(case_id)
    return [(notice["level"], notice["officer"]) for notice in notices]


def messages(office: Office, case_id: str) -> list[str]:
    with office.database.reading() as connection:
        wanted = select(outgoing_message.c.text_id).where(
            outgoing_message.c.case_id == case_id, outgoing_message.c.kind == "promise_broken"
        )
        return list(connection.execute(wanted).scalars())


async def test_a_warning_tells_the_assignee_and_the_head_of_the_division(
    office: Office, history: FakeHistory, case_id: str
) -> None:
    history.opens(REVIEW, MONDAY_NINE, assignee="taru.1")

    await notify(office, history, case_id, REVIEW, "step_80")

    assert await told(office, case_id) == [("step_80", "taru.1"), ("step_80", "kabid_taru")]
    assert history.groups == {}
    assert await office.deadlines.escalations.priority_of(case_id) == 0


async def test_a_late_step_lets_the_supervisor_in_and_comes_first_in_the_list(
    office: Office, history: FakeHistory, case_id: str
) -> None:
    task = history.opens(REVIEW, MONDAY_NINE, group="32.11/TARU", assignee="taru.1")

    await notify(office, history, case_id, REVIEW, "step_100")

    assert history.groups == {task: ("32.11/TARU", "32.11/KABID_TARU")}
    assert sorted(officer or "" for _, officer in await told(office, case_id)) == [
        "kabid_taru",
        "kadis",
        "kadis_teknis",
    ]
    assert await office.deadlines.escalations.priority_of(case_id) == 10


async def test_the_head_of_a_technical_agency_is_told_of_the_agencys_steps_only(
    office: Office, history: FakeHistory, case_id: str
) -> None:
    history.opens("Task_CheckCompleteness", MONDAY_NINE, group="32.11/OPERATOR")

    await notify(office, history, case_id, "Task_CheckCompleteness", "step_100")

    assert sorted(officer or "" for _, officer in await told(office, case_id)) == ["kabid", "kadis"]


async def test_a_signature_is_not_offered_to_whoever_supervises(
    office: Office, history: FakeHistory, case_id: str
) -> None:
    history.opens("Task_SignPermit", MONDAY_NINE, group="32.11/KADIS")

    await notify(office, history, case_id, "Task_SignPermit", "step_100")

    assert history.groups == {}
    assert "sekda" in [officer for _, officer in await told(office, case_id)]


async def test_a_job_that_runs_twice_tells_nobody_twice(
    office: Office, history: FakeHistory, case_id: str, clock: OfficeClock
) -> None:
    history.opens(REVIEW, MONDAY_NINE, group="32.11/TARU")
    ladder = history.ladder()
    await notify(office, history, case_id, REVIEW, "step_100", ladder)
    first = await office.deadlines.escalations.notices_of(case_id)
    clock.let_pass(timedelta(minutes=1))

    await notify(office, history, case_id, REVIEW, "step_100", ladder)

    assert await office.deadlines.escalations.notices_of(case_id) == first


async def test_a_step_that_is_entered_again_has_warnings_of_its_own(
    office: Office, history: FakeHistory, case_id: str
) -> None:
    first = history.opens(REVIEW, MONDAY_NINE, assignee="taru.1")
    await notify(office, history, case_id, REVIEW, "step_80")
    history.ends(first, MONDAY_NINE)
    history.opens(REVIEW, MONDAY_NINE, assignee="taru.2")

    await notify(office, history, case_id, REVIEW, "step_80")

    assert ("step_80", "taru.2") in await told(office, case_id)


async def test_an_old_ladder_does_not_speak_for_the_next_entry_of_its_step(
    office: Office, history: FakeHistory, case_id: str
) -> None:
    first = history.opens(REVIEW, MONDAY_NINE, assignee="taru.1")
    ladder = history.ladder()
    history.ends(first, MONDAY_NINE)
    history.opens(REVIEW, MONDAY_NINE, assignee="taru.2")

    await notify(office, history, case_id, REVIEW, "step_100", ladder)

    assert (await told(office, case_id), history.groups) == ([], {})


async def test_a_task_that_is_done_in_this_moment_tells_nobody(
    office: Office, history: FakeHistory, case_id: str
) -> None:
    history.gone.add(history.opens(REVIEW, MONDAY_NINE))

    await notify(office, history, case_id, REVIEW, "step_100")

    assert await told(office, case_id) == []


async def test_a_vacant_post_and_a_stand_in_are_reached_as_the_decree_says(
    office: Office, history: FakeHistory, case_id: str
) -> None:
    posts = office.deadlines.posts
    await posts.vacate(SUMEDANG, Post.KABID_TARU, date(2026, 2, 1), by="admin.1")
    await posts.record_absence(SUMEDANG, Post.KADIS_TEKNIS, date(2026, 2, 2), date(2026, 2, 2), by="admin.1")
    await posts.record_decree(
        SUMEDANG,
        Post.KADIS_TEKNIS,
        "plh.teknis",
        StandInKind.PLH,
        "800/1/2026",
        date(2026, 2, 2),
        date(2026, 2, 2),
        by="admin.1",
    )
    history.opens(REVIEW, MONDAY_NINE)

    await notify(office, history, case_id, REVIEW, "step_100")

    notices = await office.deadlines.escalations.notices_of(case_id)
    reached = {notice["meant_for"]: (notice["post"], notice["officer"], notice["decree_number"]) for notice in notices}
    assert reached["KABID_TARU"] == ("KADIS_TEKNIS", "plh.teknis", "800/1/2026")


async def test_an_absent_signer_without_a_decree_is_reported_to_the_sekda(
    office: Office, history: FakeHistory, case_id: str
) -> None:
    history.opens("Task_SignPermit", MONDAY_NINE, group="32.11/KADIS")

    await notify(office, history, case_id, "Task_SignPermit", "signer_absent", CASE_INSTANCE)

    assert await told(office, case_id) == [("signer_absent", "sekda")]


@pytest.mark.parametrize(
    ("level", "officers", "priority"),
    [
        ("service_150", ["kadis"], 20),
        ("next_working_day", ["sekda"], 0),
        ("deemed_approval_watch", ["bagian_hukum", "kadis"], 0),
        ("skb_pbg_mbr", ["bupati"], 0),
    ],
)
async def test_each_level_of_the_service_tells_its_own_people(
    office: Office, history: FakeHistory, case_id: str, level: str, officers: list[str], priority: int
) -> None:
    await notify(office, history, case_id, SERVICE, level)

    assert [officer for _, officer in await told(office, case_id)] == officers
    assert await office.deadlines.escalations.priority_of(case_id) == priority


async def test_a_broken_promise_is_apologised_for_with_a_new_time_and_compensated(
    office: Office, clock: OfficeClock, case_id: str
) -> None:
    clock.let_pass(timedelta(minutes=180))

    await breach(office, case_id)

    with office.database.reading() as connection:
        found = breach_of(connection, case_id)
    assert found is not None
    assert (found.due_at, found.new_due_at) == (wib("2026-02-02 12:00"), wib("2026-02-03 15:00"))
    assert found.compensations == ("priority_on_next_visit", "souvenir")
    assert [text for text in messages(office, case_id) if "03-02-2026 pukul 15.00 WIB" in text]
    notices = await office.deadlines.escalations.notices_of(case_id)
    assert [(notice["officer"], notice["in_digest"]) for notice in notices] == [("inspektorat", True), ("kadis", False)]
    assert await office.deadlines.escalations.priority_of(case_id) == 30


async def test_a_breach_that_is_recorded_twice_apologises_once(
    office: Office, clock: OfficeClock, case_id: str
) -> None:
    clock.let_pass(timedelta(minutes=180))
    await breach(office, case_id)
    clock.let_pass(timedelta(minutes=5))

    await breach(office, case_id)

    assert len(messages(office, case_id)) == 1
    assert len(await told(office, case_id)) == 2


async def test_the_priority_is_never_lowered(office: Office, history: FakeHistory, case_id: str) -> None:
    await breach(office, case_id)
    history.opens(REVIEW, MONDAY_NINE)

    await notify(office, history, case_id, REVIEW, "step_100")

    assert await office.deadlines.escalations.priority_of(case_id) == 30


async def test_the_officer_states_why_the_promise_was_broken(office: Office, clock: OfficeClock, case_id: str) -> None:
    await breach(office, case_id)

    with office.database.transaction() as connection:
        state_reason(connection, case_id, BreachReason.OTHER_SYSTEM, "kabid.1", clock.now())

    with office.database.reading() as connection:
        found = breach_of(connection, case_id)
    assert found is not None
    assert (found.reason, found.reason_by) == (BreachReason.OTHER_SYSTEM, "kabid.1")


async def test_a_task_that_the_history_does_not_know_yet_is_tried_again(
    office: Office, history: FakeHistory, case_id: str
) -> None:
    with pytest.raises(TransientFailure):
        await notify(office, history, case_id, REVIEW, "step_80")


@pytest.mark.parametrize(("step_id", "level"), [("Task_Unknown", "step_80"), (REVIEW, "service_150"), (SERVICE, "x")])
async def test_a_step_or_level_that_no_ladder_has_stops_the_job(
    office: Office, history: FakeHistory, case_id: str, step_id: str, level: str
) -> None:
    history.opens(REVIEW, MONDAY_NINE)

    with pytest.raises(ContractViolation):
        await notify(office, history, case_id, step_id, level)
