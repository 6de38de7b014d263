"""The service window of a case as its clocks see it: opened, declared complete, stopped; and the clocks as shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from penaemas.casefiles.clock_ledger import CaseClock, ClockLedger, Ground, correction_reference
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.ladders import ClockNotStarted, Ladders, ServiceAlarms
from penaemas.casefiles.pbg_tables import pbg_correction_round
from penaemas.casefiles.region_calendars import RegionCalendars
from penaemas.casefiles.tables import case_file
from penaemas.licensing.clock import Clock
from penaemas.licensing.escalation_ladder import PROMISE_SECONDS
from penaemas.licensing.office_calendar import OfficeWindow
from penaemas.licensing.service_clock import ServiceClock
from penaemas.storage.database import Database

SYSTEM = "system"
PROMISE_BASIS = "Standar pelayanan PBG MBR 3 Jam: 180 menit jam loket sejak pra-pemeriksaan lulus"
PRE_CHECK_BASIS = "Standar pelayanan: pra-pemeriksaan paling lama 30 menit"
STATUTORY_BASIS = "SKB 3 Menteri 25 November 2024 dan UU 30/2014 pasal 53: dihitung sejak berkas lengkap"
PAUSE_BASIS = "SKB 3 Menteri 25 November 2024: jam tidak berjalan selama pemohon harus bertindak"

# The diagrams need 30 working days in sight; a few more, because a case may enter its last step days later.
_WORKING_DAYS_IN_SIGHT = 40


@dataclass(frozen=True, slots=True)
class OpenedWindow:
    """What the diagram needs to compute its deadlines. `commitment` pins the entry that let the promise run."""

    office: tuple[OfficeWindow, ...]
    back_office: tuple[OfficeWindow, ...]
    alarms: ServiceAlarms
    commitment: str


@dataclass(frozen=True, slots=True)
class StoppedPromise:
    """Whether the promise was broken, and the commitment of the stop."""

    breached: bool
    commitment: str


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A clock as it is shown. Seconds; `due_at` is None while it stands, and for clocks that count working days."""

    which: CaseClock
    started_at: datetime
    stopped_at: datetime | None
    is_standing: bool
    net_s: int
    gross_office_s: int
    gross_wall_s: int
    remaining_s: int | None
    due_at: datetime | None
    is_breached: bool


_LIMITS_S = {CaseClock.PRE_CHECK: 30 * 60, CaseClock.PROMISE: PROMISE_SECONDS}


class ServiceWindow:
    """Runs the clocks of PBG MBR cases."""

    def __init__(
        self, database: Database, ledger: ClockLedger, ladders: Ladders, calendars: RegionCalendars, clock: Clock
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._ladders = ladders
        self._calendars = calendars
        self._clock = clock

    async def open(self, case_id: str, region_code: str) -> OpenedWindow:
        """The pre-check is passed: its clock stops, the promise starts, or goes on with the minutes that remain.

        Raises:
            CaseUnknown: there is no such case. KeyError: no region of this office.
        """
        return await self._database.run(self._open, case_id, region_code)

    async def declare_complete(self, case_id: str) -> str:
        """The file is complete: the limits of law begin, or go on. Returns the commitment.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._database.run(self._declare_complete, case_id)

    async def stop(self, case_id: str) -> StoppedPromise:
        """The permit is handed over: promise and statutory clocks stop.

        Raises:
            CaseUnknown: there is no such case. ClockNotStarted: its promise never began.
        """
        return await self._database.run(self._stop, case_id)

    async def readings(self, case_id: str) -> tuple[ClockReading, ...]:
        """Every clock that has started, net and gross, as it stands now.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._database.run(self._readings, case_id)

    def _open(self, case_id: str, region_code: str) -> OpenedWindow:
        at = self._clock.now()
        counter = self._calendars.of(region_code, "counter")
        back_office = self._calendars.of(region_code, "back_office")
        with self._database.transaction() as connection:
            received = Ground("permohonan diterima", SYSTEM, PRE_CHECK_BASIS)
            received_at = _received_at(connection, case_id)
            self._ledger.start(connection, case_id, CaseClock.PRE_CHECK, received_at, received)
            self._resume_what_was_submitted(connection, case_id, at)
            passed = Ground("pra-periksa lulus", SYSTEM, PROMISE_BASIS)
            self._ledger.stop(connection, case_id, CaseClock.PRE_CHECK, at, passed)
            commitment = self._ledger.start(connection, case_id, CaseClock.PROMISE, at, passed)
            office = counter.windows(at, counter.closing_of_working_day(at, _WORKING_DAYS_IN_SIGHT))
            back = back_office.windows(at, back_office.closing_of_working_day(at, _WORKING_DAYS_IN_SIGHT))
            alarms = self._ladders.service_alarms(connection, case_id, region_code, at, office[-1].closes_at)
        return OpenedWindow(office, back, alarms, commitment)

    def _resume_what_was_submitted(self, connection: Connection, case_id: str, at: datetime) -> None:
        """A round that came back but was not resumed yet goes on from its submission, not from when we noticed."""
        rounds = select(pbg_correction_round).where(pbg_correction_round.c.case_id == case_id)
        submitted = {correction_reference(row.round): row for row in connection.execute(rounds)}
        for reference in self._ledger.open_pauses(connection, case_id):
            row = submitted.get(reference)
            ground = Ground("perbaikan diterima", SYSTEM, PAUSE_BASIS, reference)
            self._ledger.resume(connection, case_id, (row.submitted_at if row else None) or at, ground)

    def _declare_complete(self, case_id: str) -> str:
        ground = Ground("berkas dinyatakan lengkap", SYSTEM, STATUTORY_BASIS)
        with self._database.transaction() as connection:
            return self._ledger.start(connection, case_id, CaseClock.STATUTORY, self._clock.now(), ground)

    def _stop(self, case_id: str) -> StoppedPromise:
        at = self._clock.now()
        ground = Ground("izin diserahkan", SYSTEM, PROMISE_BASIS)
        with self._database.transaction() as connection:
            if self._ledger.clock_of(connection, case_id, CaseClock.PROMISE) is None:
                raise ClockNotStarted(case_id)
            commitment = self._ledger.stop(connection, case_id, CaseClock.PROMISE, at, ground)
            if self._ledger.clock_of(connection, case_id, CaseClock.STATUTORY) is not None:
                self._ledger.stop(connection, case_id, CaseClock.STATUTORY, at, ground)
            promise = self._ledger.clock_of(connection, case_id, CaseClock.PROMISE)
            breached = promise is not None and promise.is_breached(PROMISE_SECONDS, at)
        return StoppedPromise(breached, commitment)

    def _readings(self, case_id: str) -> tuple[ClockReading, ...]:
        at = self._clock.now()
        with self._database.reading() as connection:
            clocks = [(which, self._ledger.clock_of(connection, case_id, which)) for which in CaseClock]
        return tuple(_reading(which, clock, at) for which, clock in clocks if clock is not None)


def _reading(which: CaseClock, clock: ServiceClock, at: datetime) -> ClockReading:
    limit_s = _LIMITS_S.get(which)
    return ClockReading(
        which,
        clock.started_at,
        clock.stopped_at,
        clock.is_standing(at),
        clock.net_seconds(at),
        clock.gross_office_seconds(at),
        clock.gross_wall_seconds(at),
        None if limit_s is None else clock.remaining_seconds(limit_s, at),
        None if limit_s is None else clock.due_at(limit_s, at),
        limit_s is not None and clock.is_breached(limit_s, at),
    )


def _received_at(connection: Connection, case_id: str) -> datetime:
    received_at: datetime | None = connection.execute(
        select(case_file.c.received_at).where(case_file.c.case_id == case_id)
    ).scalar()
    if received_at is None:
        raise CaseUnknown(case_id)
    return received_at
