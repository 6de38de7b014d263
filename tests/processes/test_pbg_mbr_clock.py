"""PBG MBR and the office's hours: deadlines cross lunch, nights and days off, and move while officers work."""

from datetime import datetime, timedelta

import pytest

from tests.processes.kit.ladders import (
    AT_ONCE,
    fires,
    fires_at,
    firings,
    ladders_have_settled,
    posts_are_filled,
    promise_of,
    seconds_after,
)
from tests.processes.kit.outages import an_outage_begins, the_outage_is_over
from tests.processes.kit.pbg import a_family_applies, complete
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

REGISTER = "Task_RegisterApplication"
Instant = tuple[int, int, int]
"""A day of the story (0 is its first Monday), hour, minute."""
A_FEW_SECONDS = 15.0
"""What the system's own steps and a busy machine may take before an officer's task is open."""


async def a_case_whose_clock_starts_at(office: PermitOffice, instant: datetime) -> Case:
    """The pre-check passes at this instant; the registration of 20 minutes waits."""
    await posts_are_filled(office)
    case = await a_family_applies(office)
    await case.open_task("Task_PreCheckApplication")
    await office.wait_for_the_clock(instant)
    await complete(case, "Task_PreCheckApplication")
    await case.open_task(REGISTER)
    return case


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        pytest.param((10, 59, 0), (0, 14, 59), id="10.59"),
        pytest.param((10, 59, 45), (0, 14, 59, 45), id="just before 11.00"),
        pytest.param((11, 0, 0), (1, 8, 0), id="just after 11.00"),
        pytest.param((11, 1, 0), (1, 8, 1), id="11.01"),
    ],
)
async def test_three_counter_hours_from_eleven_are_the_last_that_end_on_the_same_day(
    permit_office: PermitOffice, starts: tuple[int, int, int], due: tuple[int, ...]
) -> None:
    day, hour, minute, *second = due
    hour_of_start, minute_of_start, second_of_start = starts
    start = permit_office.at(0, hour_of_start, minute_of_start) + timedelta(seconds=second_of_start)
    expected = permit_office.at(day, hour, minute) + timedelta(seconds=sum(second))

    case = await a_case_whose_clock_starts_at(permit_office, start)
    promise = await promise_of(case)
    broken = await fires_at(case, "service_180", promise.due_at)

    begun_late = promise.started_at - start
    assert 0 <= begun_late.total_seconds() < A_FEW_SECONDS
    assert promise.due_at == expected + begun_late
    assert broken.at.date() == permit_office.day(day)


@pytest.mark.parametrize(("minute", "same_day"), [(59, True), (61, False)], ids=["10.59", "11.01"])
async def test_who_comes_too_late_for_the_same_day_is_told_the_day_before_applying(
    permit_office: PermitOffice, minute: int, same_day: bool
) -> None:
    await permit_office.wait_for_the_clock(permit_office.at(0, 10) + timedelta(minutes=minute))

    outlook = permit_office.running.casefiles.pbg.submission.outlook(permit_office.region_code)

    assert outlook.same_day is same_day
    assert outlook.due_day == permit_office.day(0 if same_day else 1)


@pytest.mark.parametrize(
    ("start", "closed", "warning", "due", "promised"),
    [
        pytest.param((0, 11, 50), (), (0, 13, 6), (0, 13, 10), (1, 8, 50), id="lunch"),
        pytest.param((4, 11, 20), (), (4, 13, 6), (4, 13, 10), (7, 8, 50), id="Friday noon"),
        pytest.param((0, 14, 50), (), (1, 8, 6), (1, 8, 10), (1, 10, 50), id="a night"),
        pytest.param((4, 14, 50), (), (7, 8, 6), (7, 8, 10), (7, 10, 50), id="a weekend"),
        pytest.param((0, 14, 50), (1, 2), (3, 8, 6), (3, 8, 10), (3, 10, 50), id="declared holidays"),
    ],
)
async def test_neither_a_step_nor_the_promise_counts_a_closed_minute(
    permit_office: PermitOffice,
    start: Instant,
    closed: tuple[int, ...],
    warning: Instant,
    due: Instant,
    promised: Instant,
) -> None:
    permit_office.is_closed_on(*closed)
    await permit_office.wait_for_the_clock(permit_office.at(start[0], 8, 1))
    case = await a_case_whose_clock_starts_at(permit_office, permit_office.at(*start))
    task = await case.open_task(REGISTER)

    warned = await fires_at(case, "step_80", task.follow_up_at, REGISTER)
    late = await fires_at(case, "step_100", task.due_at, REGISTER)
    promise = await promise_of(case)

    assert 0 <= seconds_after(task.follow_up_at, permit_office.at(*warning)) < A_FEW_SECONDS
    assert 0 <= seconds_after(task.due_at, permit_office.at(*due)) < A_FEW_SECONDS
    assert 0 <= seconds_after(promise.due_at, permit_office.at(*promised)) < A_FEW_SECONDS
    assert (warned.told, late.told) == ({"KABID": "kabid"}, {"KABID": "kabid", "KADIS": "kadis"})


async def test_an_outage_while_officers_work_moves_every_alarm_and_cancels_no_task(
    permit_office: PermitOffice,
) -> None:
    case = await a_case_whose_clock_starts_at(permit_office, permit_office.at(0, 8, 10))
    task = await case.open_task(REGISTER)
    promise = await promise_of(case)
    assert task.follow_up_at is not None
    assert task.due_at is not None
    assert promise.due_at is not None

    begun, over = permit_office.at(0, 8, 20), permit_office.at(0, 8, 45)
    await permit_office.wait_for_the_clock(begun)
    await an_outage_begins(permit_office, begun)
    # The alarm rings at 08.26 as the diagram says, and the ladder waits for what remains.
    await permit_office.wait_for_the_clock(task.follow_up_at)
    await case.passes("CallActivity_EscalateRegisterApplication")
    await ladders_have_settled(case)
    await permit_office.wait_for_the_clock(over)
    await the_outage_is_over(permit_office, over)
    pause = over - begun
    await fires_at(case, "step_80", task.follow_up_at + pause, REGISTER)
    await fires_at(case, "step_100", task.due_at + pause, REGISTER)
    await fires_at(case, "service_180", promise.due_at + pause)

    assert await tasks(case) == [("Task_PreCheckApplication", "completed"), (REGISTER, "created")]
    assert (await case.open_task(REGISTER)).user_task_key == task.user_task_key


async def test_an_outage_whose_end_is_written_down_late_lets_what_is_due_by_now_ring_at_once(
    permit_office: PermitOffice,
) -> None:
    case = await a_case_whose_clock_starts_at(permit_office, permit_office.at(0, 8, 10))
    task = await case.open_task(REGISTER)
    assert task.follow_up_at is not None
    begun, over = permit_office.at(0, 8, 20), permit_office.at(0, 8, 21)
    await permit_office.wait_for_the_clock(begun)
    await an_outage_begins(permit_office, begun)
    await permit_office.wait_for_the_clock(task.follow_up_at)
    await case.passes("CallActivity_EscalateRegisterApplication")
    await ladders_have_settled(case)

    # The warning's six minutes that remain would let the ladder wait until 08.32; with the true end it was due 08.27.
    entered = permit_office.at(0, 8, 29)
    await permit_office.wait_for_the_clock(entered)
    await the_outage_is_over(permit_office, over)

    warned = await fires(case, "step_80", REGISTER)
    assert timedelta() <= warned.after(entered) < AT_ONCE


async def test_a_holiday_declared_while_officers_work_moves_every_alarm_and_cancels_no_task(
    permit_office: PermitOffice,
) -> None:
    case = await a_case_whose_clock_starts_at(permit_office, permit_office.at(0, 14, 50))
    task = await case.open_task(REGISTER)
    promise = await promise_of(case)
    assert task.follow_up_at is not None
    assert promise.due_at is not None

    permit_office.is_closed_on(1)
    await permit_office.wait_for_the_clock(permit_office.at(1, 8, 30))
    await case.passes("CallActivity_EscalateRegisterApplication")
    await ladders_have_settled(case)
    await fires_at(case, "step_80", task.follow_up_at + timedelta(days=1), REGISTER)
    await fires_at(case, "service_180", promise.due_at + timedelta(days=1))

    assert await tasks(case) == [("Task_PreCheckApplication", "completed"), (REGISTER, "created")]
    assert (await case.open_task(REGISTER)).user_task_key == task.user_task_key
    assert [one.at.date() for one in firings(case)] == [permit_office.day(2)] * len(firings(case))


async def tasks(case: Case) -> list[tuple[str, str]]:
    """Every officer's task of the case so far and how it stands."""
    history = case.office.running.history.queries
    return [(task.element_id, task.state) for task in history.tasks_of(case.process_instance_key)]
