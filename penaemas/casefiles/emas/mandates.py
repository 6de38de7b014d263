"""Who may speak for an agency at the mall: officers with a mandate by decree, and the agency's head.

Source: practice of Sumedang since 2025/2026 (domain facts, section 1): recommendations only through the duty officers
at the mall and the heads of the agencies, to close unofficial channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.emas_tables import agency_mandate
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.posts import Posts
from penaemas.licensing.clock import Clock
from penaemas.licensing.service_standard import Catalogue
from penaemas.storage.database import Database


@dataclass(frozen=True, slots=True)
class Mandate:
    """An officer's mandate. Both days belong to the term; no last day means until further notice."""

    region_code: str
    agency: str
    officer: str
    decree_number: str
    first_day: date
    last_day: date | None


class Mandates:
    """The mandates of all regions."""

    def __init__(self, database: Database, acts: Acts, posts: Posts, catalogue: Catalogue, clock: Clock) -> None:
        self._database = database
        self._acts = acts
        self._posts = posts
        self._catalogue = catalogue
        self._clock = clock

    async def record(self, mandate: Mandate, *, by: str) -> None:
        """Keep a mandate.

        Raises:
            EntryFaulty: no such agency, no decree, days the wrong way round, or this mandate is known.
        """
        await self._database.run(self._record, mandate, by)

    async def of_region(self, region_code: str, day: date) -> tuple[Mandate, ...]:
        """The mandates in force on a day, by agency and officer."""

        def read() -> tuple[Mandate, ...]:
            wanted = select(agency_mandate).where(agency_mandate.c.region_code == region_code, _holds(day))
            with self._database.reading() as connection:
                rows = connection.execute(wanted.order_by(agency_mandate.c.agency, agency_mandate.c.officer))
                shown = Mandate.__slots__
                return tuple(Mandate(**{name: row[name] for name in shown}) for row in rows.mappings())

        return await self._database.run(read)

    def basis_of(self, connection: Connection, region_code: str, agency: str, officer: str, day: date) -> str | None:
        """By which decree, or as whose head, the officer may speak for the agency on the day; None: they may not."""
        wanted = select(agency_mandate.c.decree_number).where(
            agency_mandate.c.region_code == region_code,
            agency_mandate.c.agency == agency,
            agency_mandate.c.officer == officer,
            _holds(day),
        )
        decree: str | None = connection.execute(wanted).scalars().first()
        if decree is not None:
            return decree
        head = self._catalogue.agencies[agency].head_post
        told = self._posts.roster(connection, region_code, day).told(head, day)
        return (told.decree_number or head) if told.post == head and told.officer_id == officer else None

    def _record(self, mandate: Mandate, by: str) -> None:
        faults = []
        if mandate.agency not in self._catalogue.agencies:
            known = ", ".join(self._catalogue.agencies)
            faults.append(Fault("agency", "is no agency of the catalogue", f"choose one of {known}"))
        if not mandate.decree_number.strip():
            faults.append(Fault("decree_number", "is required", "without a decree there is no mandate"))
        if mandate.last_day is not None and mandate.last_day < mandate.first_day:
            faults.append(Fault("last_day", "lies before first_day", "swap the days"))
        if faults:
            raise EntryFaulty(*faults)
        with self._database.transaction() as connection:
            place = {name: getattr(mandate, name) for name in ("region_code", "agency", "officer", "first_day")}
            known_one = select(agency_mandate.c.officer).where(
                *(agency_mandate.c[name] == value for name, value in place.items())
            )
            if connection.execute(known_one).first() is not None:
                raise EntryFaulty(Fault("first_day", "a mandate from that day on is known", "correct the day"))
            now = self._clock.now()
            values = {"decree_number": mandate.decree_number.strip(), "last_day": mandate.last_day}
            connection.execute(insert(agency_mandate).values(**place, **values, recorded_at=now, recorded_by=by))
            details = {name: str(value) for name, value in (place | values).items() if value is not None}
            self._acts.record(connection, by, "agency_mandate_recorded", now, details=details)


def _holds(day: date) -> ColumnElement[bool]:
    last = agency_mandate.c.last_day
    return and_(agency_mandate.c.first_day <= day, or_(last.is_(None), last >= day))
