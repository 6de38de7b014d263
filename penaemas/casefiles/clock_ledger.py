"""The ledger of a case's legal clocks: what moved them, when, why, by whom, on which basis.

Entries are only ever added; everything else (net, gross, remaining, due) is computed from them by
`licensing.service_clock`, with the outages of the region laid over. Each entry is pinned by a commitment together with
the one before it; the workers hand commitments to the engine. The methods take part in the caller's transaction and may
be asked twice: an entry that is there stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, func, insert, select

from penaemas.casefiles.clock_tables import clock_entry
from penaemas.casefiles.commitments import commit, verify
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.outages import Outages
from penaemas.casefiles.region_calendars import RegionCalendars
from penaemas.casefiles.tables import case_file, commitment
from penaemas.licensing.calendar_rules import CalendarKind
from penaemas.licensing.clock import Clock
from penaemas.licensing.service_clock import ClockEntry, EntryKind, ServiceClock

COMMITMENT = "clock"


class CaseClock(StrEnum):
    """The clocks of a case, all in counter hours."""

    PRE_CHECK = "pre_check"  # from receipt to the passed pre-check
    PROMISE = "promise"  # from there to the handing over: 180 minutes
    STATUTORY = "statutory"  # from the complete file: limits of law in working days
    SERVICE = "service"  # from the complete file: the limit of a service standard in working days


@dataclass(frozen=True, slots=True)
class Ground:
    """Why an entry is made. `reference` ties a pause to its end, e.g. `correction/1`. Nothing personal."""

    reason: str
    officer: str
    legal_basis: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class PinnedLedger:
    """What a case's ledger was pinned to. `wrong` are the numbers of entries that are missing or not as pinned."""

    digests: frozenset[str]
    wrong: tuple[int, ...]


def correction_reference(correction_round: int) -> str:
    """What ties the pause of a correction round to its end."""
    return f"correction/{correction_round}"


class ClockLedger:
    """The clocks of all cases."""

    def __init__(self, outages: Outages, calendars: RegionCalendars, clock: Clock) -> None:
        self._outages = outages
        self._calendars = calendars
        self._clock = clock

    def start(self, connection: Connection, case_id: str, which: CaseClock, at: datetime, ground: Ground) -> str:
        """Start a clock once; returns the entry's commitment.

        Raises:
            CaseUnknown: there is no such case.
        """
        return self._append(connection, case_id, which, EntryKind.START, at, ground)

    def stop(self, connection: Connection, case_id: str, which: CaseClock, at: datetime, ground: Ground) -> str:
        """Stop a clock once; returns the entry's commitment.

        Raises:
            CaseUnknown: there is no such case.
            ClockEntriesInvalid: it never started, or starts later.
        """
        return self._append(connection, case_id, which, EntryKind.STOP, at, ground)

    def pause(self, connection: Connection, case_id: str, at: datetime, ground: Ground) -> tuple[str, ...]:
        """Hold every clock that has started and not stopped: the applicant must act. Returns the commitments.

        Raises:
            CaseUnknown: there is no such case.
        """
        return tuple(
            self._append(
                connection, case_id, which, EntryKind.PAUSE, max(at, _of(EntryKind.START, entries)[0].at), ground
            )
            for which, entries in self._started(connection, case_id)
            if not _of(EntryKind.STOP, entries)
        )

    def resume(self, connection: Connection, case_id: str, at: datetime, ground: Ground) -> tuple[str, ...]:
        """Let the clocks that a pause of this reference holds go on. Returns the commitments.

        Raises:
            CaseUnknown: there is no such case.
        """
        resumed = []
        for which, entries in self._started(connection, case_id):
            pause = [entry for entry in _of(EntryKind.PAUSE, entries) if entry.reference == ground.reference]
            if pause and not _of(EntryKind.STOP, entries):
                resumed.append(self._append(connection, case_id, which, EntryKind.RESUME, max(at, pause[0].at), ground))
        return tuple(resumed)

    def open_pauses(self, connection: Connection, case_id: str) -> tuple[str, ...]:
        """References of pauses that still hold a clock, oldest first."""
        found: dict[str, None] = {}
        for _, entries in self._started(connection, case_id):
            ended = {entry.reference for entry in _of(EntryKind.RESUME, entries)}
            if not _of(EntryKind.STOP, entries):
                found |= dict.fromkeys(e.reference for e in _of(EntryKind.PAUSE, entries) if e.reference not in ended)
        return tuple(found)

    def stop_all(self, connection: Connection, case_id: str, at: datetime, ground: Ground) -> tuple[str, ...]:
        """Stop every clock that still runs or is paused, when the case is closed. Returns the commitments.

        Raises:
            CaseUnknown: there is no such case.
        """
        return tuple(
            self._append(connection, case_id, which, EntryKind.STOP, max(at, entries[-1].at), ground)
            for which, entries in self._started(connection, case_id)
            if not _of(EntryKind.STOP, entries)
        )

    def clock_of(self, connection: Connection, case_id: str, which: CaseClock) -> ServiceClock | None:
        """A clock with the outages of its region; None before it started.

        Raises:
            CaseUnknown: there is no such case.
        """
        region_code = self._region_of(connection, case_id)
        entries = self.entries(connection, case_id, which)
        if not entries:
            return None
        outages = self._outages.entries(connection, region_code, entries[0].at)
        return ServiceClock((*entries, *outages), self._calendars.of(region_code, "counter"))

    def step_clock(
        self, connection: Connection, region_code: str, entered_at: datetime, kind: CalendarKind
    ) -> ServiceClock:
        """The clock of one step, from the instant at which it was entered."""
        began = ClockEntry(EntryKind.START, entered_at, "step entered", "system", "")
        outages = self._outages.entries(connection, region_code, entered_at)
        return ServiceClock((began, *outages), self._calendars.of(region_code, kind))

    def entries(self, connection: Connection, case_id: str, which: CaseClock) -> tuple[ClockEntry, ...]:
        """What was written down for a clock, by instant; outages are not among it."""
        rows = connection.execute(
            select(clock_entry)
            .where(clock_entry.c.case_id == case_id, clock_entry.c.clock == which)
            .order_by(clock_entry.c.at, clock_entry.c.number)
        )
        return tuple(map(_read, rows))

    def pinned(self, connection: Connection, case_id: str) -> PinnedLedger:
        """The commitments of a case's entries, and which entries are not what was pinned.

        Raises:
            CaseUnknown: there is no such case.
        """
        region_code = self._region_of(connection, case_id)
        rows = connection.execute(select(clock_entry).where(clock_entry.c.case_id == case_id)).mappings().all()
        of_case = (commitment.c.case_id == case_id, commitment.c.about == COMMITMENT)
        digests = {row.revision: row.digest for row in connection.execute(select(commitment).where(*of_case))}
        wrong = set(digests) ^ {row["number"] for row in rows}
        for row in rows:
            content = self._content(connection, region_code, row)
            # None: the salt was destroyed with the person's data, so nobody can tell any more.
            if row["number"] in digests and verify(connection, case_id, COMMITMENT, row["number"], content) is False:
                wrong.add(row["number"])
        return PinnedLedger(frozenset(digests.values()), tuple(sorted(wrong)))

    def _started(self, connection: Connection, case_id: str) -> list[tuple[CaseClock, tuple[ClockEntry, ...]]]:
        self._hold(connection, case_id)
        rows = connection.execute(
            select(clock_entry).where(clock_entry.c.case_id == case_id).order_by(clock_entry.c.at, clock_entry.c.number)
        ).all()
        found = ((which, tuple(_read(row) for row in rows if row.clock == which)) for which in CaseClock)
        return [(which, entries) for which, entries in found if entries]

    def _append(
        self, connection: Connection, case_id: str, which: CaseClock, kind: EntryKind, at: datetime, ground: Ground
    ) -> str:
        region_code = self._hold(connection, case_id)
        same = select(clock_entry).where(
            clock_entry.c.case_id == case_id,
            clock_entry.c.clock == which,
            clock_entry.c.kind == kind,
            clock_entry.c.reference == ground.reference,
        )
        stored = connection.execute(same).mappings().first()
        if stored is None:
            earlier = self.entries(connection, case_id, which)
            entry = ClockEntry(kind, at, ground.reason, ground.officer, ground.legal_basis, ground.reference)
            ServiceClock((*earlier, entry), self._calendars.of(region_code, "counter"))  # refuses contradictions
            connection.execute(
                insert(clock_entry).values(
                    case_id=case_id,
                    number=_next_number(connection, case_id),
                    clock=which,
                    kind=kind,
                    at=at,
                    reason=ground.reason,
                    officer=ground.officer,
                    legal_basis=ground.legal_basis,
                    reference=ground.reference,
                    entered_at=self._clock.now(),
                )
            )
            stored = connection.execute(same).mappings().one()
        content = self._content(connection, region_code, stored)
        return commit(connection, case_id, COMMITMENT, stored["number"], content, stored["entered_at"])

    def _content(self, connection: Connection, region_code: str, stored: RowMapping) -> dict[str, str]:
        outages = self._outages.entries(connection, region_code, stored["at"], stored["entered_at"])
        # With the one before it pinned too, whoever holds a commitment can check every entry up to it.
        before = select(commitment.c.digest).where(
            commitment.c.case_id == stored["case_id"],
            commitment.c.about == COMMITMENT,
            commitment.c.revision == stored["number"] - 1,
        )
        previous = connection.execute(before).scalar() or ""
        entry = {name: str(value) for name, value in stored.items()}
        return entry | {"outages": _spelled(outages), "previous": previous}

    def _region_of(self, connection: Connection, case_id: str) -> str:
        region_code: str | None = connection.execute(
            select(case_file.c.region_code).where(case_file.c.case_id == case_id)
        ).scalar()
        if region_code is None:
            raise CaseUnknown(case_id)
        return region_code

    def _hold(self, connection: Connection, case_id: str) -> str:
        """Lock the case, so that two entries never get one number. Returns its region."""
        # SQLite's writers hold the whole database already.
        if connection.dialect.name != "sqlite":
            connection.execute(select(case_file.c.case_id).where(case_file.c.case_id == case_id).with_for_update())
        return self._region_of(connection, case_id)


def _read(row: Row[Any]) -> ClockEntry:
    return ClockEntry(EntryKind(row.kind), row.at, row.reason, row.officer, row.legal_basis, row.reference)


def _next_number(connection: Connection, case_id: str) -> int:
    highest = select(func.max(clock_entry.c.number)).where(clock_entry.c.case_id == case_id)
    return (connection.execute(highest).scalar() or 0) + 1


def _of(kind: EntryKind, entries: Iterable[ClockEntry]) -> list[ClockEntry]:
    return [entry for entry in entries if entry.kind is kind]


def _spelled(entries: Iterable[ClockEntry]) -> str:
    """The outages that lay over the clock when the entry was made, pinned with it."""
    return " ".join(f"{entry.reference}:{entry.kind}:{entry.at.isoformat()}" for entry in entries)
