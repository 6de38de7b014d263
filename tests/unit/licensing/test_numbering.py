"""Registration and permit numbers: formed, read, and given to the right WIB day."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penaemas.licensing.numbering import CounterKey, NumberInvalid, PermitNumber, RegistrationNumber

KEY = CounterKey("321102", date(2025, 2, 7))


@pytest.mark.parametrize(
    ("counter", "registration", "permit"),
    [
        (1, "PENA-SMD-PBG-321102-07022025-01", "PENA-SMD-SK-PBG-321102-07022025-001"),
        (99, "PENA-SMD-PBG-321102-07022025-99", "PENA-SMD-SK-PBG-321102-07022025-099"),
        (100, "PENA-SMD-PBG-321102-07022025-100", "PENA-SMD-SK-PBG-321102-07022025-100"),
        (1000, "PENA-SMD-PBG-321102-07022025-1000", "PENA-SMD-SK-PBG-321102-07022025-1000"),
    ],
)
def test_the_counter_grows_without_breaking_the_number(counter: int, registration: str, permit: str) -> None:
    assert str(RegistrationNumber.of("PENA-SMD-PBG", KEY, counter)) == registration
    assert str(PermitNumber.of("PENA-SMD-SK-PBG", KEY, counter)) == permit


def test_the_published_example_of_simbg_is_read() -> None:
    number = PermitNumber.parse(" SK-PBG-321102-07022025-001 ")
    assert (number.sub_district, number.day, number.counter) == ("321102", date(2025, 2, 7), 1)
    assert number.is_simbg


def test_our_own_number_is_not_taken_for_simbgs() -> None:
    assert not PermitNumber.parse("PENA-SMD-SK-PBG-321102-07022025-001").is_simbg


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("SK-PBG-321102-07022025-01", id="two digits of counter"),
        pytest.param("SK-PBG-321102-07022025-0001", id="a needless zero"),
        pytest.param("SK-PBG-321102-07022025-000", id="counter 0"),
        pytest.param("SK-PBG-321102-31022025-001", id="31 february"),
        pytest.param("SK-PBG-32110-07022025-001", id="five digits of code"),
        pytest.param("SK-PBG-321102-2025-02-07-001", id="another date"),
        pytest.param("SK-PBG-321102-07022025-00１", id="digit of another script"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_permit_number_is_refused(text: str) -> None:
    with pytest.raises(NumberInvalid):
        PermitNumber.parse(text)


def test_a_minute_before_midnight_wib_is_still_the_old_day() -> None:
    assert CounterKey.at("321102", datetime(2025, 2, 7, 16, 59, 59, tzinfo=UTC)).day == date(2025, 2, 7)


def test_midnight_wib_begins_a_new_counter() -> None:
    assert CounterKey.at("321102", datetime(2025, 2, 7, 17, 0, tzinfo=UTC)).day == date(2025, 2, 8)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 10**6), st.integers(0, 999_999))
def test_every_number_is_read_back_as_it_was_made(day: date, counter: int, code: int) -> None:
    number = PermitNumber.of("PENA-LS-SK-PBG", CounterKey(f"{code:06}", day), counter)
    assert PermitNumber.parse(str(number)) == number
