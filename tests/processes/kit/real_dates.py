"""Days of the real calendar that are still to come, so that a story bound to one can be told in any year.

Reads the lists of the `holidays` package by itself and shares nothing with the office calendar under test.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import holidays

from penaemas.licensing.ramadan import RAMADAN_PERIODS

_DAY = timedelta(days=1)
_LOOK_AHEAD = timedelta(days=400)
_MONDAY_TO_THURSDAY = range(4)


def is_working_day(day: date) -> bool:
    """Monday to Friday, neither a national holiday nor joint leave."""
    return day.weekday() < 5 and day not in _days_off(day.year, "public") and not _is_joint_leave(day)


def is_in_ramadan(day: date) -> bool:
    """Whether the counters keep the hours of Ramadan."""
    return any(period.first_day <= day <= period.last_day for period in RAMADAN_PERIODS)


def working_day_before(day: date) -> date:
    """The last working day before a day."""
    return next(before for before in _days(day - _DAY, -_DAY) if is_working_day(before))


def working_day_after(day: date, count: int = 1) -> date:
    """The n-th working day after a day; 1 is the next one."""
    for after in _days(day + _DAY):
        count -= is_working_day(after)
        if count == 0:
            return after
    raise AssertionError("days never end")


def next_joint_leave(after: date) -> date:
    """The next joint leave that takes a working day away.

    It is decreed a year or two ahead: when nothing is decreed yet, the next national holiday on a working day.
    """
    ahead = [after + _DAY * number for number in range(1, _LOOK_AHEAD.days) if (after + _DAY * number).weekday() < 5]
    decreed = next((day for day in ahead if _is_joint_leave(day)), None)
    return decreed or next(day for day in ahead if not is_working_day(day))


def next_new_years_eve_at_work(after: date) -> date:
    """The next 31 December on which the office is open."""
    return next(day for day in _days(after + _DAY) if (day.month, day.day) == (12, 31) and is_working_day(day))


def next_day_of_fasting(after: date) -> date:
    """The next working Monday to Thursday in Ramadan."""
    return next(
        day
        for day in _days(after + _DAY)
        if is_in_ramadan(day) and is_working_day(day) and day.weekday() in _MONDAY_TO_THURSDAY
    )


def next_monday_before_christmas(after: date) -> date:
    """The next Monday from 8 to 14 December, of a year whose Christmas does not fall into Ramadan."""
    return next(
        day
        for day in _days(after + _DAY)
        if day.month == 12 and 8 <= day.day <= 14 and day.weekday() == 0 and not is_in_ramadan(day + _DAY * 21)
    )


@cache
def _days_off(year: int, category: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays("ID", years=year, categories=(category,)))


def _is_joint_leave(day: date) -> bool:
    return day in _days_off(day.year, "government")


def _days(first: date, step: timedelta = _DAY) -> Iterator[date]:
    # Ten years hold every kind of day that is asked for.
    return (first + step * number for number in range(3_660))
