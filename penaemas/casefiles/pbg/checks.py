"""What is checked without an officer: income, duplicates, region, identity and land. The answers stay in the case file.

Incomes and names are compared here and nowhere else; the process sees the answer only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, insert, or_, select, update

from penaemas.casefiles.outbox import OPEN_STATES
from penaemas.casefiles.pbg.correction_subjects import touches
from penaemas.casefiles.pbg.desk import OWNER, Desk
from penaemas.casefiles.pbg.records import Person, Plot
from penaemas.casefiles.pbg_tables import pbg_application, pbg_check, pbg_number, pbg_party, pbg_step
from penaemas.casefiles.tables import case_file, outbox
from penaemas.licensing.legal_values import INCOME_CEILINGS, HouseholdStatus, in_force

VERIFIED, MATCHED, UNKNOWN = "verified", "matched", "unknown"
_CONFIRMED_BY_HAND = {"identity_check": VERIFIED, "land_check": MATCHED}


class Checks:
    """Makes and keeps the automatic checks. Each is kept once per revision of the application."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def compare_income(self, case_id: str, ceilings_idr: Mapping[HouseholdStatus, int] | None) -> bool:
        """Whether the counted income is at most the ceiling of the household's column; false without a table.

        Args:
            ceilings_idr: rupiah a month by column, or None when no table is in force.
        """
        return await self._desk.database.run(self._compare_income, case_id, ceilings_idr)

    async def find_duplicate(self, case_id: str) -> bool:
        """Whether an earlier application for the same land and owner is running. An issued permit is a warning only."""
        return await self._desk.database.run(self._find_duplicate, case_id)

    async def locate_building(self, case_id: str) -> bool:
        """Whether the building's sub-district is one of the region. Coordinates outside are a warning only."""
        return await self._desk.database.run(self._locate, case_id)

    async def people_to_verify(self, case_id: str) -> tuple[Person, ...]:
        """Applicant and owner, once if they are the same."""

        def read() -> tuple[Person, ...]:
            with self._desk.database.reading() as connection:
                entry = self._desk.application(connection, self._desk.seen(connection, case_id))
            people = {entry.applicant_nik: entry.applicant_name} | {entry.owner_nik: entry.owner_name}
            return tuple(Person(nik, name) for nik, name in people.items())

        return await self._desk.database.run(read)

    async def plot_to_match(self, case_id: str) -> Plot:
        """The land as the application describes it."""

        def read() -> Plot:
            with self._desk.database.reading() as connection:
                entry = self._desk.application(connection, self._desk.seen(connection, case_id))
            return Plot(
                entry.land_right_kind,
                entry.land_right_number,
                entry.sub_district_code,
                entry.land_holder_name,
                str(entry.land_area_m2),
                entry.land_tax_number,
            )

        return await self._desk.database.run(read)

    async def point_of_building(self, case_id: str) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, if the application names them."""

        def read() -> tuple[float, float] | None:
            with self._desk.database.reading() as connection:
                entry = self._desk.application(connection, self._desk.seen(connection, case_id))
            latitude, longitude = entry.latitude, entry.longitude
            return None if latitude is None or longitude is None else (latitude, longitude)

        return await self._desk.database.run(read)

    async def warn(self, case_id: str, rule: str, field: str) -> None:
        """Put what another system said before the officers' eyes, once per revision."""

        def store() -> None:
            desk = self._desk
            with desk.database.transaction() as connection:
                desk.warn(connection, desk.held(connection, case_id), rule, field, desk.clock.now())

        await self._desk.database.run(store)

    async def standing_answer(self, case_id: str, subject: str) -> str | None:
        """A good answer that still stands: given before, or confirmed by hand, and nothing it rests on was changed."""

        def read() -> str | None:
            with self._desk.database.reading() as connection:
                return self.standing(connection, self._desk.seen(connection, case_id), subject)

        return await self._desk.database.run(read)

    async def keep_answer(
        self, case_id: str, subject: str, answer: str, basis: str, *, warnings: dict[str, str] | None = None
    ) -> str:
        """Store what a registry answered; the first answer to a revision stays, unless it was `unknown`.

        Args:
            warnings: rule → field.
        """

        def store() -> str:
            desk = self._desk
            with desk.database.transaction() as connection:
                case = desk.held(connection, case_id)
                for rule, field in (warnings or {}).items():
                    desk.warn(connection, case, rule, field, desk.clock.now())
                return self._keep(connection, case, subject, answer, basis, desk.clock.now())

        return await self._desk.database.run(store)

    def standing(self, connection: Connection, case: RowMapping, subject: str) -> str | None:
        """See `standing_answer`; in the caller's transaction."""
        case_id, good = case["case_id"], _CONFIRMED_BY_HAND[subject]
        given = select(pbg_check.c.application_revision).where(
            pbg_check.c.case_id == case_id, pbg_check.c.subject == subject, pbg_check.c.answer == good
        )
        confirmed = (
            select(pbg_step.c.application_revision)
            .join(outbox, outbox.c.id == pbg_step.c.outbox_id)
            .where(
                pbg_step.c.case_id == case_id,
                pbg_step.c.element_id == "Task_VerifyManually",
                pbg_step.c.result == "confirmed",
                outbox.c.state.in_((*OPEN_STATES, "done")),
            )
        )
        revisions = connection.execute(given.union_all(confirmed)).scalars().all()
        if not revisions or touches(subject, self._desk.changed_since(connection, case_id, max(revisions))):
            return None
        return good

    def _compare_income(self, case_id: str, ceilings_idr: Mapping[HouseholdStatus, int] | None) -> bool:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            if ceilings_idr is None:
                answer = "no_table"
            else:
                household = desk.application(connection, case).household
                within = household.counted_income_idr <= ceilings_idr[household.status]
                answer = "within" if within else "above"
            zone, day = desk.regions[case["region_code"]].income_zone, case["application_date"]
            rules = {row.basis for row in in_force(INCOME_CEILINGS, day) if row.zone == zone}
            basis = "; ".join(sorted(rules)) or "tidak ada tabel yang berlaku · no table in force"
            return self._keep(connection, case, "income", answer, basis, desk.clock.now()) == "within"

    def _find_duplicate(self, case_id: str) -> bool:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            entry = desk.application(connection, case)
            same_owner = desk.vault.find(connection, "owner_nik", entry.owner_nik)
            same_plot = desk.vault.find(connection, "plot", entry.plot)
            owners = set(same_owner) & set(same_plot)
            others = (
                select(case_file.c.case_id, case_file.c.closed_at)
                .join(pbg_party, pbg_party.c.case_id == case_file.c.case_id)
                .join(pbg_application, pbg_application.c.case_id == case_file.c.case_id)
                .where(
                    pbg_party.c.role == OWNER,
                    pbg_party.c.person_id.in_(owners),
                    case_file.c.case_id != case_id,
                    pbg_application.c.withdrawn_at.is_(None),
                )
            )
            # Of two that run, the earlier goes on: otherwise each would refuse the other.
            earlier = or_(
                case_file.c.received_at < case["received_at"],
                and_(case_file.c.received_at == case["received_at"], case_file.c.case_id < case_id),
            )
            running = connection.execute(others.where(case_file.c.closed_at.is_(None), earlier)).first() is not None
            issued = others.join(pbg_number, pbg_number.c.case_id == case_file.c.case_id).where(
                pbg_number.c.kind == "permit", pbg_number.c.state == "in_force"
            )
            now = desk.clock.now()
            if connection.execute(issued).first() is not None:
                desk.warn(connection, case, "permit_issued_before", "land_right_number", now)
            return running

    def _locate(self, case_id: str) -> bool:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            region, entry = desk.regions[case["region_code"]], desk.application(connection, case)
            latitude, longitude = entry.latitude, entry.longitude
            if latitude is not None and longitude is not None and not region.bounding_box.contains(latitude, longitude):
                desk.warn(connection, case, "outside_bounding_box", "latitude", desk.clock.now())
            return entry.sub_district_code in region.sub_district_names

    def _keep(
        self, connection: Connection, case: RowMapping, subject: str, answer: str, basis: str, at: datetime
    ) -> str:
        place = {"case_id": case["case_id"], "subject": subject, "application_revision": case["revision"]}
        here = [pbg_check.c[name] == value for name, value in place.items()]
        earlier: str | None = connection.execute(select(pbg_check.c.answer).where(*here)).scalar()
        values = {"answer": answer, "basis": basis, "checked_at": at}
        if earlier is None:
            connection.execute(insert(pbg_check).values(**place, **values))
        elif earlier in (UNKNOWN, "no_table"):
            connection.execute(update(pbg_check).where(*here).values(**values))
        else:
            return earlier
        return answer
