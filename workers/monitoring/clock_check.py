"""Every night: the ledger of the legal clocks against its commitments, and against those that the engine was told.

A disagreement is logged as an error: somebody changed the ledger, or the office answers with another database.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

import structlog
from sqlalchemy import or_, select

from penaemas.casefiles.clock_ledger import ClockLedger
from penaemas.casefiles.clock_tables import clock_entry
from penaemas.casefiles.tables import case_file
from penaemas.history.queries import History
from penaemas.licensing.clock import Clock
from penaemas.licensing.instants import WIB
from penaemas.storage.database import Database

log = structlog.get_logger(__name__)

_AT_NIGHT: Final = time(3, 0, tzinfo=WIB)
# Closed cases are looked at once more after this, then left: what happens to them later shows in the open ones too.
_CLOSED_WITHIN: Final = timedelta(days=8)
# A clock that is moved (demonstration) is noticed within this time.
_LONGEST_NAP_S: Final = 60.0
_JOBS: Final = "service_clock."


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that does not fit. `number` is the entry's, or None for a commitment that only the engine knows."""

    case_id: str
    number: int | None
    reason: str


class ClockCheck:
    """Compares the ledger of cases that are open or were closed lately."""

    def __init__(self, database: Database, ledger: ClockLedger, history: History, clock: Clock) -> None:
        self._database = database
        self._ledger = ledger
        self._history = history
        self._clock = clock

    async def run(self) -> None:
        """Check every night at 03.00 WIB, until cancelled."""
        now = self._clock.now()
        due = next_night(now)
        while True:
            await asyncio.sleep(min((due - now).total_seconds(), _LONGEST_NAP_S))
            now = self._clock.now()
            if now < due:
                continue
            for found in await self.check():
                log.error("clock_ledger_disagrees", case_id=found.case_id, entry=found.number, reason=found.reason)
            due = next_night(now)

    async def check(self) -> tuple[Disagreement, ...]:
        """Everything that does not fit now."""
        found: list[Disagreement] = []
        for case_id in await self._database.run(self._cases):
            found += await self._database.run(self._check_case, case_id)
        return tuple(found)

    def _cases(self) -> list[str]:
        lately = self._clock.now() - _CLOSED_WITHIN
        wanted = (
            select(case_file.c.case_id)
            .where(or_(case_file.c.closed_at.is_(None), case_file.c.closed_at >= lately))
            .where(case_file.c.case_id.in_(select(clock_entry.c.case_id)))
            .order_by(case_file.c.case_id)
        )
        with self._database.reading() as connection:
            return list(connection.execute(wanted).scalars())

    def _check_case(self, case_id: str) -> list[Disagreement]:
        # The engine first: what it was told until now is in the ledger, while the ledger may grow meanwhile.
        told = self._told_to_engine(case_id)
        with self._database.reading() as connection:
            pinned = self._ledger.pinned(connection, case_id)
        wrong = [Disagreement(case_id, number, "entry is not what was pinned") for number in pinned.wrong]
        unknown = sorted(told - pinned.digests)
        return wrong + [Disagreement(case_id, None, f"ledger has no entry for commitment {one}") for one in unknown]

    def _told_to_engine(self, case_id: str) -> set[str]:
        case = self._history.case_by_id(case_id)
        if case is None:
            return set()
        told = set()
        for entry in self._history.timeline(case.process_instance_key):
            if entry.event == "job_completed" and (entry.detail or "").startswith(_JOBS):
                document = self._history.document(entry.partition, entry.position)
                variables = json.loads(document or b"{}").get("value", {}).get("variables", {})
                if "clock_commitment" in variables:
                    told.add(str(variables["clock_commitment"]))
        return told


def next_night(now: datetime) -> datetime:
    """The next 03.00 WIB after the instant."""
    tonight = datetime.combine(now.astimezone(WIB).date(), _AT_NIGHT)
    return tonight if tonight > now else tonight + timedelta(days=1)
