"""What every part of a PENA EMAS case file works with, and how a case is held while a step is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.clock_ledger import ClockLedger
from penaemas.casefiles.emas.application_form import LicenceApplication
from penaemas.casefiles.emas_tables import emas_application, emas_revision, emas_step
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.outbox import Outbox
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.region_calendars import RegionCalendars
from penaemas.casefiles.sealed_files import SealedFiles
from penaemas.casefiles.tables import case_file, outbox
from penaemas.licensing.clock import Clock
from penaemas.licensing.office_calendar import OfficeWindow
from penaemas.licensing.region import Region
from penaemas.licensing.service_standard import Catalogue, ServiceStandard
from penaemas.storage.database import Database

PROCESS_ID = "pena_emas"
SYSTEM = "system"
STANDARD_BASIS = "Standar pelayanan PENA EMAS"
# The diagrams need 30 working days in sight; a few more, because a case may enter its last step days later.
_WORKING_DAYS_IN_SIGHT = 40


@dataclass(frozen=True, slots=True)
class EmasDesk:
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
    catalogue: Catalogue

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
            CaseUnknown: there is no such case.
        """
        # SQLite's writers hold the whole database already and ignore FOR UPDATE.
        connection.execute(select(case_file.c.case_id).where(case_file.c.case_id == case_id).with_for_update())
        return self.seen(connection, case_id)

    def seen(self, connection: Connection, case_id: str) -> RowMapping:
        """The case as it stands, for reading.

        Raises:
            CaseUnknown: there is no such case.
        """
        details = [column for column in emas_application.c if column.name != "case_id"]
        wanted = select(case_file, *details).select_from(case_file.join(emas_application))
        row = connection.execute(wanted.where(case_file.c.case_id == case_id)).mappings().first()
        if row is None:
            raise CaseUnknown(case_id)
        return row

    def standard(self, case: RowMapping) -> ServiceStandard:
        """The service standard of a case.

        Raises:
            KeyError: its file was removed from the catalogue.
        """
        return self.catalogue.standards[case["licence_type"]]

    def application(self, connection: Connection, case: RowMapping) -> LicenceApplication:
        """The application as it stands.

        Raises:
            PersonErased: nobody can read it any more.
        """
        stored = self.vault.read(connection, case["person_id"], case["case_id"], revision=case["revision"])
        return LicenceApplication.from_vault(stored)

    def changed_since(self, connection: Connection, case_id: str, revision: int) -> frozenset[str]:
        """Subjects that any later revision changed."""
        rows = connection.execute(
            select(emas_revision.c.changed).where(
                emas_revision.c.case_id == case_id, emas_revision.c.revision > revision
            )
        )
        return frozenset(name for changed in rows.scalars() for name in changed)

    def latest_step(
        self, connection: Connection, case_id: str, element_ids: Iterable[str], agency: str | None = None
    ) -> RowMapping | None:
        """The latest completed step at any of these elements whose command the engine did not refuse."""
        wanted = (
            select(emas_step)
            .join(outbox, outbox.c.id == emas_step.c.outbox_id)
            .where(
                emas_step.c.case_id == case_id,
                emas_step.c.element_id.in_(tuple(element_ids)),
                outbox.c.state != "refused",
            )
            .order_by(emas_step.c.revision.desc())
        )
        if agency is not None:
            wanted = wanted.where(emas_step.c.agency == agency)
        return connection.execute(wanted).mappings().first()

    def entry_of(self, connection: Connection, case: RowMapping, revision: int) -> dict[str, str]:
        """What was entered at the step of this revision.

        Raises:
            PersonErased: nobody can read it any more.
        """
        return self.vault.read(connection, case["person_id"], case["case_id"], revision=revision)

    def note(self, connection: Connection, case_id: str, **values: object) -> None:
        """Change columns of the application."""
        connection.execute(update(emas_application).where(emas_application.c.case_id == case_id).values(**values))
