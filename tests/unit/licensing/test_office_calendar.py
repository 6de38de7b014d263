"""The office calendar at the edges that real days have. Expectations are counted by hand."""

from datetime import date, datetime, timedelta

import pytest

from penaemas.licensing.instants import wib_date
from penaemas.licensing.office_calendar import NeverOpen, OfficeCalendar
from tests.unit.licensing.calendars import rules, wib

THREE_HOURS = 180 * 60
COUNTER = OfficeCalendar(rules())
BACK_OFFICE = OfficeCalendar(rules(), "back_office")


def due(start: str, seconds: int, calendar: OfficeCalendar = COUNTER) -> datetime:
    return calendar.due_at(wib(start), seconds)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param("2026-11-23 08:00", "2026-11-23 11:00", id="from opening"),
        pytest.param("2026-11-23 10:00", "2026-11-23 14:00", id="across lunch"),
        pytest.param("2026-11-23 09:00", "2026-11-23 12:00", id="fills the morning"),
        pytest.param("2026-11-23 10:59", "2026-11-23 14:59", id="started 10.59"),
        pytest.param("2026-11-23 11:00", "2026-11-23 15:00", id="started 11.00 fills the day"),
        pytest.param("2026-11-23 11:01", "2026-11-24 08:01", id="started 11.01 goes over the night"),
        pytest.param("2026-11-23 12:30", "2026-11-24 09:00", id="started at lunch"),
        pytest.param("2026-11-23 06:00", "2026-11-23 11:00", id="started before opening"),
        pytest.param("2026-11-27 10:30", "2026-11-27 15:00", id="friday, latest start"),
        pytest.param("2026-11-27 10:31", "2026-11-30 08:01", id="friday into monday"),
        pytest.param("2026-11-28 10:00", "2026-11-30 11:00", id="started on a weekend"),
        pytest.param("2026-05-13 14:00", "2026-05-18 10:00", id="ascension day, its joint leave and a weekend"),
        pytest.param("2026-12-23 14:00", "2026-12-28 10:00", id="christmas, its joint leave and a weekend"),
        pytest.param("2026-12-31 14:00", "2027-01-04 10:00", id="31 december"),
        pytest.param("2026-02-23 11:00", "2026-02-24 08:30", id="ramadan: lunch to 12.30, closing at 14.00"),
        pytest.param("2026-02-23 10:30", "2026-02-23 14:00", id="ramadan, latest start"),
        pytest.param("2026-02-27 10:00", "2026-02-27 14:00", id="friday in ramadan"),
        pytest.param("2026-03-17 12:00", "2026-03-25 09:30", id="from the last days of ramadan over eid"),
    ],
)
def test_three_hours_are_due(start: str, expected: str) -> None:
    assert due(start, THREE_HOURS) == wib(expected)


def test_work_that_ends_with_the_morning_is_due_at_noon_not_after_lunch() -> None:
    assert due("2026-11-23 11:40", 20 * 60) == wib("2026-11-23 12:00")


def test_a_single_second_over_the_morning_is_due_a_second_into_the_afternoon() -> None:
    assert due("2026-11-23 11:40", 20 * 60 + 1) == wib("2026-11-23 13:00:01")


def test_a_start_within_a_second_keeps_its_fraction() -> None:
    start = wib("2026-11-23 08:00:59") + timedelta(milliseconds=250)
    assert COUNTER.due_at(start, 60) == wib("2026-11-23 08:01:59") + timedelta(milliseconds=250)


def test_the_back_office_works_longer_than_the_counters() -> None:
    assert due("2026-11-23 14:30", 60 * 60) == wib("2026-11-24 08:30")
    assert due("2026-11-23 14:30", 60 * 60, BACK_OFFICE) == wib("2026-11-23 15:30")


def test_the_back_office_works_thirty_seven_and_a_half_hours_a_week() -> None:
    assert BACK_OFFICE.seconds_between(wib("2026-11-23 00:00"), wib("2026-11-30 00:00")) == 37.5 * 3600


def test_nothing_is_due_after_no_time() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        due("2026-11-23 08:00", 0)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        COUNTER.is_open(datetime(2026, 11, 23, 8, 0))  # noqa: DTZ001 - the very mistake


def test_the_office_is_open_at_its_opening_and_shut_at_its_closing() -> None:
    assert COUNTER.is_open(wib("2026-11-23 08:00"))
    assert not COUNTER.is_open(wib("2026-11-23 12:00"))
    assert COUNTER.is_open(wib("2026-11-23 14:59:59"))
    assert not COUNTER.is_open(wib("2026-11-23 15:00"))


def test_joint_leave_is_closed_like_a_holiday() -> None:
    joint_leave = ("2026-02-16", "2026-03-18", "2026-03-20", "2026-03-23", "2026-03-24", "2026-05-15", "2026-05-28")
    assert [COUNTER.is_open(wib(f"{day} 09:00")) for day in (*joint_leave, "2026-12-24")] == [False] * 8


def test_a_closed_day_says_why() -> None:
    assert "Natal" in COUNTER.day(date(2026, 12, 25)).reason
    assert COUNTER.day(date(2026, 11, 23)).reason == ""


def test_intake_for_the_same_day_closes_at_eleven_and_on_fridays_at_half_past_ten() -> None:
    assert COUNTER.latest_start(wib("2026-11-23 15:00"), THREE_HOURS) == wib("2026-11-23 11:00")
    assert COUNTER.latest_start(wib("2026-11-27 15:00"), THREE_HOURS) == wib("2026-11-27 10:30")


def test_the_latest_start_crosses_new_year_backwards() -> None:
    assert COUNTER.latest_start(wib("2027-01-04 10:00"), THREE_HOURS) == wib("2026-12-31 14:00")


def test_a_year_of_office_time_is_the_same_asked_at_once_or_in_months() -> None:
    months = [wib(f"2026-{month:02}-01 00:00") for month in range(1, 13)] + [wib("2027-01-01 00:00")]
    pieces = sum(COUNTER.seconds_between(*pair) for pair in zip(months, months[1:], strict=False))
    assert COUNTER.seconds_between(months[0], months[-1]) == pieces


def test_time_between_swapped_instants_is_negative() -> None:
    assert COUNTER.seconds_between(wib("2027-01-04 09:00"), wib("2026-12-31 14:00")) == -2 * 3600


def test_five_years_of_mondays_to_fridays_count_to_the_second() -> None:
    # 2021-11-22 (a Monday) to 2026-11-22: the windows a diagram gets, added up, are the same office time.
    windows = COUNTER.windows(wib("2021-11-22 00:00"), wib("2026-11-22 00:00"))
    assert windows[-1].before_s + windows[-1].seconds == COUNTER.seconds_between(
        wib("2021-11-22 00:00"), wib("2026-11-22 00:00")
    )


def test_the_windows_are_whole_and_counted_from_the_first() -> None:
    windows = COUNTER.windows(wib("2026-11-23 09:30"), wib("2026-11-24 10:00"))
    assert [window.as_variable() for window in windows] == [
        {"from": "2026-11-23T01:00:00Z", "to": "2026-11-23T05:00:00Z", "before_s": 0, "seconds": 14400},
        {"from": "2026-11-23T06:00:00Z", "to": "2026-11-23T08:00:00Z", "before_s": 14400, "seconds": 7200},
        {"from": "2026-11-24T01:00:00Z", "to": "2026-11-24T05:00:00Z", "before_s": 21600, "seconds": 14400},
    ]


def test_a_window_that_has_just_closed_is_not_listed() -> None:
    assert COUNTER.windows(wib("2026-11-23 12:00"), wib("2026-11-23 15:00"))[0].opens_at == wib("2026-11-23 13:00")


def test_the_next_opening_lies_after_the_present_one() -> None:
    assert COUNTER.next_opening(wib("2026-11-23 08:00")) == wib("2026-11-23 13:00")
    assert COUNTER.next_opening(wib("2026-12-31 14:00")) == wib("2027-01-04 08:00")


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        pytest.param("2026-11-23 09:00", 1, "2026-11-24 15:00", id="tomorrow is day 1"),
        pytest.param("2026-11-23 23:59", 1, "2026-11-24 15:00", id="late at night is still the same day"),
        pytest.param("2026-11-27 09:00", 1, "2026-11-30 15:00", id="friday to monday"),
        pytest.param("2026-11-28 09:00", 1, "2026-11-30 15:00", id="from a saturday"),
        pytest.param("2026-11-23 09:00", 10, "2026-12-07 15:00", id="ten days"),
        pytest.param("2026-12-23 09:00", 5, "2027-01-04 15:00", id="five days over christmas and new year"),
        pytest.param("2026-02-20 09:00", 1, "2026-02-23 14:00", id="ramadan closes at 14.00"),
    ],
)
def test_working_days_end_with_the_counters_of_the_last(start: str, days: int, expected: str) -> None:
    assert COUNTER.closing_of_working_day(wib(start), days) == wib(expected)


def test_a_limit_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        COUNTER.closing_of_working_day(wib("2026-11-23 09:00"), 0)


def test_working_days_between_leave_the_first_day_out() -> None:
    assert COUNTER.working_days_between(wib("2026-12-23 09:00"), wib("2027-01-04 08:00")) == 5
    assert COUNTER.working_days_between(wib("2027-01-04 08:00"), wib("2026-12-23 09:00")) == -5
    assert COUNTER.working_days_between(wib("2026-11-23 08:00"), wib("2026-11-23 15:00")) == 0


def test_the_day_turns_at_midnight_wib() -> None:
    assert wib_date(datetime.fromisoformat("2026-11-23T16:59:59+00:00")) == date(2026, 11, 23)
    assert wib_date(datetime.fromisoformat("2026-11-23T17:00:00+00:00")) == date(2026, 11, 24)


def test_2030_has_ramadan_hours_twice() -> None:
    assert COUNTER.day(date(2030, 1, 7)).ramadan
    assert COUNTER.day(date(2030, 12, 27)).ramadan
    assert not COUNTER.day(date(2030, 6, 3)).ramadan


def override(**changes: object) -> dict[str, object]:
    content: dict[str, object] = {
        "first_day": date(2026, 11, 23),
        "last_day": date(2026, 11, 23),
        "hours": [],
        "reason": "Pemadaman listrik",
        "basis": "SE Bupati contoh",
    }
    return content | changes


def test_a_local_closure_moves_the_deadline() -> None:
    calendar = OfficeCalendar(rules(overrides=[override()]))
    assert calendar.due_at(wib("2026-11-23 09:00"), 3600) == wib("2026-11-24 09:00")


def test_a_local_closure_of_the_counters_leaves_the_back_office_open() -> None:
    calendar = OfficeCalendar(rules(overrides=[override(applies_to=["counter"])]), "back_office")
    assert calendar.is_open(wib("2026-11-23 09:00"))


def test_other_hours_over_a_week_do_not_open_its_weekend() -> None:
    week = override(last_day=date(2026, 11, 29), hours=["09:00-10:00"])
    calendar = OfficeCalendar(rules(overrides=[week]))
    assert calendar.due_at(wib("2026-11-27 09:30"), 3600) == wib("2026-11-30 08:30")


def test_an_extra_opening_goes_before_a_holiday() -> None:
    christmas = date(2026, 12, 25)
    extra = override(first_day=christmas, last_day=christmas, hours=["08:00-09:00"], opens_days_off=True)
    assert OfficeCalendar(rules(overrides=[extra])).is_open(wib("2026-12-25 08:30"))


def test_the_later_of_two_overrides_holds() -> None:
    reopened = override(hours=["10:00-11:00"], opens_days_off=True, reason="Listrik kembali")
    assert OfficeCalendar(rules(overrides=[override(), reopened])).day(date(2026, 11, 23)).reason == "Listrik kembali"


def test_a_calendar_that_never_opens_again_says_so() -> None:
    for_ever = override(last_day=date(2060, 1, 1))
    with pytest.raises(NeverOpen):
        OfficeCalendar(rules(overrides=[for_ever])).due_at(wib("2026-11-23 09:00"), 60)
