"""The jobs of the legal clock: the window's variables, and what a ladder is told to do."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.breaches import breach_of
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.zeebe.job_contract import ContractViolation, TransientFailure
from tests.deadlines import FakeHistory, fill_posts, wib
from tests.offices import MONDAY_NINE, SUMEDANG, OfficeClock
from tests.pbg import opened
from workers.escalations import open_steps
from workers.escalations.open_steps import until_history_knows
from workers.service_clock.declare_complete import DeclareCompleteInput, declare_complete
from workers.service_clock.next_escalation_step import (
    NextEscalationStepInput,
    NextEscalationStepOutput,
    next_escalation_step,
)
from workers.service_clock.open_window import OpenWindowInput, OpenWindowOutput, open_window
from workers.service_clock.stop import StopInput, StopOutput, stop

REVIEW = "Task_ReviewTechnicalDrawings"
SERVICE = "SubProcess_ServiceWindow"


@pytest.fixture
def history() -> FakeHistory:
    return FakeHistory()


@pytest.fixture
async def case_id(office: Office) -> str:
    await fill_posts(office)
    return await opened(office)


async def open_it(office: Office, case_id: str, region_code: str = SUMEDANG) -> OpenWindowOutput:
    return await open_window(
        OpenWindowInput(case_id=case_id, region_code=region_code), service_window=office.deadlines.service_window
    )


async def stop_it(office: Office, case_id: str) -> StopOutput:
    return await stop(
        StopInput(case_id=case_id, region_code=SUMEDANG),
        service_window=office.deadlines.service_window,
        escalations=office.deadlines.escalations,
    )


async def ask(
    office: Office,
    history: FakeHistory,
    clock: OfficeClock,
    case_id: str,
    *,
    step_id: str = REVIEW,
    ladder: int,
    minutes: int = 40,
    region_code: str = SUMEDANG,
) -> NextEscalationStepOutput:
    return await next_escalation_step(
        NextEscalationStepInput(
            case_id=case_id, region_code=region_code, step_id=step_id, step_minutes=minutes, step_calendar="counter"
        ),
        context=history.job(ladder, case_id),
        history=history.as_history,
        ladders=office.deadlines.ladders,
        clock=clock,
    )


async def test_the_windows_have_the_form_that_the_diagrams_read(office: Office, case_id: str) -> None:
    output = json.loads((await open_it(office, case_id)).model_dump_json())

    assert output["office"][:2] == [
        {"from": "2026-02-02T01:00:00Z", "to": "2026-02-02T05:00:00Z", "before_s": 0, "seconds": 14400},
        {"from": "2026-02-02T06:00:00Z", "to": "2026-02-02T08:00:00Z", "before_s": 14400, "seconds": 7200},
    ]
    assert output["back_office"][0]["from"] == "2026-02-02T00:30:00Z"
    assert output["pre_check_passed"] is True
    assert output["service_due_at"] == output["service_breach_alarm_at"] == "2026-02-02T05:00:00Z"
    assert output["service_warning_alarm_at"] == "2026-02-02T04:30:00Z"


async def test_a_kept_promise_says_so_and_the_complete_file_is_pinned(
    office: Office, clock: OfficeClock, case_id: str
) -> None:
    opening = await open_it(office, case_id)
    complete = await declare_complete(
        DeclareCompleteInput(case_id=case_id, region_code=SUMEDANG), service_window=office.deadlines.service_window
    )
    clock.let_pass(timedelta(minutes=53))

    stopped = await stop_it(office, case_id)

    assert stopped.service_breached is False
    digests = {opening.clock_commitment, complete.clock_commitment, stopped.clock_commitment}
    assert len(digests) == 3


async def test_a_breach_that_no_ladder_recorded_in_time_is_recorded_at_the_stop(
    office: Office, clock: OfficeClock, case_id: str
) -> None:
    await open_it(office, case_id)
    clock.let_pass(timedelta(hours=4, seconds=1))

    stopped = [await stop_it(office, case_id) for _ in range(2)]

    with office.database.reading() as connection:
        breach = breach_of(connection, case_id)
        wanted = select(outgoing_message.c.text_en).where(outgoing_message.c.kind == "promise_broken")
        apologies = connection.execute(wanted).scalars().all()
    assert [one.service_breached for one in stopped] == [True, True]
    assert breach is not None
    assert breach.due_at == wib("2026-02-02 12:00")
    assert ["It was finished on 02-02-2026, 13.00 WIB" in text for text in apologies] == [True]


async def test_a_case_or_region_that_nobody_knows_stops_the_job(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str
) -> None:
    for unknown_case, region_code in (("no such case", SUMEDANG), (case_id, "99.99")):
        with pytest.raises(ContractViolation):
            await open_it(office, unknown_case, region_code)
    with pytest.raises(ContractViolation):
        await stop_it(office, case_id)
    history.opens(REVIEW, MONDAY_NINE)
    with pytest.raises(ContractViolation):
        await ask(office, history, clock, case_id, ladder=history.ladder(), region_code="99.99")


@pytest.mark.parametrize(
    ("passed", "action", "level", "wait_until"),
    [
        (timedelta(minutes=20), "wait", "", "2026-02-02 09:32"),
        (timedelta(minutes=32), "notify", "step_80", None),
        # The engine's timer is set by the diagram, a moment before its record says when the task was created.
        (timedelta(minutes=31, seconds=59, milliseconds=990), "notify", "step_80", None),
    ],
)
async def test_a_ladder_waits_or_notifies(
    office: Office,
    history: FakeHistory,
    clock: OfficeClock,
    case_id: str,
    passed: timedelta,
    action: str,
    level: str,
    wait_until: str | None,
) -> None:
    history.opens(REVIEW, MONDAY_NINE)
    clock.let_pass(passed)

    output = await ask(office, history, clock, case_id, ladder=history.ladder())

    assert (output.escalation_action, output.escalation_level) == (action, level)
    assert isinstance(output.escalation_wait_until, datetime)
    assert wait_until is None or output.escalation_wait_until == wib(wait_until)


async def test_a_ladder_ends_when_its_task_is_done(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str
) -> None:
    task = history.opens(REVIEW, MONDAY_NINE)
    ladder = history.ladder()
    history.ends(task, MONDAY_NINE)
    history.opens(REVIEW, MONDAY_NINE)
    clock.let_pass(timedelta(minutes=50))

    assert (await ask(office, history, clock, case_id, ladder=ladder)).escalation_action == "done"


async def test_the_ladder_of_the_service_climbs_and_ends_with_its_window(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str
) -> None:
    await open_it(office, case_id)
    window = history.enters(SERVICE, MONDAY_NINE)
    ladder = history.ladder()
    clock.let_pass(timedelta(minutes=150))

    warns = await ask(office, history, clock, case_id, step_id=SERVICE, ladder=ladder, minutes=180)
    history.leaves(SERVICE, window, clock.now())
    history.enters(SERVICE, clock.now())
    left = await ask(office, history, clock, case_id, step_id=SERVICE, ladder=ladder, minutes=180)

    assert (warns.escalation_action, warns.escalation_level) == ("notify", "service_150")
    assert left.escalation_action == "done"


async def test_a_history_that_is_behind_the_alarm_is_asked_again(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_steps, "_PAUSE_S", 0.001)
    history.opens(REVIEW, MONDAY_NINE)
    history.behind = True
    job = history.job(history.ladder(), case_id)

    with pytest.raises(TransientFailure, match="behind"):
        await until_history_knows(history.as_history, job, longest_wait_s=0.01)
