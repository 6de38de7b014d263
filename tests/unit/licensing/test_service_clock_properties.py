"""The legal clock against a count of single seconds, over random pauses and outages."""

from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.service_clock import ClockEntry, EntryKind, ServiceClock
from tests.unit.licensing.calendars import open_seconds_counted_one_by_one, rules, wib

RULES = rules()
COUNTER = OfficeCalendar(RULES)
BEGIN = wib("2026-11-05 10:00")  # a Thursday without a holiday near, so that a Friday and a weekend are crossed
SPAN_S = 4 * 24 * 3600

Held = tuple[str, int, int | None]


@st.composite
def held_stretches(draw: st.DrawFn) -> list[Held]:
    """Pauses and outages as (kind, seconds from the start, length or open)."""
    stretches = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(("pause", "outage")))
        begin = draw(st.integers(0 if kind == "pause" else -7200, SPAN_S))
        stretches.append((kind, begin, draw(st.none() | st.integers(0, SPAN_S // 3))))
    return stretches


def clock_with(stretches: list[Held]) -> ServiceClock:
    entries = [_entry(EntryKind.START, 0, "start")]
    for number, (kind, begin, length) in enumerate(stretches):
        opens, closes = (
            (EntryKind.PAUSE, EntryKind.RESUME) if kind == "pause" else (EntryKind.OUTAGE_BEGIN, EntryKind.OUTAGE_END)
        )
        entries.append(_entry(opens, begin, str(number)))
        if length is not None:
            entries.append(_entry(closes, begin + length, str(number)))
    return ServiceClock(entries, COUNTER)


def _entry(kind: EntryKind, second: int, reference: str) -> ClockEntry:
    return ClockEntry(kind, BEGIN + timedelta(seconds=second), "acak", "petugas-1", "dasar", reference)


def counted(stretches: list[Held], at_s: int) -> int:
    """Net seconds, asking of every single second whether anything holds the clock."""
    held = bytearray(at_s)
    for _, begin, length in stretches:
        end = at_s if length is None else min(begin + length, at_s)
        for second in range(max(begin, 0), end):
            held[second] = 1
    total = 0
    second = 0
    while second < at_s:
        stop = second + 1
        while stop < at_s and held[stop] == held[second]:
            stop += 1
        if not held[second]:
            total += _open_seconds(second, stop)
        second = stop
    return total


def _open_seconds(begin: int, end: int) -> int:
    return open_seconds_counted_one_by_one(RULES, BEGIN + timedelta(seconds=begin), BEGIN + timedelta(seconds=end))


@settings(max_examples=12, deadline=None)
@given(held_stretches(), st.integers(0, 5 * 3600))
def test_net_time_equals_the_count_of_single_seconds(stretches: list[Held], at_s: int) -> None:
    at = BEGIN + timedelta(seconds=at_s)
    known = [(kind, begin, length) for kind, begin, length in stretches if begin <= at_s]
    assert clock_with(stretches).net_seconds(at) == counted(known, at_s)


@settings(max_examples=150, deadline=None)
@given(held_stretches(), st.integers(-3600, SPAN_S), st.integers(0, SPAN_S))
def test_net_time_is_never_negative_never_shrinks_and_never_exceeds_the_office_time(
    stretches: list[Held], at_s: int, later_s: int
) -> None:
    clock, at = clock_with(stretches), BEGIN + timedelta(seconds=at_s)
    later = at + timedelta(seconds=later_s)
    assert timedelta(0) <= clock.net(at) <= clock.net(later)
    assert clock.net_seconds(later) <= clock.gross_office_seconds(later) <= max(clock.gross_wall_seconds(later), 0)


@settings(max_examples=150, deadline=None)
@given(held_stretches(), st.integers(0, SPAN_S), st.integers(0, SPAN_S))
def test_net_time_never_counts_while_the_counters_are_closed(stretches: list[Held], at_s: int, later_s: int) -> None:
    clock, at = clock_with(stretches), BEGIN + timedelta(seconds=at_s)
    later = at + timedelta(seconds=later_s)
    assert clock.net(later) - clock.net(at) <= COUNTER.net_between(at, later)


@settings(max_examples=150, deadline=None)
@given(held_stretches(), st.integers(0, SPAN_S), st.integers(1, 10 * 3600))
def test_at_the_due_instant_exactly_the_limit_has_passed(stretches: list[Held], at_s: int, limit_s: int) -> None:
    at = BEGIN + timedelta(seconds=at_s)
    clock = clock_with([stretch for stretch in stretches if stretch[2] is not None])
    due = clock.due_at(limit_s, at)
    if due is not None and due <= at:
        assert clock.net(due) == timedelta(seconds=limit_s)
        assert clock.net(due - timedelta(microseconds=1)) < timedelta(seconds=limit_s)


@settings(max_examples=150, deadline=None)
@given(held_stretches(), st.integers(0, SPAN_S), st.integers(1, 10 * 3600))
def test_what_remains_ends_at_the_due_instant(stretches: list[Held], at_s: int, limit_s: int) -> None:
    at = BEGIN + timedelta(seconds=at_s)
    clock = clock_with(stretches)
    due = clock.due_at(limit_s, at)
    if due is not None and due > at:
        assert COUNTER.due_at(at, clock.remaining_seconds(limit_s, at)) == due


@settings(max_examples=100, deadline=None)
@given(held_stretches(), st.integers(0, SPAN_S), st.randoms())
def test_the_order_in_which_entries_arrive_does_not_matter(stretches: list[Held], at_s: int, order: Random) -> None:
    at = BEGIN + timedelta(seconds=at_s)
    lengthy = [(kind, begin, length) for kind, begin, length in stretches if length != 0]
    shuffled = list(lengthy)
    order.shuffle(shuffled)
    assert clock_with(shuffled).net(at) == clock_with(lengthy).net(at)
