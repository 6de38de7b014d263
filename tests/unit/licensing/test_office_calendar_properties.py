"""The office calendar against a count of single seconds, over random hours and instants."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from penaemas.licensing.calendar_rules import CalendarRules
from penaemas.licensing.office_calendar import OfficeCalendar
from tests.unit.licensing.calendars import WIB, open_seconds_counted_one_by_one, rules

# Without a national holiday, so that the count needs no list of them; each begins on a Monday.
QUIET_WEEKS = (datetime(2026, 7, 6, tzinfo=WIB), datetime(2026, 11, 2, tzinfo=WIB), datetime(2026, 2, 23, tzinfo=WIB))
COUNTER = OfficeCalendar(rules())


@st.composite
def day_hours(draw: st.DrawFn) -> list[dict[str, str]]:
    edges = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), max_size=6)))
    edges = edges[: len(edges) // 2 * 2]
    text = [f"{minute // 60:02}:{minute % 60:02}" for minute in edges]
    return [{"opens": opens, "closes": closes} for opens, closes in zip(text[::2], text[1::2], strict=True)]


@st.composite
def calendars(draw: st.DrawFn) -> CalendarRules:
    week = {day: draw(day_hours()) for day in ("tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}
    week["monday"] = [{"opens": "08:00", "closes": "12:00"}]
    changed = draw(st.integers(0, 6))
    overrides = [
        {
            "first_day": (week_begin + timedelta(days=changed)).date(),
            "last_day": (week_begin + timedelta(days=changed)).date(),
            "hours": draw(day_hours()),
            "opens_days_off": draw(st.booleans()),
            "reason": "random",
            "basis": "random",
        }
        for week_begin in QUIET_WEEKS
    ]
    hours = {"normal": week, "ramadan": {"monday": week["tuesday"]}, "basis": "random"}
    return rules(counter=hours, overrides=overrides)


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    return draw(st.sampled_from(QUIET_WEEKS)) + timedelta(seconds=draw(st.integers(0, 6 * 24 * 3600)))


@settings(max_examples=25, deadline=None)
@given(calendars(), instants(), st.integers(0, 20 * 3600))
def test_office_time_equals_the_count_of_single_seconds(
    calendar_rules: CalendarRules, start: datetime, span_s: int
) -> None:
    end = start + timedelta(seconds=span_s)
    counted = open_seconds_counted_one_by_one(calendar_rules, start, end)
    assert OfficeCalendar(calendar_rules).seconds_between(start, end) == counted


@settings(max_examples=150, deadline=None)
@given(calendars(), instants(), st.integers(1, 60 * 3600))
def test_a_deadline_is_the_first_instant_by_which_the_seconds_have_passed(
    calendar_rules: CalendarRules, start: datetime, seconds: int
) -> None:
    calendar = OfficeCalendar(calendar_rules)
    due = calendar.due_at(start, seconds)
    assert calendar.seconds_between(start, due) == seconds
    assert calendar.net_between(start, due - timedelta(microseconds=1)) < timedelta(seconds=seconds)


@settings(max_examples=150, deadline=None)
@given(calendars(), instants(), st.integers(1, 60 * 3600))
def test_the_latest_start_is_the_deadline_seen_backwards(
    calendar_rules: CalendarRules, start: datetime, seconds: int
) -> None:
    calendar = OfficeCalendar(calendar_rules)
    due = calendar.due_at(start, seconds)
    latest = calendar.latest_start(due, seconds)
    assert latest >= start
    assert calendar.due_at(latest, seconds) == due
    assert calendar.net_between(latest + timedelta(microseconds=1), due) < timedelta(seconds=seconds)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.datetimes(datetime(2024, 6, 1), datetime(2030, 12, 30)), min_size=3, max_size=3),  # noqa: DTZ001
)
def test_office_time_adds_up_over_any_span_within_five_years(moments: list[datetime]) -> None:
    first, middle, last = (moment.replace(tzinfo=WIB) for moment in moments)
    whole = COUNTER.net_between(first, last)
    assert whole == COUNTER.net_between(first, middle) + COUNTER.net_between(middle, last)
    assert whole == -COUNTER.net_between(last, first)


@settings(max_examples=150, deadline=None)
@given(st.dates(date(2025, 1, 1), date(2030, 6, 1)), st.integers(1, 60))
def test_the_nth_working_day_is_n_working_days_away(day: date, days: int) -> None:
    start = datetime(day.year, day.month, day.day, 9, tzinfo=WIB)
    closing = COUNTER.closing_of_working_day(start, days)
    assert COUNTER.working_days_between(start, closing) == days
    assert not COUNTER.is_open(closing)
    assert COUNTER.is_open(closing - timedelta(microseconds=1))


@settings(max_examples=150, deadline=None)
@given(calendars(), instants(), st.integers(1, 20 * 60))
def test_the_diagrams_own_expression_gives_the_same_deadline(
    calendar_rules: CalendarRules, now: datetime, step_minutes: int
) -> None:
    """The FEEL of the input mappings, term by term, over the windows that a worker puts into the case."""
    calendar = OfficeCalendar(calendar_rules)
    office = calendar.windows(now, now + timedelta(days=120))
    window = next(w for w in office if w.closes_at > now)
    since = 0 if window.opens_at > now else (now - window.opens_at).total_seconds()
    target = window.before_s + since + step_minutes * 60
    last = next(w for w in office if w.before_s + w.seconds >= target)
    assert last.opens_at + timedelta(seconds=target - last.before_s) == calendar.due_at(now, step_minutes * 60)
