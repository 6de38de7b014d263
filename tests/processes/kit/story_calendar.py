"""The opening hours of a story's own region, laid around the engine's present so that it reads the same in any week.

A story begins on a Monday at 08.00 WIB. Its region works Monday to Friday and knows no holiday but those that the story
declares, whatever the real calendar says of these days.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from penaemas.licensing.calendar_rules import CalendarRules, LocalOverride, SeasonHours, WeekHours

WIB = ZoneInfo("Asia/Jakarta")
OPENING = time(8, 0)
DAYS_LAID_OUT = 200
_MORNING_AND_AFTERNOON = ("08:00-12:00", "13:00-15:00")
_FRIDAY = ("08:00-11:30", "13:00-15:00")


def next_monday_morning(now: datetime) -> datetime:
    """The first Monday 08.00 WIB after `now`."""
    local = now.astimezone(WIB)
    opening = datetime.combine(local.date() + timedelta(days=-local.weekday() % 7), OPENING, WIB)
    return opening if opening > local else opening + timedelta(days=7)


def story_calendar(first_monday: date, closed: frozenset[date] = frozenset()) -> CalendarRules:
    """Counters and back office of the story's region: 08.00-12.00 and 13.00-15.00, Friday 08.00-11.30 and 13.00-15.00.

    Args:
        first_monday: the day on which the story begins.
        closed: days on which this region is closed.
    """
    hours = WeekHours.model_validate(
        {day: _MORNING_AND_AFTERNOON for day in ("monday", "tuesday", "wednesday", "thursday")} | {"friday": _FRIDAY}
    )
    season = SeasonHours(normal=hours, ramadan=hours, basis="made up for a story")
    days = (first_monday + timedelta(days=offset) for offset in range(DAYS_LAID_OUT))
    return CalendarRules(
        counter=season,
        back_office=season,
        ramadan=(),
        overrides=tuple(_as_the_story_says(day, closed) for day in days if day.weekday() < 5),
    )


def _as_the_story_says(day: date, closed: frozenset[date]) -> LocalOverride:
    usual = _FRIDAY if day.weekday() == 4 else _MORNING_AND_AFTERNOON
    return LocalOverride.model_validate(
        {
            "first_day": day,
            "last_day": day,
            "hours": () if day in closed else usual,
            "opens_days_off": day not in closed,
            "reason": "the story's own calendar",
            "basis": "made up for a story",
        }
    )
