"""How well a service kept its promise lately, from the ledger of the legal clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

from sqlalchemy import func, select

from penaemas.casefiles.applicants.status import PBG_SERVICE
from penaemas.casefiles.clock_ledger import CaseClock, ClockLedger
from penaemas.casefiles.clock_tables import clock_entry, promise_breach
from penaemas.casefiles.emas_tables import emas_application
from penaemas.casefiles.pbg_tables import pbg_application
from penaemas.licensing.clock import Clock
from penaemas.licensing.service_clock import EntryKind
from penaemas.storage.database import Database

LOOKS_BACK: Final = timedelta(days=90)
MOST_MEASURED: Final = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """Cases whose clock stopped because the permit was there. `median_min`: net office minutes of the latest."""

    finished: int
    kept: int
    median_min: int

    @property
    def percent(self) -> int:
        """The share that was kept, in whole percent, cut."""
        return 100 * self.kept // self.finished if self.finished else 0


class KeptTimes:
    """Measures them."""

    def __init__(self, database: Database, clocks: ClockLedger, clock: Clock) -> None:
        self._database = database
        self._clocks = clocks
        self._clock = clock

    async def of_service(self, service: str) -> Kept:
        """The last 90 days of a service: `pbg_mbr` or a licence's id."""
        return await self._database.run(self._read, service)

    def _read(self, service: str) -> Kept:
        now = self._clock.now()
        is_pbg = service == PBG_SERVICE
        table = pbg_application if is_pbg else emas_application
        which = CaseClock.PROMISE if is_pbg else CaseClock.SERVICE
        ended = (
            select(clock_entry.c.case_id, clock_entry.c.at)
            .join(table, table.c.case_id == clock_entry.c.case_id)
            .where(
                clock_entry.c.clock == which,
                clock_entry.c.kind == EntryKind.STOP,
                clock_entry.c.at >= now - LOOKS_BACK,
                # Only a permit counts as kept; what was rejected or withdrawn stops its clock too.
                table.c.signed_at.is_not(None),
            )
        )
        if not is_pbg:
            ended = ended.where(emas_application.c.licence_type == service)
        cases = ended.subquery()
        with self._database.reading() as connection:
            finished = connection.execute(select(func.count()).select_from(cases)).scalar_one()
            broken = connection.execute(
                select(func.count()).select_from(
                    cases.join(promise_breach, promise_breach.c.case_id == cases.c.case_id)
                )
            ).scalar_one()
            latest = select(cases.c.case_id, cases.c.at).order_by(cases.c.at.desc()).limit(MOST_MEASURED)
            minutes = [
                clock.net_seconds(at) // 60
                for case_id, at in connection.execute(latest).all()
                if (clock := self._clocks.clock_of(connection, case_id, which)) is not None
            ]
        return Kept(finished, finished - broken, round(median(minutes)) if minutes else 0)
