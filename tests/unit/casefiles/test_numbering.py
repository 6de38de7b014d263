"""Register numbers: none twice, none missing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from penaemas.casefiles.numbering import next_number, next_request_number
from penaemas.storage.database import Database
from tests.offices import LAMPUNG_SELATAN, SUMEDANG


def given(database: Database, region_code: str, at: datetime) -> str:
    with database.transaction() as connection:
        return next_request_number(connection, "PIP", region_code, at)


def test_each_region_counts_for_itself(office_database: Database) -> None:
    at = datetime(2026, 3, 2, 2, tzinfo=UTC)

    numbers = [given(office_database, region, at) for region in (SUMEDANG, LAMPUNG_SELATAN, SUMEDANG)]

    assert numbers == ["PIP-3211-2026-0001", "PIP-1801-2026-0001", "PIP-3211-2026-0002"]


def test_the_year_begins_at_midnight_in_west_indonesia(office_database: Database) -> None:
    before, after = datetime(2026, 12, 31, 16, 59, tzinfo=UTC), datetime(2026, 12, 31, 17, 0, tzinfo=UTC)

    numbers = [given(office_database, SUMEDANG, at) for at in (before, after)]

    assert numbers == ["PIP-3211-2026-0001", "PIP-3211-2027-0001"]


def test_a_number_that_was_rolled_back_is_given_again(office_database: Database) -> None:
    def fail_after_numbering() -> None:
        with office_database.transaction() as connection:
            next_number(connection, "register")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail_after_numbering()

    with office_database.transaction() as connection:
        assert next_number(connection, "register") == 1


def test_many_at_once_leave_no_gap(office_database: Database) -> None:
    def take(_: int) -> int:
        with office_database.transaction() as connection:
            return next_number(connection, "register")

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(take, range(60))) == list(range(1, 61))


def test_the_count_goes_on_beyond_four_digits(office_database: Database) -> None:
    with office_database.transaction() as connection:
        for _ in range(10_000):
            number = next_request_number(connection, "PIP", SUMEDANG, datetime(2026, 3, 2, tzinfo=UTC))

    assert number == "PIP-3211-2026-10000"
