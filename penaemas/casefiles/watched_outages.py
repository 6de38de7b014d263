"""Outages that the workers see themselves: recorded when another system gives no answer, ended when it answers again.

Each has a reference of its own and a supervisor, the head of licensing or who acts for that post. It holds the legal
clocks only if the region's rule about that system says so; the gross time shows it either way, and the cases go on by
hand meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.clock_tables import outage
from penaemas.casefiles.outages import LEGAL_BASIS
from penaemas.casefiles.outside_tables import watched_outage, watched_system
from penaemas.casefiles.posts import Posts
from penaemas.licensing.clock import Clock
from penaemas.licensing.instants import WIB, wib_date
from penaemas.licensing.outside_systems import OutsideSystem
from penaemas.licensing.posts import Post
from penaemas.licensing.region import Region
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict

WATCHER = "system"
DOES_NOT_HOLD = "Aturan daerah: gangguan sistem ini tidak menghentikan jam layanan"


@dataclass(frozen=True, slots=True)
class OpenOutage:
    """An outage that lasts."""

    region_code: str
    system: OutsideSystem
    reference: str


class WatchedOutages:
    """What the workers know about which system of which region is out of order."""

    def __init__(
        self, database: Database, acts: Acts, posts: Posts, regions: Mapping[str, Region], clock: Clock
    ) -> None:
        self._database = database
        self._acts = acts
        self._posts = posts
        self._regions = regions
        self._clock = clock

    async def begin(self, region_code: str, system: OutsideSystem, cause: str) -> str:
        """A system gave no usable answer; the reference of the outage, which is the open one if there is one.

        Args:
            cause: a word of the connectors' own list, e.g. `timed_out`.
        """
        try:
            return await self._database.run(self._begin, region_code, system, cause)
        except StorageConflict:  # another worker saw it in this moment
            return await self._database.run(self._begin, region_code, system, cause)

    async def end(self, region_code: str, system: OutsideSystem) -> bool:
        """The system answers again; false if no outage was open."""
        return await self._database.run(self._end, region_code, system)

    async def open(self) -> tuple[OpenOutage, ...]:
        """Every outage that lasts."""
        return await self._database.run(self._open)

    def _begin(self, region_code: str, system: OutsideSystem, cause: str) -> str:
        now = self._clock.now()
        here = (watched_system.c.region_code == region_code, watched_system.c.system == system.value)
        with self._database.transaction() as connection:
            known = connection.execute(select(watched_system.c.open_reference).where(*here)).first()
            if known is not None and known.open_reference is not None:
                return str(known.open_reference)
            reference = _reference(connection, region_code, system, now)
            if known is None:
                row = {"region_code": region_code, "system": system.value, "open_reference": reference}
                connection.execute(insert(watched_system).values(row))
            else:
                free = watched_system.c.open_reference.is_(None)
                opened = connection.execute(update(watched_system).where(*here, free).values(open_reference=reference))
                if opened.rowcount == 0:
                    raise StorageConflict
            pauses = self._regions[region_code].systems.of(system).outage_pauses_clock
            self._write(connection, "begin", region_code, reference, system, now, f"tidak menjawab: {cause}", pauses)
            connection.execute(
                insert(watched_outage).values(
                    region_code=region_code,
                    reference=reference,
                    kind="begin",
                    system=system.value,
                    cause=cause,
                    pauses_clock=pauses,
                )
            )
            return reference

    def _end(self, region_code: str, system: OutsideSystem) -> bool:
        here = (watched_system.c.region_code == region_code, watched_system.c.system == system.value)
        with self._database.transaction() as connection:
            reference = connection.execute(select(watched_system.c.open_reference).where(*here)).scalar()
            still = watched_system.c.open_reference == reference
            if reference is None:
                return False
            closed = connection.execute(update(watched_system).where(*here, still).values(open_reference=None))
            if closed.rowcount == 0:
                return False
            pauses = connection.execute(
                select(watched_outage.c.pauses_clock).where(
                    watched_outage.c.region_code == region_code, watched_outage.c.reference == reference
                )
            ).scalar_one()
            at = self._clock.now()
            self._write(connection, "end", region_code, reference, system, at, "menjawab lagi", pauses)
            return True

    def _write(
        self,
        connection: Connection,
        kind: str,
        region_code: str,
        reference: str,
        system: OutsideSystem,
        at: datetime,
        reason: str,
        pauses: bool,
    ) -> None:
        day = wib_date(at)
        told = self._posts.roster(connection, region_code, day).told(Post.KABID, day)
        connection.execute(
            insert(outage).values(
                region_code=region_code,
                reference=reference,
                kind=kind,
                system=system.value,
                at=at,
                reason=reason,
                supervisor=told.officer_id or told.post,
                legal_basis=LEGAL_BASIS if pauses else DOES_NOT_HOLD,
                entered_at=at,
            )
        )
        details = {"region_code": region_code, "reference": reference, "system": system.value, "at": at.isoformat()}
        self._acts.record(connection, WATCHER, f"outage_{kind}", at, details=details)

    def _open(self) -> tuple[OpenOutage, ...]:
        wanted = select(watched_system).where(watched_system.c.open_reference.is_not(None))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(watched_system.c.region_code, watched_system.c.system)).all()
        return tuple(OpenOutage(row.region_code, OutsideSystem(row.system), row.open_reference) for row in rows)


def _reference(connection: Connection, region_code: str, system: OutsideSystem, at: datetime) -> str:
    """Free in the region, also when a system fails twice within a minute."""
    begin = f"OTOMATIS/{system.value}/{at.astimezone(WIB):%Y%m%d-%H%M}"
    taken = set(
        connection.execute(
            select(outage.c.reference).where(
                outage.c.region_code == region_code, outage.c.reference.startswith(begin, autoescape=True)
            )
        ).scalars()
    )
    return next(
        name for name in (begin, *(f"{begin}-{number}" for number in range(2, len(taken) + 3))) if name not in taken
    )
