"""Fixtures: an office with its case files, on each kind of database, on a Monday morning of our choosing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.information_request_forms import RequestEntry
from penaemas.casefiles.person_vault import PersonVault
from penaemas.storage.database import Database

SUMEDANG, LAMPUNG_SELATAN = "32.11", "18.01"
MONDAY_NINE = datetime(
    2026, 2, 2, 2, 0, tzinfo=UTC
)  # 09.00 WIB; Tuesday 17 February is a holiday, Monday 16 joint leave
MASTER_KEY = bytes(range(32))


class OfficeClock:
    """A clock that stands until it is told to go on."""

    def __init__(self, at: datetime = MONDAY_NINE) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def let_pass(self, time: timedelta) -> None:
        self._now += time


@pytest.fixture
def clock() -> OfficeClock:
    return OfficeClock()


@pytest.fixture
def office(office_database: Database, clock: OfficeClock, tmp_path: Path) -> Office:
    """The case files of an office; the test runs once for each kind of database."""
    return wire(office_database, PersonVault(MASTER_KEY), clock, files=tmp_path / "files")


def request_of(name: str = "Budi Rekaan", **changes: str) -> RequestEntry:
    """A request by an invented person."""
    entry = {
        "region_code": SUMEDANG,
        "requester_name": name,
        "requester_contact": "budi.rekaan@example.id",
        "information_requested": "Rincian anggaran taman kota tahun 2025",
        "purpose": "Tugas kuliah",
    }
    return RequestEntry.model_validate(entry | changes)


@pytest.fixture
def new_request_id() -> Callable[[], str]:
    """Ids of submissions, never the same."""
    numbers = iter(range(1, 1_000_000))
    return lambda: f"submission-{next(numbers)}"
