"""Who answers for a post: holders, absences, and stand-ins (Plh, Plt) by decree. A term includes both its days.

The posts themselves, their titles and the next post up are data of the region (`posts.toml`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, insert, or_, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.clock_tables import post_absence, post_holder, stand_in_decree
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.licensing.clock import Clock
from penaemas.licensing.posts import Holding, Roster, StandIn, StandInKind
from penaemas.licensing.region import Region
from penaemas.storage.database import Database

_LONGEST_DECREE_NUMBER = 80


class Posts:
    """The posts of all regions. `regions` is asked anew each time, so that a region may be added while we run."""

    def __init__(self, database: Database, acts: Acts, regions: Mapping[str, Region], clock: Clock) -> None:
        self._database = database
        self._acts = acts
        self._regions = regions
        self._clock = clock

    async def appoint(self, region_code: str, post: str, officer: str, first_day: date, *, by: str) -> None:
        """Give a post to an officer from a day on; whoever holds it then leaves it the day before.

        Raises:
            EntryFaulty: no such region or post, or somebody is appointed from that day or a later one already.
        """
        await self._database.run(self._appoint, region_code, post, officer, first_day, by)

    async def vacate(self, region_code: str, post: str, last_day: date, *, by: str) -> None:
        """The holder leaves the post after this day; nobody follows yet.

        Raises:
            EntryFaulty: no such region or post, or nobody holds it on that day.
        """
        await self._database.run(self._vacate, region_code, post, last_day, by)

    async def record_absence(self, region_code: str, post: str, first_day: date, last_day: date, *, by: str) -> None:
        """The holder is away on these days.

        Raises:
            EntryFaulty: no such region or post, the days are the wrong way round, or this absence is known.
        """
        await self._database.run(self._record_absence, region_code, post, first_day, last_day, by)

    async def record_decree(
        self,
        region_code: str,
        post: str,
        officer: str,
        kind: StandInKind,
        decree_number: str,
        first_day: date,
        last_day: date,
        *,
        by: str,
    ) -> None:
        """A decree makes an officer the stand-in of a post from the first to the last day.

        Raises:
            EntryFaulty: no such region or post, no number, days the wrong way round, or the decree is known.
        """
        await self._database.run(
            self._record_decree, region_code, post, officer, kind, decree_number.strip(), first_day, last_day, by
        )

    async def stand_in(self, region_code: str, post: str, day: date) -> StandIn | None:
        """The stand-in whose decree is in force on the day, or None."""
        return await self._database.run(self._stand_in, region_code, post, day)

    def roster(self, connection: Connection, region_code: str, day: date) -> Roster:
        """All posts of the region as they are filled on the day.

        Raises:
            KeyError: no region of this office.
        """
        holders = self._by_post(connection, post_holder, region_code, _in_force(post_holder, day))
        absences = self._by_post(connection, post_absence, region_code, _in_force(post_absence, day))
        decrees = self._by_post(connection, stand_in_decree, region_code, _in_force(stand_in_decree, day))
        return Roster(
            Holding(
                post.id,
                holders[post.id][0].officer if post.id in holders else None,
                post.notices_pass_to,
                holder_is_away=post.id in absences,
                stand_ins=tuple(
                    StandIn(row.officer, StandInKind(row.kind), row.decree_number, row.first_day, row.last_day)
                    for row in decrees.get(post.id, ())
                ),
            )
            for post in self._regions[region_code].posts
        )

    def _by_post(
        self, connection: Connection, table: Table, region_code: str, holds: ColumnElement[bool]
    ) -> dict[str, list[Any]]:
        wanted = select(table).where(table.c.region_code == region_code, holds).order_by(table.c.first_day)
        found: dict[str, list[Any]] = {}
        for row in connection.execute(wanted):
            found.setdefault(row.post, []).append(row)
        return found

    def _appoint(self, region_code: str, post: str, officer: str, first_day: date, by: str) -> None:
        self._require_post(region_code, post)
        place = (post_holder.c.region_code == region_code, post_holder.c.post == post)
        with self._database.transaction() as connection:
            later = select(post_holder).where(*place, post_holder.c.first_day >= first_day)
            if connection.execute(later).first() is not None:
                raise EntryFaulty(Fault("first_day", "somebody is appointed from then on already", "take a later day"))
            before = date.fromordinal(first_day.toordinal() - 1)
            still = (post_holder.c.last_day.is_(None)) | (post_holder.c.last_day > before)
            connection.execute(update(post_holder).where(*place, still).values(last_day=before))
            values = {"first_day": first_day, "officer": officer, "last_day": None}
            self._insert(connection, post_holder, region_code, post, by, "post_filled", values)

    def _vacate(self, region_code: str, post: str, last_day: date, by: str) -> None:
        self._require_post(region_code, post)
        place = (post_holder.c.region_code == region_code, post_holder.c.post == post)
        with self._database.transaction() as connection:
            left = connection.execute(
                update(post_holder).where(*place, _in_force(post_holder, last_day)).values(last_day=last_day)
            )
            if left.rowcount == 0:
                raise EntryFaulty(Fault("last_day", "nobody holds the post on that day", "correct the day"))
            details = {"region_code": region_code, "post": post, "last_day": last_day.isoformat()}
            self._acts.record(connection, by, "post_vacated", self._clock.now(), details=details)

    def _record_absence(self, region_code: str, post: str, first_day: date, last_day: date, by: str) -> None:
        self._require_post(region_code, post)
        _require_forward(first_day, last_day)
        with self._database.transaction() as connection:
            same = and_(post_absence.c.post == post, post_absence.c.first_day == first_day)
            if self._by_post(connection, post_absence, region_code, same):
                raise EntryFaulty(Fault("first_day", "an absence from that day on is known", "correct the day"))
            values = {"first_day": first_day, "last_day": last_day}
            self._insert(connection, post_absence, region_code, post, by, "absence_recorded", values)

    def _record_decree(
        self,
        region_code: str,
        post: str,
        officer: str,
        kind: StandInKind,
        decree_number: str,
        first_day: date,
        last_day: date,
        by: str,
    ) -> None:
        self._require_post(region_code, post)
        _require_forward(first_day, last_day)
        if not decree_number:
            raise EntryFaulty(Fault("decree_number", "is required", "without a number there is no decree"))
        if len(decree_number) > _LONGEST_DECREE_NUMBER:
            fix = f"write at most {_LONGEST_DECREE_NUMBER} characters"
            raise EntryFaulty(Fault("decree_number", "is too long", fix))
        with self._database.transaction() as connection:
            same = and_(stand_in_decree.c.post == post, stand_in_decree.c.decree_number == decree_number)
            if self._by_post(connection, stand_in_decree, region_code, same):
                raise EntryFaulty(Fault("decree_number", "is known for this post", "correct the number"))
            values = {
                "decree_number": decree_number,
                "officer": officer,
                "kind": kind.value,
                "first_day": first_day,
                "last_day": last_day,
            }
            self._insert(connection, stand_in_decree, region_code, post, by, "stand_in_decreed", values)

    def _stand_in(self, region_code: str, post: str, day: date) -> StandIn | None:
        with self._database.reading() as connection:
            return self.roster(connection, region_code, day).stand_in(post, day)

    def _insert(
        self,
        connection: Connection,
        table: Table,
        region_code: str,
        post: str,
        by: str,
        action: str,
        values: Mapping[str, object],
    ) -> None:
        now = self._clock.now()
        connection.execute(
            insert(table).values(region_code=region_code, post=post, recorded_at=now, recorded_by=by, **values)
        )
        details = {name: str(value) for name, value in values.items() if value is not None}
        self._acts.record(connection, by, action, now, details={"region_code": region_code, "post": post, **details})

    def _require_post(self, region_code: str, post: str) -> None:
        region = self._regions.get(region_code)
        if region is None:
            raise EntryFaulty(Fault("region_code", "is no region of this office", "correct the code"))
        if post not in {known.id for known in region.posts}:
            raise EntryFaulty(Fault("post", "is no post of the region", "correct it, or add it to posts.toml"))


def _in_force(table: Table, day: date) -> ColumnElement[bool]:
    return and_(table.c.first_day <= day, or_(table.c.last_day.is_(None), table.c.last_day >= day))


def _require_forward(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise EntryFaulty(Fault("last_day", "lies before first_day", "swap the days"))
