"""What every part of a PBG MBR case file works with, and how a case is held while a step is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.clock_ledger import ClockLedger
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.outbox import Outbox
from penaemas.casefiles.pbg.application_form import ApplicationEntry
from penaemas.casefiles.pbg_tables import pbg_application, pbg_party, pbg_revision, pbg_warning
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.region_calendars import RegionCalendars
from penaemas.casefiles.sealed_files import SealedFiles
from penaemas.casefiles.tables import case_file
from penaemas.licensing.clock import Clock
from penaemas.licensing.office_calendar import OfficeWindow
from penaemas.licensing.region import Region
from penaemas.storage.database import Database

PROCESS_ID = "pbg_mbr_3_jam"
SYSTEM = "system"
APPLICANT, OWNER = "APPLICANT", "OWNER"

# Every step begins with these two: built once, they cost half.
_HOLD = select(case_file.c.case_id).where(case_file.c.case_id == bindparam("case")).with_for_update()
_CASE = (
    select(case_file, *(column for column in pbg_application.c if column.name != "case_id"))
    .select_from(case_file.join(pbg_application))
    .where(case_file.c.case_id == bindparam("case"))
)

# The diagrams need 30 working days in sight; a few more, because a case may enter its last step days later.
_WORKING_DAYS_IN_SIGHT = 40


@dataclass(frozen=True, slots=True)
class Desk:
    """Collaborators that all parts share. Regions are keyed by region code."""

    database: Database
    vault: PersonVault
    files: SealedFiles
    outbox: Outbox
    acts: Acts
    clock: Clock
    regions: Mapping[str, Region]
    calendars: RegionCalendars
    clocks: ClockLedger

    def windows(self, region_code: str) -> tuple[tuple[OfficeWindow, ...], tuple[OfficeWindow, ...]]:
        """Openings from now on, at least 30 working days: of the counters, of the back office."""
        now = self.clock.now()
        counter, back_office = self.calendars.of(region_code, "counter"), self.calendars.of(region_code, "back_office")
        return (
            counter.windows(now, counter.closing_of_working_day(now, _WORKING_DAYS_IN_SIGHT)),
            back_office.windows(now, back_office.closing_of_working_day(now, _WORKING_DAYS_IN_SIGHT)),
        )

    def held(self, connection: Connection, case_id: str) -> RowMapping:
        """The case, locked until the transaction ends, so that steps of one case do not overtake each other.

        Raises:
            CaseUnknown: there is no such PBG case.
        """
        # SQLite's writers hold the whole database already.
        if connection.dialect.name != "sqlite":
            connection.execute(_HOLD, {"case": case_id})
        return self.seen(connection, case_id)

    def seen(self, connection: Connection, case_id: str) -> RowMapping:
        """The case as it stands, for reading.

        Raises:
            CaseUnknown: there is no such PBG case.
        """
        row = connection.execute(_CASE, {"case": case_id}).mappings().first()
        if row is None:
            raise CaseUnknown(case_id)
        return row

    def application(self, connection: Connection, case: RowMapping, revision: int | None = None) -> ApplicationEntry:
        """The application as it stands, or as one revision had it.

        Raises:
            PersonErased: nobody can read it any more.
        """
        number = case["revision"] if revision is None else revision
        stored: dict[str, str] = {}
        for person_id in set(self.parties(connection, case["case_id"]).values()):
            stored |= self.vault.read(connection, person_id, case["case_id"], revision=number)
        return ApplicationEntry.from_vault(stored)

    def parties(self, connection: Connection, case_id: str) -> dict[str, str]:
        """Role → person id."""
        rows = connection.execute(select(pbg_party.c.role, pbg_party.c.person_id).where(pbg_party.c.case_id == case_id))
        return {role: person_id for role, person_id in rows}

    def facts(self, connection: Connection, case: RowMapping) -> RowMapping:
        """The row of the latest revision: routing facts only."""
        wanted = select(pbg_revision).where(
            pbg_revision.c.case_id == case["case_id"], pbg_revision.c.revision == case["revision"]
        )
        return connection.execute(wanted).mappings().one()

    def changed_since(self, connection: Connection, case_id: str, revision: int) -> frozenset[str]:
        """Fields and documents that any later revision changed."""
        rows = connection.execute(
            select(pbg_revision.c.changed).where(pbg_revision.c.case_id == case_id, pbg_revision.c.revision > revision)
        )
        return frozenset(name for changed in rows.scalars() for name in changed)

    def warn(self, connection: Connection, case: RowMapping, rule: str, field: str, at: datetime) -> None:
        """Put something before the officers' eyes, once per revision."""
        place = {"case_id": case["case_id"], "rule": rule, "application_revision": case["revision"]}
        known = select(pbg_warning.c.rule).where(*(pbg_warning.c[name] == value for name, value in place.items()))
        if connection.execute(known).first() is None:
            connection.execute(insert(pbg_warning).values(**place, field=field, raised_at=at))

    def note(self, connection: Connection, case_id: str, **values: object) -> None:
        """Change columns of the application."""
        connection.execute(update(pbg_application).where(pbg_application.c.case_id == case_id).values(**values))
