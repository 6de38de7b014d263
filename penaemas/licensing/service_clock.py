"""The legal clock of a case, as pure functions over what was written down.

An entry says what happened, when, why, by whom and on which legal basis. From the entries alone everything follows: net
time (office time while the office had to act), gross office time and gross wall-clock time, what remains of a limit,
when it is due and whether it was kept. Nothing is stored that could contradict the entries.

Pauses and outages may overlap; a moment that several of them cover counts once. They are paired by `reference`, so that
two outages at a time (SIMBG and BPN, say) end each on its own. A late entry is one whose instant lies in the past:
entries are sorted by instant, not by arrival.

Every question is asked `at` an instant, and entries after it are not yet known: "what did the clock say at noon" has
one answer for ever, as long as no late entry is added.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from penaemas.licensing.instants import MICROSECOND, aware
from penaemas.licensing.office_calendar import OfficeCalendar

_NOTHING = timedelta(0)


class EntryKind(StrEnum):
    """What can happen to a legal clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    OUTAGE_BEGIN = "outage_begin"
    OUTAGE_END = "outage_end"
    STOP = "stop"


_ENDS = {EntryKind.RESUME: EntryKind.PAUSE, EntryKind.OUTAGE_END: EntryKind.OUTAGE_BEGIN}
_BEGINS = frozenset(_ENDS.values())


@dataclass(frozen=True, slots=True)
class ClockEntry:
    """One line of the clock's ledger.

    `reference` ties a pause or outage to its end: the number of the correction round, of the outage report. Outages of
    the whole office may begin before the case and end after it.
    """

    kind: EntryKind
    at: datetime
    reason: str
    officer_id: str
    legal_basis: str
    reference: str = ""


class ClockEntriesInvalid(Exception):
    """The entries contradict each other; `rule` says how, `fix` what to enter instead."""

    def __init__(self, rule: str, fix: str, entry: ClockEntry | None = None) -> None:
        where = f" ({entry.kind} at {entry.at.isoformat()})" if entry else ""
        super().__init__(f"{rule}{where}; {fix}")
        self.rule = rule
        self.fix = fix
        self.entry = entry


class ServiceClock:
    """The clock of one case or one step, in one calendar.

    Raises:
        ClockEntriesInvalid: no start or two, an end without a beginning, a reference used twice at a time, entries
        outside start and stop. ValueError: an instant is naive.
    """

    def __init__(self, entries: Iterable[ClockEntry], calendar: OfficeCalendar) -> None:
        self._calendar = calendar
        self._entries = tuple(sorted(entries, key=lambda entry: aware(entry.at)))
        self.started_at = self._one(EntryKind.START).at
        stop = self._one(EntryKind.STOP) if any(e.kind is EntryKind.STOP for e in self._entries) else None
        self.stopped_at = stop.at if stop else None
        self._refuse_contradictions()

    def net(self, at: datetime) -> timedelta:
        """Office time that counts against the office, exact."""
        return sum((self._calendar.net_between(begin, end) for begin, end in self._running(at)), _NOTHING)

    def net_seconds(self, at: datetime) -> int:
        """Whole net seconds; a begun second does not count."""
        return self.net(at) // timedelta(seconds=1)

    def gross_office_seconds(self, at: datetime) -> int:
        """Whole office seconds from start to stop (or `at`), pauses and outages included."""
        return max(self._calendar.seconds_between(self.started_at, self._until(at)), 0)

    def gross_wall_seconds(self, at: datetime) -> int:
        """Whole seconds on the wall from start to stop (or `at`): what the applicant waited."""
        return max(self._until(at) - self.started_at, _NOTHING) // timedelta(seconds=1)

    def is_standing(self, at: datetime) -> bool:
        """Whether a pause or an outage holds the clock at this instant; closed counters alone do not."""
        return any(begin <= at and (end is None or at < end) for begin, end in self._held())

    def remaining_seconds(self, limit_seconds: int, at: datetime) -> int:
        """Seconds of the limit that are left, never below 0; a begun second is still left whole."""
        remaining = timedelta(seconds=limit_seconds) - self.net(at)
        return max(-(-remaining // timedelta(seconds=1)), 0)

    def due_at(self, limit_seconds: int, at: datetime) -> datetime | None:
        """When the limit is reached, by what is known `at`: a past instant if it was, else the coming one.

        None while the clock stands or after it stopped within the limit: then there is no such instant.

        Raises:
            ValueError: a limit below 1 second.
        """
        remaining = timedelta(seconds=limit_seconds)
        if remaining <= _NOTHING:
            raise ValueError("a limit is at least 1 second")
        for begin, end in self._running(at):
            spent = self._calendar.net_between(begin, end)
            if spent >= remaining:
                return self._calendar.due_after(begin, remaining)
            remaining -= spent
        if self.is_standing(at) or (self.stopped_at is not None and self.stopped_at <= at):
            return None
        return self._calendar.due_after(max(at, self.started_at), remaining)

    def is_breached(self, limit_seconds: int, at: datetime) -> bool:
        """Whether the limit was overstepped by `at`: the clock ran on after the due instant. Exactly at it is kept.

        A clock that is held from the very due instant on is not late; one that runs on over a night is.
        """
        due = self.due_at(limit_seconds, at)
        return due is not None and any(end > due for _, end in self._running(at))

    def _until(self, at: datetime) -> datetime:
        return min(aware(at), self.stopped_at) if self.stopped_at else aware(at)

    def _held(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Every pause and outage; open ones end in None. Whoever asks at an instant cuts off what lies after it."""
        open_since: dict[tuple[EntryKind, str], datetime] = {}
        for entry in self._entries:
            if entry.kind in _BEGINS:
                open_since[entry.kind, entry.reference] = entry.at
            elif entry.kind in _ENDS:
                yield open_since.pop((_ENDS[entry.kind], entry.reference)), entry.at
        for begin in open_since.values():
            yield begin, None

    def _running(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches from start to stop (or `at`) in which nothing holds the clock, in order, none empty."""
        until = self._until(at)
        begin = self.started_at
        for held_from, held_to in sorted(self._held(), key=lambda held: held[0]):
            if begin < min(held_from, until):
                yield begin, min(held_from, until)
            begin = max(begin, held_to or until)
        if begin < until:
            yield begin, until

    def _one(self, kind: EntryKind) -> ClockEntry:
        found = [entry for entry in self._entries if entry.kind is kind]
        if len(found) != 1:
            raise ClockEntriesInvalid(
                f"a clock has one {kind} entry, not {len(found)}", f"keep one {kind}", found[-1] if found else None
            )
        return found[0]

    def _refuse_contradictions(self) -> None:
        open_now: set[tuple[EntryKind, str]] = set()
        for entry in self._entries:
            if entry.kind in _BEGINS:
                if (entry.kind, entry.reference) in open_now:
                    raise ClockEntriesInvalid("this pause or outage is open already", "end it first", entry)
                open_now.add((entry.kind, entry.reference))
            elif entry.kind in _ENDS:
                if (_ENDS[entry.kind], entry.reference) not in open_now:
                    raise ClockEntriesInvalid("this ends what did not begin", "enter the beginning too", entry)
                open_now.remove((_ENDS[entry.kind], entry.reference))
            after_stop = self.stopped_at is not None and entry.at > self.stopped_at
            if entry.kind in (EntryKind.PAUSE, EntryKind.RESUME) and (entry.at < self.started_at or after_stop):
                raise ClockEntriesInvalid("a pause lies between start and stop", "correct its instant", entry)
        if self.stopped_at is not None and self.stopped_at < self.started_at:
            raise ClockEntriesInvalid("a clock stops after it starts", "correct the instant", self._one(EntryKind.STOP))


def warning_percentages(limit_seconds: int) -> tuple[int, ...]:
    """At which shares of a step's time a warning is due, in percent: 80; from 60 minutes on 50 and 80."""
    return (80,) if limit_seconds < 3600 else (50, 80)


def warning_instants(start: datetime, limit_seconds: int, calendar: OfficeCalendar) -> tuple[datetime, ...]:
    """The warning instants of a step that starts at `start`, by `warning_percentages`, earliest first.

    A share that is no whole microsecond is rounded down, so that no warning comes late.

    Raises:
        ValueError: a limit below 1 second.
    """
    if limit_seconds < 1:
        raise ValueError("a limit is at least 1 second")
    limit = timedelta(seconds=limit_seconds)
    return tuple(
        calendar.due_after(start, max(limit * percentage // 100, MICROSECOND))
        for percentage in warning_percentages(limit_seconds)
    )


def statutory_due_at(clock: ServiceClock, working_days: int, at: datetime, calendar: OfficeCalendar) -> datetime | None:
    """When a limit of law is reached that begins with the clock: `counting_day_closing` from its start."""
    return counting_day_closing(clock, clock.started_at, working_days, at, calendar)


def counting_day_closing(
    clock: ServiceClock, since: datetime, working_days: int, at: datetime, calendar: OfficeCalendar
) -> datetime | None:
    """The closing of the counters on the nth working day that counts after `since`.

    None if the clock stands before it.

    The day after `since` is day 1. A day counts if the clock is running when its counters close: a day that ends while
    the applicant must act is not counted, one on which the applicant answers in time is.

    Raises:
        ValueError: fewer than one working day.
    """
    if working_days < 1:
        raise ValueError("a limit is at least 1 working day")
    standing = clock.is_standing(at)
    closing, counted = since, 0
    while counted < working_days:
        closing = calendar.closing_of_working_day(closing, 1)
        if closing <= at:
            counted += not clock.is_standing(closing)
        elif standing:
            return None
        else:
            counted += 1
    return closing
