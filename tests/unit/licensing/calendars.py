"""The hours decided for this product, typed in here, and a count that shares nothing with the code under test."""

from datetime import datetime, time, timedelta, timezone
from typing import Any

from penaemas.licensing.calendar_rules import CalendarRules

WIB = timezone(timedelta(hours=7))

COUNTER_NORMAL = {
    **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), ["08:00-12:00", "13:00-15:00"]),
    "friday": ["08:00-11:30", "13:00-15:00"],
}
COUNTER_RAMADAN = {
    **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), ["08:00-12:00", "12:30-14:00"]),
    "friday": ["08:00-11:30", "12:30-14:00"],
}
BACK_OFFICE_NORMAL = {
    **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), ["07:30-12:00", "13:00-16:00"]),
    "friday": ["07:30-11:30", "13:00-16:30"],
}


def rules(**changes: Any) -> CalendarRules:
    """The default hours of a region; keyword arguments replace parts of them."""
    content: dict[str, Any] = {
        "counter": {"normal": COUNTER_NORMAL, "ramadan": COUNTER_RAMADAN, "basis": "typed in by the test"},
        "back_office": {"normal": BACK_OFFICE_NORMAL, "ramadan": COUNTER_RAMADAN, "basis": "typed in by the test"},
    }
    return CalendarRules.model_validate(content | changes)


def wib(text: str) -> datetime:
    """`2026-11-23 11:00` as an instant in WIB."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def open_seconds_counted_one_by_one(calendar_rules: CalendarRules, earlier: datetime, later: datetime) -> int:
    """Counter seconds between two whole-second instants, asking of every single second whether the counters are open.

    Knows the weekly hours, Ramadan and overrides, but no holidays: ask only for spans without one.
    """
    total = 0
    second = earlier.astimezone(WIB)
    while second < later:
        if _open(calendar_rules, second):
            total += 1
        second += timedelta(seconds=1)
    return total


def due_counted_one_by_one(calendar_rules: CalendarRules, start: datetime, seconds: int) -> datetime:
    """The first instant by which so many counter seconds have passed, found by walking; knows what the count knows."""
    second = start.astimezone(WIB)
    while seconds > 0:
        seconds -= _open(calendar_rules, second)
        second += timedelta(seconds=1)
    return second


def _open(calendar_rules: CalendarRules, second: datetime) -> bool:
    day, moment = second.date(), second.time()
    season = calendar_rules.counter.normal
    if any(ramadan.first_day <= day <= ramadan.last_day for ramadan in calendar_rules.ramadan):
        season = calendar_rules.counter.ramadan
    hours = getattr(
        season, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[day.weekday()]
    )
    for override in calendar_rules.overrides:
        applies = "counter" in override.applies_to and override.first_day <= day <= override.last_day
        if applies and (hours or override.opens_days_off):
            hours = override.hours
    return any(_within(stretch.opens, moment, stretch.closes) for stretch in hours)


def _within(opens: time, moment: time, closes: time) -> bool:
    return opens <= moment < closes
