"""Every night the ledger is held against its commitments and against those that the engine was told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import pytest
from sqlalchemy import update

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.tables import case_file, commitment
from penaemas.history.queries import Case, History, TimelineEntry
from tests.deadlines import CASE_INSTANCE, FakeHistory, wib
from tests.offices import MONDAY_NINE, SUMEDANG, OfficeClock
from tests.pbg import opened
from workers.monitoring.clock_check import ClockCheck, Disagreement, next_night


@dataclass
class ToldToEngine(FakeHistory):
    """A history that holds what jobs of the clock told the engine."""

    documents: list[bytes] = field(default_factory=list)

    def completes(self, commitment_in_hex: str) -> None:
        position = len(self.documents)
        self.documents.append(json.dumps({"value": {"variables": {"clock_commitment": commitment_in_hex}}}).encode())
        self.entries.append(
            TimelineEntry(
                *(1, position, CASE_INSTANCE, MONDAY_NINE, "job_completed", "Task_OpenServiceWindow", None, 1),
                *(None, None, "workers-1", "service_clock.open_window"),
            )
        )

    def case_by_id(self, case_id: str) -> Case | None:
        return self.case(CASE_INSTANCE)

    def document(self, partition: int, position: int) -> bytes:
        return self.documents[position]


@pytest.fixture
def told() -> ToldToEngine:
    return ToldToEngine()


@pytest.fixture
def check(office: Office, clock: OfficeClock, told: ToldToEngine) -> ClockCheck:
    return ClockCheck(office.database, office.clocks, cast(History, told), clock)


async def case_within_its_window(office: Office, told: ToldToEngine) -> str:
    case_id = await opened(office)
    told.completes((await office.deadlines.service_window.open(case_id, SUMEDANG)).commitment)
    return case_id


async def test_a_ledger_that_is_as_pinned_is_well(office: Office, check: ClockCheck, told: ToldToEngine) -> None:
    await case_within_its_window(office, told)

    assert await check.check() == ()


async def test_a_commitment_that_only_the_engine_knows_is_reported(
    office: Office, check: ClockCheck, told: ToldToEngine
) -> None:
    case_id = await case_within_its_window(office, told)
    told.completes("f" * 64)

    assert await check.check() == (Disagreement(case_id, None, f"ledger has no entry for commitment {'f' * 64}"),)


async def test_an_entry_that_is_not_as_pinned_is_reported(
    office: Office, check: ClockCheck, told: ToldToEngine
) -> None:
    case_id = await case_within_its_window(office, told)
    with office.database.transaction() as connection:
        place = (commitment.c.case_id == case_id, commitment.c.about == "clock", commitment.c.revision == 2)
        connection.execute(update(commitment).where(*place).values(salt=bytes(32)))

    assert await check.check() == (Disagreement(case_id, 2, "entry is not what was pinned"),)


async def test_a_case_that_was_closed_long_ago_is_left_alone(
    office: Office, check: ClockCheck, told: ToldToEngine
) -> None:
    await case_within_its_window(office, told)
    told.completes("f" * 64)
    with office.database.transaction() as connection:
        connection.execute(update(case_file).values(closed_at=wib("2026-01-20 09:00")))

    assert await check.check() == ()


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-02-02 02:59", "2026-02-02 03:00"),
        ("2026-02-02 03:00", "2026-02-03 03:00"),
        ("2026-02-02 09:00", "2026-02-03 03:00"),
    ],
)
def test_it_runs_at_three_in_the_night(now: str, night: str) -> None:
    found: datetime = next_night(wib(now))

    assert found == wib(night)
