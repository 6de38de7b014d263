"""The frame of a case: opened, its service window opened and stopped, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, select, update

from penaemas.casefiles.clock_ledger import COMMITMENT as CLOCK_COMMITMENT
from penaemas.casefiles.clock_ledger import CaseClock, Ground
from penaemas.casefiles.commitments import commit
from penaemas.casefiles.emas.desk import STANDARD_BASIS, SYSTEM, EmasDesk
from penaemas.casefiles.emas.documents import Documents
from penaemas.casefiles.emas.papers import void_number
from penaemas.casefiles.emas.recommendations import OpenRequest, Recommendations
from penaemas.casefiles.ladders import ClockNotStarted, Ladders, ServiceAlarms
from penaemas.casefiles.numbering import next_number
from penaemas.casefiles.service_window import StoppedPromise
from penaemas.casefiles.tables import case_file, commitment
from penaemas.licensing.instants import wib_date
from penaemas.licensing.office_calendar import OfficeWindow
from penaemas.licensing.service_clock import statutory_due_at


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case as the process begins with it."""

    case_number: str
    application_date: date
    licence_type: str
    clock_commitment: str
    commitment: str


@dataclass(frozen=True, slots=True)
class OpenedWindow:
    """The window of a complete file: openings, alarms, and which agencies are asked. `commitment`: of the clock."""

    office: tuple[OfficeWindow, ...]
    back_office: tuple[OfficeWindow, ...]
    alarms: ServiceAlarms
    open_requests: tuple[OpenRequest, ...]
    clock_commitment: str
    commitment: str


@dataclass(frozen=True, slots=True)
class LimitReading:
    """The clock of the service as it is shown. Seconds of the counters; `due_at` is None while it stands."""

    started_at: datetime
    stopped_at: datetime | None
    is_standing: bool
    net_s: int
    gross_office_s: int
    working_days: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A closed case. `commitment` covers everything that was pinned on the way."""

    commitment: str
    clock_commitments: tuple[str, ...]


class Lifecycle:
    """Opens and closes cases of PENA EMAS."""

    def __init__(
        self, desk: EmasDesk, documents: Documents, recommendations: Recommendations, ladders: Ladders
    ) -> None:
        self._desk = desk
        self._documents = documents
        self._recommendations = recommendations
        self._ladders = ladders

    async def open_case(self, case_id: str) -> OpenedCase:
        """Give the case its number; the time until the file is complete is counted from now on.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._desk.database.run(self._open_case, case_id)

    async def open_window(self, case_id: str) -> OpenedWindow:
        """The file is complete: the clock of the service starts, or goes on.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._desk.database.run(self._open_window, case_id)

    async def stop_clock(self, case_id: str) -> StoppedPromise:
        """The licence is issued: the clock stops.

        Raises:
            CaseUnknown: there is no such case.
            ClockNotStarted: the file was never complete.
        """
        return await self._desk.database.run(self._stop, case_id)

    async def close_case(self, case_id: str, outcome: str) -> ClosedCase:
        """Close the case and its clocks. Asked again, the first answer is returned.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._desk.database.run(self._close, case_id, outcome)

    async def reading(self, case_id: str) -> LimitReading | None:
        """The clock of the service; None before the file is complete.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._desk.database.run(self._reading, case_id)

    def _open_case(self, case_id: str) -> OpenedCase:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            number = case["number"]
            if number is None:
                now = desk.clock.now()
                register = f"{desk.regions[case['region_code']].numbering.case_prefix}-{wib_date(now).year}"
                number = f"{register}-{next_number(connection, register):05d}"
                connection.execute(update(case_file).where(case_file.c.case_id == case_id).values(number=number))
                desk.note(connection, case_id, opened_at=now)
            ground = Ground("permohonan diterima", SYSTEM, STANDARD_BASIS)
            started = desk.clocks.start(connection, case_id, CaseClock.PRE_CHECK, case["received_at"], ground)
            pinned = self._commit(connection, case, "application")
        return OpenedCase(number, case["application_date"], case["licence_type"], started, pinned)

    def _open_window(self, case_id: str) -> OpenedWindow:
        desk = self._desk
        with desk.database.transaction() as connection:
            case, at = desk.held(connection, case_id), desk.clock.now()
            ground = Ground("berkas dinyatakan lengkap", SYSTEM, f"{STANDARD_BASIS}: {case['limit_basis']}")
            desk.clocks.stop(connection, case_id, CaseClock.PRE_CHECK, at, ground)
            started = desk.clocks.start(connection, case_id, CaseClock.SERVICE, at, ground)
            office, back_office = desk.windows(case["region_code"])
            alarms = self._ladders.service_alarms(connection, case_id, case["region_code"], at, office[-1].closes_at)
            requests = self._recommendations.open_requests(connection, case)
            pinned = self._commit(connection, case, "complete_file")
        return OpenedWindow(office, back_office, alarms, requests, started, pinned)

    def _commit(self, connection: Connection, case: RowMapping, about: str) -> str:
        # Documents may be added to a revision (held ones), so each stage pins its own.
        content = self._desk.application(connection, case).to_vault()
        content |= self._documents.digests(connection, case["case_id"])
        return commit(connection, case["case_id"], about, case["revision"], content, self._desk.clock.now())

    def _stop(self, case_id: str) -> StoppedPromise:
        desk = self._desk
        with desk.database.transaction() as connection:
            case, at = desk.held(connection, case_id), desk.clock.now()
            if desk.clocks.clock_of(connection, case_id, CaseClock.SERVICE) is None:
                raise ClockNotStarted(case_id)
            ground = Ground("izin terbit", SYSTEM, f"{STANDARD_BASIS}: {case['limit_basis']}")
            pinned = desk.clocks.stop(connection, case_id, CaseClock.SERVICE, at, ground)
            reading = self._read(connection, case, at)
        breached = bool(reading and reading.stopped_at and reading.due_at and reading.stopped_at > reading.due_at)
        return StoppedPromise(breached, pinned)

    def _close(self, case_id: str, outcome: str) -> ClosedCase:
        desk = self._desk
        with desk.database.transaction() as connection:
            case, now = desk.held(connection, case_id), desk.clock.now()
            desk.clocks.stop_all(connection, case_id, now, Ground("perkara ditutup", SYSTEM, STANDARD_BASIS))
            if case["closed_at"] is None:
                connection.execute(update(case_file).where(case_file.c.case_id == case_id).values(closed_at=now))
                desk.note(connection, case_id, outcome=outcome)
                void_number(connection, case_id, now)
                desk.acts.record(connection, SYSTEM, "close_case", now, case_id=case_id, details={"outcome": outcome})
            pinned = connection.execute(
                select(commitment.c.about, commitment.c.revision, commitment.c.digest)
                .where(commitment.c.case_id == case_id, commitment.c.about != "case")
                .order_by(commitment.c.about, commitment.c.revision)
            ).all()
            content = {f"{about}.{revision}": digest for about, revision, digest in pinned} | {"outcome": outcome}
            whole = commit(connection, case_id, "case", 1, content, now)
            return ClosedCase(whole, tuple(digest for about, _, digest in pinned if about == CLOCK_COMMITMENT))

    def _reading(self, case_id: str) -> LimitReading | None:
        with self._desk.database.reading() as connection:
            return self._read(connection, self._desk.seen(connection, case_id), self._desk.clock.now())

    def _read(self, connection: Connection, case: RowMapping, at: datetime) -> LimitReading | None:
        clock = self._desk.clocks.clock_of(connection, case["case_id"], CaseClock.SERVICE)
        if clock is None:
            return None
        calendar = self._desk.calendars.of(case["region_code"], "counter")
        days: int = case["limit_working_days"]
        return LimitReading(
            clock.started_at,
            clock.stopped_at,
            clock.is_standing(at),
            clock.net_seconds(at),
            clock.gross_office_seconds(at),
            days,
            statutory_due_at(clock, days, at, calendar),
        )
