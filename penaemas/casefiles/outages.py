"""Documented outages of systems that the office depends on (SIMBG, BPN): they hold every clock of their region.

Those that the workers record themselves (`watched_outages`) do so only if the region's rule says it.

An outage has a reference (the number of its report) and a supervisor who answers for it. It is written down as a
beginning and an end, neither of which is ever changed. Outages that overlap count once; the gross time shows them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, insert, select

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.clock_tables import outage
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.outside_tables import watched_outage
from penaemas.licensing.clock import Clock
from penaemas.licensing.service_clock import ClockEntry, EntryKind
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict

LEGAL_BASIS = (
    "Standar pelayanan: gangguan sistem yang didokumentasikan menghentikan jam layanan, waktu kotor tetap tampak"
)

_MOST_CHARACTERS = {"reference": 80, "system": 40, "reason": 500, "supervisor": 120}
_KINDS = {"begin": EntryKind.OUTAGE_BEGIN, "end": EntryKind.OUTAGE_END}


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage; `ended_at` is None while it lasts. `pauses_clock`: it holds the clocks of its region."""

    region_code: str
    reference: str
    system: str
    began_at: datetime
    ended_at: datetime | None
    reason: str
    supervisor: str
    pauses_clock: bool = True


class Outages:
    """The outages of all regions."""

    def __init__(self, database: Database, acts: Acts, clock: Clock) -> None:
        self._database = database
        self._acts = acts
        self._clock = clock

    async def declare(
        self, region_code: str, reference: str, *, system: str, began_at: datetime, reason: str, supervisor: str
    ) -> None:
        """Write down that an outage began; the same declaration again changes nothing.

        Args:
            reference: number of the report, unique in the region.
            began_at: now or earlier.

        Raises:
            EntryFaulty: no reference, reason or supervisor, an instant to come, or another outage has the reference.
        """
        await self._write("begin", region_code, reference, system, began_at, reason, supervisor)

    async def end(self, region_code: str, reference: str, *, ended_at: datetime, reason: str, supervisor: str) -> None:
        """Write down that an outage is over.

        Raises:
            EntryFaulty: no such outage, an instant before its beginning or to come, or it ended at another instant.
        """
        await self._write("end", region_code, reference, "", ended_at, reason, supervisor)

    async def all_of(self, region_code: str) -> tuple[Outage, ...]:
        """Every outage of the region, oldest first."""
        return await self._database.run(self._all_of, region_code)

    async def number_of_entries(self) -> int:
        """How many beginnings and ends are written down. None is ever changed, so a new number means a new entry."""

        def count() -> int:
            with self._database.reading() as connection:
                return connection.execute(select(func.count()).select_from(outage)).scalar_one()

        return await self._database.run(count)

    def entries(
        self, connection: Connection, region_code: str, since: datetime, known_at: datetime | None = None
    ) -> tuple[ClockEntry, ...]:
        """Beginnings and ends for a clock of the region that started at `since`, without outages that ended before.

        An outage that the workers saw themselves is left out unless the region's rule let it hold the clocks.

        Args:
            known_at: leave out what was entered later.
        """
        here = (outage.c.region_code == region_code, outage.c.reference.not_in(_without_pause(region_code)))
        wanted = select(outage).where(*here).order_by(outage.c.at, outage.c.kind)
        if known_at is not None:
            wanted = wanted.where(outage.c.entered_at <= known_at)
        rows = connection.execute(wanted).all()
        over = {row.reference for row in rows if row.kind == "end" and row.at <= since}
        return tuple(
            ClockEntry(_KINDS[row.kind], row.at, row.reason, row.supervisor, row.legal_basis, row.reference)
            for row in rows
            if row.reference not in over
        )

    async def _write(self, kind: str, *values: object) -> None:
        try:
            await self._database.run(self._insert, kind, *values)
        except StorageConflict:  # somebody declared the same in this moment
            await self._database.run(self._insert, kind, *values)

    def _insert(
        self, kind: str, region_code: str, reference: str, system: str, at: datetime, reason: str, supervisor: str
    ) -> None:
        now = self._clock.now()
        written = {"reference": reference, "reason": reason, "supervisor": supervisor}
        if kind == "begin":
            written["system"] = system
        faults = [
            Fault(field, "is required", "write it down; an outage without it is none")
            for field, value in written.items()
            if not value.strip()
        ]
        faults += [
            Fault(field, "is too long", f"write at most {_MOST_CHARACTERS[field]} characters")
            for field, value in written.items()
            if len(value) > _MOST_CHARACTERS[field]
        ]
        if at > now:
            faults.append(Fault("at", "lies ahead", "enter it when it has happened"))
        if faults:
            raise EntryFaulty(*faults)
        with self._database.transaction() as connection:
            place = (outage.c.region_code == region_code, outage.c.reference == reference)
            known = {row.kind: row for row in connection.execute(select(outage).where(*place))}
            if kind in known:
                if known[kind].at != at:
                    raise EntryFaulty(
                        Fault("reference", "is used for another instant already", "take the number of your own report")
                    )
                return
            if kind == "end":
                if "begin" not in known:
                    raise EntryFaulty(Fault("reference", "names no outage of this region", "declare its beginning"))
                if at < known["begin"].at:
                    raise EntryFaulty(Fault("at", "lies before the beginning", "correct the instant"))
                system = known["begin"].system
            connection.execute(
                insert(outage).values(
                    region_code=region_code,
                    reference=reference,
                    kind=kind,
                    system=system,
                    at=at,
                    reason=reason,
                    supervisor=supervisor,
                    legal_basis=LEGAL_BASIS,
                    entered_at=now,
                )
            )
            self._acts.record(
                connection,
                supervisor,
                f"outage_{kind}",
                now,
                details={"region_code": region_code, "reference": reference, "at": at.isoformat()},
            )

    def _all_of(self, region_code: str) -> tuple[Outage, ...]:
        wanted = select(outage).where(outage.c.region_code == region_code).order_by(outage.c.at)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            without_pause = set(connection.execute(_without_pause(region_code)).scalars())
        ends = {row.reference: row.at for row in rows if row.kind == "end"}
        return tuple(
            Outage(
                row.region_code,
                row.reference,
                row.system,
                row.at,
                ends.get(row.reference),
                row.reason,
                row.supervisor,
                pauses_clock=row.reference not in without_pause,
            )
            for row in rows
            if row.kind == "begin"
        )


def _without_pause(region_code: str) -> Select[tuple[str]]:
    """References of the region's outages that hold no clock."""
    here = (watched_outage.c.region_code == region_code, watched_outage.c.pauses_clock.is_(False))
    return select(watched_outage.c.reference).where(*here)
