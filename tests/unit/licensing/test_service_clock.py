"""The legal clock: what counts, what stands still, when a limit is overstepped. Expectations are counted by hand."""

from datetime import timedelta

import pytest

from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.service_clock import (
    ClockEntriesInvalid,
    ClockEntry,
    EntryKind,
    ServiceClock,
    statutory_due_at,
    warning_instants,
    warning_percentages,
)
from tests.unit.licensing.calendars import rules, wib

COUNTER = OfficeCalendar(rules())
THREE_HOURS = 180 * 60


def entry(kind: str, at: str, reference: str = "") -> ClockEntry:
    return ClockEntry(EntryKind(kind), wib(at), "alasan contoh", "petugas-1", "dasar hukum contoh", reference)


def clock(*entries: ClockEntry) -> ServiceClock:
    return ServiceClock(entries, COUNTER)


MORNING = entry("start", "2026-11-23 09:00")


def test_lunch_counts_on_the_wall_but_not_in_the_office() -> None:
    at = wib("2026-11-23 13:30")
    assert clock(MORNING).net_seconds(at) == 3.5 * 3600
    assert clock(MORNING).gross_office_seconds(at) == 3.5 * 3600
    assert clock(MORNING).gross_wall_seconds(at) == 4.5 * 3600


def test_a_pause_leaves_the_gross_time_running() -> None:
    paused = clock(MORNING, entry("pause", "2026-11-23 10:00"), entry("resume", "2026-11-23 11:00"))
    at = wib("2026-11-23 11:30")
    assert paused.net_seconds(at) == 90 * 60
    assert paused.gross_office_seconds(at) == 150 * 60


def test_an_overlapping_pause_and_outage_count_once() -> None:
    held = clock(
        MORNING,
        entry("pause", "2026-11-23 09:30"),
        entry("outage_begin", "2026-11-23 10:00", "SIMBG-7"),
        entry("resume", "2026-11-23 10:30"),
        entry("outage_end", "2026-11-23 11:00", "SIMBG-7"),
    )
    assert held.net_seconds(wib("2026-11-23 11:15")) == 45 * 60


def test_two_outages_at_a_time_end_each_on_its_own() -> None:
    held = clock(
        MORNING,
        entry("outage_begin", "2026-11-23 09:30", "SIMBG-7"),
        entry("outage_begin", "2026-11-23 10:00", "BPN-1"),
        entry("outage_end", "2026-11-23 10:15", "SIMBG-7"),
        entry("outage_end", "2026-11-23 10:30", "BPN-1"),
    )
    assert held.net_seconds(wib("2026-11-23 11:00")) == 60 * 60


def test_an_outage_that_began_before_the_case_counts_from_its_start() -> None:
    held = clock(
        entry("outage_begin", "2026-11-20 08:00", "SIMBG-7"),
        MORNING,
        entry("outage_end", "2026-11-23 09:20", "SIMBG-7"),
    )
    assert held.net_seconds(wib("2026-11-23 10:00")) == 40 * 60


def test_a_late_entry_is_sorted_to_its_true_time() -> None:
    late = clock(entry("resume", "2026-11-23 11:00"), MORNING, entry("pause", "2026-11-23 10:00"))
    assert late.net_seconds(wib("2026-11-23 11:30")) == 90 * 60


def test_what_was_entered_later_does_not_change_what_the_clock_said_before() -> None:
    paused = clock(MORNING, entry("pause", "2026-11-23 10:00"), entry("resume", "2026-11-23 11:00"))
    assert paused.is_standing(wib("2026-11-23 10:30"))
    assert paused.due_at(THREE_HOURS, wib("2026-11-23 09:30")) == wib("2026-11-23 12:00")
    assert paused.due_at(THREE_HOURS, wib("2026-11-23 10:30")) is None
    assert paused.due_at(THREE_HOURS, wib("2026-11-23 11:30")) == wib("2026-11-23 14:00")


def test_the_clock_stays_where_it_stopped() -> None:
    stopped = clock(MORNING, entry("stop", "2026-11-23 10:00"))
    assert stopped.net_seconds(wib("2026-12-01 09:00")) == 3600
    assert stopped.gross_wall_seconds(wib("2026-12-01 09:00")) == 3600
    assert stopped.due_at(THREE_HOURS, wib("2026-12-01 09:00")) is None


def test_exactly_at_the_limit_is_kept_and_a_moment_later_is_not() -> None:
    due = wib("2026-11-23 12:00")
    assert not clock(MORNING).is_breached(THREE_HOURS, due)
    assert clock(MORNING).is_breached(THREE_HOURS, due + timedelta(microseconds=1))


def test_work_finished_after_closing_time_is_late_though_the_net_time_is_full_only() -> None:
    late = clock(entry("start", "2026-11-23 11:00"), entry("stop", "2026-11-23 18:00"))
    assert late.net_seconds(wib("2026-11-23 18:00")) == THREE_HOURS
    assert late.is_breached(THREE_HOURS, wib("2026-11-23 18:00"))


def test_a_clock_held_from_the_due_instant_on_is_not_late() -> None:
    held = clock(MORNING, entry("pause", "2026-11-23 12:00"))
    assert not held.is_breached(THREE_HOURS, wib("2026-11-24 09:00"))


def test_the_due_instant_of_a_broken_limit_lies_in_the_past() -> None:
    assert clock(MORNING).due_at(THREE_HOURS, wib("2026-11-24 10:00")) == wib("2026-11-23 12:00")


def test_what_remains_never_falls_below_nothing() -> None:
    assert clock(MORNING).remaining_seconds(THREE_HOURS, wib("2026-11-23 10:30")) == 90 * 60
    assert clock(MORNING).remaining_seconds(THREE_HOURS, wib("2026-11-24 10:30")) == 0


def test_a_night_and_a_weekend_count_nothing() -> None:
    friday = clock(entry("start", "2026-11-27 14:30"))
    assert friday.net_seconds(wib("2026-11-30 08:30")) == 3600


@pytest.mark.parametrize(
    ("entries", "rule"),
    [
        pytest.param((), "one start", id="no start"),
        pytest.param((MORNING, MORNING), "one start", id="two starts"),
        pytest.param((MORNING, entry("resume", "2026-11-23 10:00")), "did not begin", id="end without beginning"),
        pytest.param(
            (MORNING, entry("pause", "2026-11-23 10:00"), entry("pause", "2026-11-23 10:30")),
            "open already",
            id="twice",
        ),
        pytest.param((MORNING, entry("pause", "2026-11-23 08:00")), "between start and stop", id="pause before start"),
        pytest.param((MORNING, entry("stop", "2026-11-23 08:00")), "stops after it starts", id="stop before start"),
    ],
)
def test_entries_that_contradict_each_other_are_refused(entries: tuple[ClockEntry, ...], rule: str) -> None:
    with pytest.raises(ClockEntriesInvalid, match=rule):
        clock(*entries)


def test_a_step_under_an_hour_warns_once_and_a_longer_one_twice() -> None:
    assert warning_percentages(59 * 60) == (80,)
    assert warning_percentages(60 * 60) == (50, 80)


def test_warnings_come_in_office_time() -> None:
    assert warning_instants(wib("2026-11-23 11:50"), 40 * 60, COUNTER) == (wib("2026-11-23 13:22"),)
    assert warning_instants(wib("2026-11-23 14:00"), 120 * 60, COUNTER) == (
        wib("2026-11-23 15:00"),
        wib("2026-11-24 08:36"),
    )


def test_a_statutory_limit_ends_with_the_counters_of_its_last_day() -> None:
    at = wib("2026-11-23 10:00")
    assert statutory_due_at(clock(MORNING), 10, at, COUNTER) == wib("2026-12-07 15:00")


def test_statutory_days_stand_still_while_the_applicant_must_act() -> None:
    paused = clock(MORNING, entry("pause", "2026-11-24 10:00"), entry("resume", "2026-11-26 10:00"))
    assert statutory_due_at(paused, 10, wib("2026-11-25 10:00"), COUNTER) is None
    # 24 and 25 November closed while the applicant had to act; the 26th counts again.
    assert statutory_due_at(paused, 10, wib("2026-11-26 11:00"), COUNTER) == wib("2026-12-09 15:00")


def test_a_statutory_limit_that_has_passed_stays_where_it_was() -> None:
    paused_too_late = clock(MORNING, entry("pause", "2026-11-25 10:00"))
    assert statutory_due_at(paused_too_late, 1, wib("2026-11-26 10:00"), COUNTER) == wib("2026-11-24 15:00")
