"""A case as its applicant may follow it with the tracking code alone: nothing personal, the same for every service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from penaemas.casefiles.breaches import PromiseBreach, breach_of
from penaemas.casefiles.clock_ledger import CaseClock, ClockLedger
from penaemas.casefiles.emas_tables import (
    emas_application,
    emas_correction_item,
    emas_correction_round,
    emas_fee,
    emas_paper,
)
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.outages import Outages
from penaemas.casefiles.pbg_tables import (
    pbg_application,
    pbg_correction_item,
    pbg_correction_round,
    pbg_paper,
)
from penaemas.casefiles.tables import case_file
from penaemas.licensing.clock import Clock
from penaemas.licensing.service_clock import ClockEntry
from penaemas.storage.database import Database

PBG_SERVICE = "pbg_mbr"


@dataclass(frozen=True, slots=True)
class AskedRound:
    """What the applicant is asked to mend. `submitted_at`: the answer has arrived, the process does not know it yet."""

    round: int
    due_at: datetime
    submitted_at: datetime | None
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedPayment:
    """A payment that is waited for. Whole rupiah."""

    number: str
    amount_idr: int
    due_at: datetime
    is_example: bool


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """One case. `service` is `pbg_mbr` or the licence's id; `papers`: kinds of which there is a version."""

    case_id: str
    process_id: str
    service: str
    region_code: str
    number: str | None
    received_at: datetime
    closed_at: datetime | None
    withdrawn_at: datetime | None
    signed_at: datetime | None
    outcome: str | None
    asked: AskedRound | None
    payment: AskedPayment | None
    entries: tuple[tuple[CaseClock, ClockEntry], ...]
    breach: PromiseBreach | None
    papers: tuple[str, ...]

    @property
    def may_withdraw(self) -> bool:
        """Whether it can still be taken back."""
        return self.withdrawn_at is None and self.signed_at is None and self.closed_at is None


class Statuses:
    """Reads them."""

    def __init__(self, database: Database, clocks: ClockLedger, outages: Outages, clock: Clock) -> None:
        self._database = database
        self._clocks = clocks
        self._outages = outages
        self._clock = clock

    async def of_case(self, case_id: str) -> CaseStatus:
        """The case as it stands.

        Raises:
            CaseUnknown: there is no such case of an application.
        """
        return await self._database.run(self._read, case_id)

    def _read(self, case_id: str) -> CaseStatus:
        with self._database.reading() as connection:
            case = connection.execute(select(case_file).where(case_file.c.case_id == case_id)).mappings().first()
            for application, rounds, items, papers in (
                (pbg_application, pbg_correction_round, pbg_correction_item, pbg_paper),
                (emas_application, emas_correction_round, emas_correction_item, emas_paper),
            ):
                own = connection.execute(select(application).where(application.c.case_id == case_id)).mappings().first()
                if case is not None and own is not None:
                    return self._status(connection, case, own, rounds, items, papers)
        raise CaseUnknown(case_id)

    def _status(
        self, connection: Connection, case: RowMapping, own: RowMapping, rounds: Table, items: Table, papers: Table
    ) -> CaseStatus:
        case_id = case["case_id"]
        kinds = select(papers.c.kind).where(papers.c.case_id == case_id).distinct().order_by(papers.c.kind)
        return CaseStatus(
            case_id=case_id,
            process_id=case["process_id"],
            service=own.get("licence_type") or PBG_SERVICE,
            region_code=case["region_code"],
            number=case["number"],
            received_at=case["received_at"],
            closed_at=case["closed_at"],
            withdrawn_at=own["withdrawn_at"],
            signed_at=own["signed_at"],
            outcome=own["outcome"],
            asked=_asked(connection, case_id, rounds, items) if case["closed_at"] is None else None,
            payment=_payment(connection, case_id) if case["closed_at"] is None else None,
            entries=tuple(self._entries(connection, case)),
            breach=breach_of(connection, case_id),
            papers=tuple(connection.execute(kinds).scalars()),
        )

    def _entries(self, connection: Connection, case: RowMapping) -> Iterator[tuple[CaseClock, ClockEntry]]:
        """What moved the clocks, an outage of the region under each clock that it held."""
        until = case["closed_at"] or self._clock.now()
        for which in CaseClock:
            entries = self._clocks.entries(connection, case["case_id"], which)
            if entries:
                outages = self._outages.entries(connection, case["region_code"], entries[0].at)
                over = [one for one in outages if entries[0].at <= one.at <= until]
                for entry in sorted((*entries, *over), key=lambda one: one.at):
                    yield which, entry


def _asked(connection: Connection, case_id: str, rounds: Table, items: Table) -> AskedRound | None:
    waiting = select(rounds).where(rounds.c.case_id == case_id, rounds.c.received_at.is_(None))
    found: Any = connection.execute(waiting.order_by(rounds.c.round.desc())).mappings().first()
    if found is None:
        return None
    subjects = select(items.c.subject).where(items.c.case_id == case_id, items.c.round == found["round"]).distinct()
    named = tuple(connection.execute(subjects.order_by(items.c.subject)).scalars())
    return AskedRound(found["round"], found["due_at"], found["submitted_at"], named)


def _payment(connection: Connection, case_id: str) -> AskedPayment | None:
    unpaid = select(emas_fee).where(emas_fee.c.case_id == case_id, emas_fee.c.paid_at.is_(None))
    found = connection.execute(unpaid).mappings().first()
    if found is None:
        return None
    return AskedPayment(found["number"], found["amount_idr"], found["due_at"], found["is_example"])
