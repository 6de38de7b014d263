"""The beginning of a case: its number, its region's switches, and the routing facts of each revision."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, select, update

from penaemas.casefiles.clock_ledger import CaseClock, Ground
from penaemas.casefiles.commitments import commit
from penaemas.casefiles.numbering import next_number
from penaemas.casefiles.pbg.application_form import ApplicationEntry
from penaemas.casefiles.pbg.desk import SYSTEM, Desk
from penaemas.casefiles.pbg.documents import Documents
from penaemas.casefiles.pbg.records import HouseFacts, OpenedCase
from penaemas.casefiles.service_window import PRE_CHECK_BASIS
from penaemas.casefiles.tables import case_file
from penaemas.licensing.identifiers import Nik
from penaemas.licensing.instants import wib_date
from penaemas.licensing.required_documents import is_known_prototype

NO_PROTOTYPE = "NONE"
APPLICATION = "application"


class Opening:
    """Opens cases and states the facts of an application."""

    def __init__(self, desk: Desk, documents: Documents) -> None:
        self._desk = desk
        self._documents = documents

    async def open_case(self, case_id: str) -> OpenedCase:
        """Give the case its number.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._desk.database.run(self._open, case_id)

    async def application_date(self, case_id: str) -> date:
        """The day whose rules decide the case: of receipt, or of entry if a late entry was not confirmed.

        Raises:
            CaseUnknown: there is no such case.
        """

        def read() -> date:
            with self._desk.database.reading() as connection:
                day: date = self._desk.seen(connection, case_id)["application_date"]
                return day

        return await self._desk.database.run(read)

    async def gather_facts(self, case_id: str, application_date: date) -> HouseFacts:
        """The facts of the latest revision, and its commitment; warnings are put before the officers.

        Raises:
            CaseUnknown: there is no such case.
            PersonErased: nobody can read the application any more.
        """
        return await self._desk.database.run(self._gather, case_id, application_date)

    async def application_as_read_by(self, case_id: str, officer: str) -> dict[str, str]:
        """The fields of the latest revision; that the officer saw them is recorded first.

        Raises:
            CaseUnknown: there is no such case.
            PersonErased: nobody can read it any more.
        """
        return await self._desk.database.run(self._read, case_id, officer)

    def _read(self, case_id: str, officer: str) -> dict[str, str]:
        desk = self._desk
        with desk.database.transaction() as connection:
            content = desk.application(connection, desk.held(connection, case_id)).to_vault()
            desk.acts.record(connection, officer, "view_personal_data", desk.clock.now(), case_id=case_id)
        return content

    def _open(self, case_id: str) -> OpenedCase:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            region = desk.regions[case["region_code"]]
            number = case["number"]
            if number is None:
                now = desk.clock.now()
                register = f"{region.numbering.case_prefix}-{wib_date(now).year}"
                number = f"{register}-{next_number(connection, register):05d}"
                connection.execute(update(case_file).where(case_file.c.case_id == case_id).values(number=number))
                desk.note(connection, case_id, opened_at=now)
            ground = Ground("permohonan diterima", SYSTEM, PRE_CHECK_BASIS)
            started = desk.clocks.start(connection, case_id, CaseClock.PRE_CHECK, case["received_at"], ground)
        switches = region.switches
        return OpenedCase(
            case_number=number,
            application_date=case["application_date"],
            late_entry=case["entered_late_at"] is not None,
            income_zone=region.income_zone,
            simbg_registration=switches.simbg_registration,
            neighbours_consent_required=switches.neighbours_consent_required,
            spatial_statement_made_at_counter=switches.spatial_statement_made_at_counter,
            local_exemption_in_force=region.exemption_regulation.in_force,
            clock_commitment=started,
        )

    def _gather(self, case_id: str, application_date: date) -> HouseFacts:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            entry = desk.application(connection, case)
            self._warn(connection, case, entry)
            return HouseFacts(
                house_kind=entry.house_kind,
                building_form=entry.building_form,
                floor_area_m2=float(entry.floor_area_m2),
                storeys=entry.storeys,
                prototype_code=entry.prototype_code,
                applicant_is_owner=entry.applicant_is_owner,
                land_holder_is_owner=entry.land_holder_is_owner,
                # `ApplicationEntry` holds no identifier, consent or measure that breaks its rules.
                identifiers_valid=True,
                consent_given=entry.consents_to_data_processing and entry.declares_truth,
                measures_valid=min(entry.floor_area_m2, entry.land_area_m2) > 0 and entry.storeys >= 1,
                prototype_known=entry.prototype_code == NO_PROTOTYPE
                or is_known_prototype(entry.prototype_code, application_date),
                land_covers_house=entry.land_area_m2 >= entry.floor_area_m2 / Decimal(entry.storeys),
                commitment=self._commit(connection, case, entry),
            )

    def _commit(self, connection: Connection, case: RowMapping, entry: ApplicationEntry) -> str:
        content = entry.to_vault() | self._documents.digests(connection, case["case_id"])
        return commit(connection, case["case_id"], APPLICATION, case["revision"], content, self._desk.clock.now())

    def _warn(self, connection: Connection, case: RowMapping, entry: ApplicationEntry) -> None:
        desk, region = self._desk, self._desk.regions[case["region_code"]]
        now = desk.clock.now()
        for field, digits in (("applicant_nik", entry.applicant_nik), ("owner_nik", entry.owner_nik)):
            warnings = Nik.parse(digits, field=field).warnings(
                field=field,
                regency_digits=region.code.replace(".", ""),
                known_prefixes=region.sub_district_names.keys(),
            )
            for warning in warnings:
                desk.warn(connection, case, warning.rule, field, now)
        if entry.owns_a_house:
            desk.warn(connection, case, "owns_a_house", "owns_a_house", now)
        if region.tariff_on(case["application_date"]) is None:
            desk.warn(connection, case, "no_tariff", "application_date", now)


def case_number_of(connection: Connection, case_id: str) -> str | None:
    """The number of a case, None before it is opened."""
    number: str | None = connection.execute(select(case_file.c.number).where(case_file.c.case_id == case_id)).scalar()
    return number
