"""Stories on the real calendar of Sumedang: joint leave, 31 December, Ramadan. Each takes its next such day."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.processes.kit import real_dates
from tests.processes.kit.ladders import fires_at, promise_of, seconds_after
from tests.processes.kit.pbg import a_family_applies, complete
from tests.processes.kit.running_office import RunningOffice
from tests.processes.kit.story import Case, PermitOffice
from tests.processes.kit.story_calendar import WIB
from tests.processes.test_public_information_request import a_citizen_asks

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

SUMEDANG = "32.11"
REGISTER = "Task_RegisterApplication"
A_FEW_SECONDS = 15.0


async def a_clock_that_starts_in_sumedang_at(running: RunningOffice, start: datetime) -> Case:
    """A pre-check passes at this instant; the registration of 20 minutes waits."""
    await running.move_to(start - timedelta(minutes=10))
    office = PermitOffice(running, SUMEDANG, start)
    case = await a_family_applies(office)
    await case.open_task("Task_PreCheckApplication")
    await office.wait_for_the_clock(start)
    await complete(case, "Task_PreCheckApplication")
    await case.open_task(REGISTER)
    return case


async def the_step_warns_and_the_promise_is_due(case: Case, warning: datetime, promised: datetime) -> None:
    """The one end of every story here but the last."""
    task = await case.open_task(REGISTER)
    await fires_at(case, "step_80", task.follow_up_at, REGISTER)

    assert 0 <= seconds_after(task.follow_up_at, warning) < A_FEW_SECONDS
    assert 0 <= seconds_after((await promise_of(case)).due_at, promised) < A_FEW_SECONDS


def wib(day: date, text: str) -> datetime:
    """A day and `14.50`, WIB."""
    return datetime.combine(day, time.fromisoformat(text.replace(".", ":")), WIB)


def today(running: RunningOffice) -> date:
    """The engine's day, WIB."""
    return running.clock.now().astimezone(WIB).date()


async def test_ten_minutes_before_joint_leave_the_rest_is_due_on_the_next_working_day(
    real_calendar_office: RunningOffice,
) -> None:
    leave = real_dates.next_joint_leave(real_dates.working_day_after(today(real_calendar_office), 2))
    before, after = real_dates.working_day_before(leave), real_dates.working_day_after(leave)
    ten_minutes_to_closing = "13.50" if real_dates.is_in_ramadan(before) else "14.50"

    case = await a_clock_that_starts_in_sumedang_at(real_calendar_office, wib(before, ten_minutes_to_closing))

    await the_step_warns_and_the_promise_is_due(case, wib(after, "08.06"), wib(after, "10.50"))


async def test_what_begins_on_31_december_is_due_in_the_new_year(real_calendar_office: RunningOffice) -> None:
    eve = real_dates.next_new_years_eve_at_work(real_dates.working_day_after(today(real_calendar_office)))
    after = real_dates.working_day_after(eve)
    ten_minutes_to_closing = "13.50" if real_dates.is_in_ramadan(eve) else "14.50"

    case = await a_clock_that_starts_in_sumedang_at(real_calendar_office, wib(eve, ten_minutes_to_closing))

    assert after.year == eve.year + 1
    await the_step_warns_and_the_promise_is_due(case, wib(after, "08.06"), wib(after, "10.50"))


async def test_in_ramadan_the_counters_open_from_8_to_12_and_from_12_30_to_14(
    real_calendar_office: RunningOffice,
) -> None:
    fasting = real_dates.next_day_of_fasting(real_dates.working_day_after(today(real_calendar_office)))

    case = await a_clock_that_starts_in_sumedang_at(real_calendar_office, wib(fasting, "11.50"))

    # 10 minutes before the break, 90 after it, 80 on the next working day.
    next_day = real_dates.working_day_after(fasting)
    await the_step_warns_and_the_promise_is_due(case, wib(fasting, "12.36"), wib(next_day, "09.20"))


async def test_christmas_and_its_joint_leave_give_whoever_answers_the_public_more_days(
    real_calendar_office: RunningOffice,
) -> None:
    monday = real_dates.next_monday_before_christmas(today(real_calendar_office))
    await real_calendar_office.move_to(wib(monday, "09.00"))
    office = PermitOffice(real_calendar_office, SUMEDANG, wib(monday, "09.00"))

    case = await office.case(await a_citizen_asks(real_calendar_office, SUMEDANG))

    # The back office closes at 16.00, on a Friday at 16.30.
    tenth = real_dates.working_day_after(monday, 10)
    closing = wib(tenth, "16.30" if tenth.weekday() == 4 else "16.00")
    assert (await case.waits_at("Task_AnswerRequest")).due_at == closing
    assert tenth > monday + timedelta(days=14), "ten working days of two weeks, and Christmas"
