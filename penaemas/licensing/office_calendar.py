"""Time as the office counts it: only while it is open.

Instants are aware datetimes; results are in UTC. Days are WIB days (UTC+7, no daylight saving). An opening includes its
first instant and excludes its closing. Everything is exact to the microsecond; durations are asked for and given in
whole seconds.

How it is fast: each year's openings are laid out once as sorted arrays with the office time before each of them. A
question is then two binary searches and, across years, one addition per year.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

import holidays

from penaemas.licensing.calendar_rules import CalendarKind, CalendarRules, DayHours
from penaemas.licensing.instants import MICROSECOND, WIB, instant_of, microseconds, wib_date

_SECOND_US = 1_000_000
# A search that finds no opening in this many years is a calendar that never opens again, not a long closure.
_YEARS_SEARCHED = 12


class NeverOpen(Exception):
    """The calendar has no opening within twelve years of the question: its rules cannot be meant so."""


@dataclass(frozen=True, slots=True)
class OfficeWindow:
    """One opening. `before_s` counts the office seconds in the windows listed before it, `seconds` its own length."""

    opens_at: datetime
    closes_at: datetime
    before_s: int
    seconds: int

    def as_variable(self) -> dict[str, str | int]:
        """The form the deadline expressions in the diagrams read: `from` and `to` as ISO instants in UTC."""
        return {
            "from": self.opens_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "to": self.closes_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "before_s": self.before_s,
            "seconds": self.seconds,
        }


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """One WIB day: its openings, and why they are not those of an ordinary week (empty when they are)."""

    day: date
    hours: DayHours
    ramadan: bool
    reason: str

    @property
    def is_working_day(self) -> bool:
        """Whether the office opens at all."""
        return bool(self.hours)


@dataclass(frozen=True, slots=True)
class _Year:
    """Microseconds since 1970. `before[i]` is the office time before window i; the last entry is the year's total."""

    opens: list[int]
    closes: list[int]
    before: list[int]
    working_days: list[int]  # proleptic ordinals, sorted
    closings: list[int]  # last closing of each working day

    @property
    def total(self) -> int:
        return self.before[-1]

    def elapsed(self, instant: int) -> int:
        """Office time from the beginning of the year to the instant."""
        index = bisect_right(self.opens, instant) - 1
        if index < 0:
            return 0
        return self.before[index] + min(instant, self.closes[index]) - self.opens[index]


class OfficeCalendar:
    """The openings of a region's counters or back office.

    National holidays and joint leave (cuti bersama) of `holidays` are closed; a local override goes before them.
    Instances are cheap to keep and fill themselves year by year; they are not changed after construction.
    """

    def __init__(self, rules: CalendarRules, kind: CalendarKind = "counter") -> None:
        season = rules.hours_of(kind)
        self._normal = season.normal.by_weekday()
        self._ramadan = season.ramadan.by_weekday()
        self._ramadan_periods = tuple((period.first_day, period.last_day) for period in rules.ramadan)
        self._overrides = tuple(override for override in rules.overrides if kind in override.applies_to)
        # Category "public" alone would leave the offices open on cuti bersama.
        self._national = holidays.country_holidays("ID", categories=("public", "government"), language="id")
        self._years: dict[int, _Year] = {}

    def day(self, day: date) -> OfficeDay:
        """The hours of one WIB day and the reason where they are special."""
        ramadan = any(first <= day <= last for first, last in self._ramadan_periods)
        hours = (self._ramadan if ramadan else self._normal)[day.weekday()]
        reason = ""
        national = self._national.get(day)
        if national:
            hours, reason = (), national
        for override in self._overrides:
            if override.first_day <= day <= override.last_day and (hours or override.opens_days_off):
                hours, reason = override.hours, override.reason
        return OfficeDay(day, hours, ramadan, reason)

    def is_open(self, instant: datetime) -> bool:
        """Whether office time runs at this instant; at the closing it no longer does."""
        moment = microseconds(instant)
        year = self._year(wib_date(instant).year)
        index = bisect_right(year.opens, moment) - 1
        return index >= 0 and moment < year.closes[index]

    def windows(self, since: datetime, until: datetime) -> tuple[OfficeWindow, ...]:
        """The openings that close after `since` and open before `until`, whole and in order.

        `before_s` of the first is 0.
        """
        first, last = microseconds(since), microseconds(until)
        found: list[OfficeWindow] = []
        before_s = 0
        for number in range(wib_date(since).year, wib_date(until).year + 1):
            year = self._year(number)
            for index in range(bisect_right(year.closes, first), bisect_left(year.opens, last)):
                seconds = (year.closes[index] - year.opens[index]) // _SECOND_US
                found.append(
                    OfficeWindow(instant_of(year.opens[index]), instant_of(year.closes[index]), before_s, seconds)
                )
                before_s += seconds
        return tuple(found)

    def net_between(self, earlier: datetime, later: datetime) -> timedelta:
        """Office time between two instants, exact; negative when they are given the other way round."""
        return timedelta(microseconds=self._net(earlier, later))

    def seconds_between(self, earlier: datetime, later: datetime) -> int:
        """Whole office seconds between two instants; a begun second does not count, negative the other way round."""
        net = self._net(earlier, later)
        return net // _SECOND_US if net >= 0 else -(-net // _SECOND_US)

    def due_at(self, start: datetime, seconds: int) -> datetime:
        """The earliest instant by which that many office seconds have passed.

        Work that fills an opening is due at its closing, not at the next opening.

        Raises:
            ValueError: fewer than one second; the edge of an opening would then have two answers.
            NeverOpen: the calendar has no such instant within twelve years.
        """
        return self.due_after(start, timedelta(seconds=seconds))

    def due_after(self, start: datetime, office_time: timedelta) -> datetime:
        """`due_at` for what remains of an interrupted duration, exact to the microsecond."""
        if office_time <= timedelta(0):
            raise ValueError("a deadline lies at least a moment ahead; ask for more than 0")
        number = wib_date(start).year
        target = self._year(number).elapsed(microseconds(start)) + office_time // MICROSECOND
        idle = 0
        while target > (year := self._year(number)).total:
            target -= year.total
            idle = 0 if year.total else idle + 1
            if idle > _YEARS_SEARCHED:
                raise NeverOpen
            number += 1
        index = bisect_left(year.before, target) - 1
        return instant_of(year.opens[index] + target - year.before[index])

    def latest_start(self, due: datetime, seconds: int) -> datetime:
        """The latest instant from which that many office seconds end by `due`: when intake must close for the same day.

        Raises:
            ValueError: fewer than one second.
            NeverOpen: the calendar has no such instant within twelve years.
        """
        if seconds < 1:
            raise ValueError("a duration is at least 1 second")
        number = wib_date(due).year
        target = self._year(number).elapsed(microseconds(due)) - seconds * _SECOND_US
        idle = 0
        while target < 0:
            number -= 1
            year = self._year(number)
            idle = 0 if year.total else idle + 1
            if idle > _YEARS_SEARCHED:
                raise NeverOpen
            target += year.total
        year = self._year(number)
        index = bisect_right(year.before, target, hi=len(year.opens)) - 1
        return instant_of(year.opens[index] + target - year.before[index])

    def next_opening(self, instant: datetime) -> datetime:
        """The start of the next opening after the instant, even while the office is open.

        Raises:
            NeverOpen: there is none within twelve years.
        """
        moment = microseconds(instant)
        first = wib_date(instant).year
        for number in range(first, first + _YEARS_SEARCHED):
            year = self._year(number)
            index = bisect_right(year.opens, moment)
            if index < len(year.opens):
                return instant_of(year.opens[index])
        raise NeverOpen

    def closing_of(self, day: date) -> datetime | None:
        """The last closing of a WIB day, or None when the office stays shut."""
        hours = self.day(day).hours
        return datetime.combine(day, hours[-1].closes, WIB).astimezone(UTC) if hours else None

    def closing_of_working_day(self, start: datetime, days: int) -> datetime:
        """The closing on the nth working day; the day after the start is day 1.

        Whether the start itself is a working day does not matter.

        Raises:
            ValueError: fewer than one day.
            NeverOpen: there are not so many working days.
        """
        if days < 1:
            raise ValueError("a limit is at least 1 working day")
        start_day = wib_date(start)
        number, idle = start_day.year, 0
        year = self._year(number)
        index = bisect_right(year.working_days, start_day.toordinal()) + days - 1
        while index >= len(year.working_days):
            index -= len(year.working_days)
            idle = 0 if year.working_days else idle + 1
            if idle > _YEARS_SEARCHED:
                raise NeverOpen
            number += 1
            year = self._year(number)
        return instant_of(year.closings[index])

    def working_days_between(self, earlier: datetime, later: datetime) -> int:
        """Working days after the day of `earlier` up to and with the day of `later`; negative the other way round."""
        first, last = wib_date(earlier), wib_date(later)
        if last < first:
            return -self.working_days_between(later, earlier)
        total = 0
        for number in range(first.year, last.year + 1):
            days = self._year(number).working_days
            total += bisect_right(days, last.toordinal()) - bisect_right(days, first.toordinal())
        return total

    def working_days(self, first: date, last: date) -> Iterator[OfficeDay]:
        """The working days from first to last, both included, in order."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = self.day(date.fromordinal(ordinal))
            if day.is_working_day:
                yield day

    def _net(self, earlier: datetime, later: datetime) -> int:
        begin, end = wib_date(earlier).year, wib_date(later).year
        between = sum(self._year(number).total for number in range(begin, end))
        between -= sum(self._year(number).total for number in range(end, begin))
        return between + self._year(end).elapsed(microseconds(later)) - self._year(begin).elapsed(microseconds(earlier))

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = self._lay_out(number)
        return year

    def _lay_out(self, number: int) -> _Year:
        opens: list[int] = []
        closes: list[int] = []
        working_days: list[int] = []
        closings: list[int] = []
        for day in self.working_days(date(number, 1, 1), date(number, 12, 31)):
            midnight = microseconds(datetime.combine(day.day, time(), WIB))
            for hours in day.hours:
                opens.append(midnight + _of_day(hours.opens))
                closes.append(midnight + _of_day(hours.closes))
            working_days.append(day.day.toordinal())
            closings.append(closes[-1])
        lengths = (closed - opened for opened, closed in zip(opens, closes, strict=True))
        return _Year(opens, closes, list(accumulate(lengths, initial=0)), working_days, closings)


def _of_day(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * _SECOND_US
