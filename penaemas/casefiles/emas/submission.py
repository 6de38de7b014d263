"""Handing in an application for a licence, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select

from penaemas.casefiles.application_receipts import (
    FIRST_REVISION,
    earlier_receipt,
    new_case_id,
    next_revision,
    submission_digest,
)
from penaemas.casefiles.case_records import ApplicationReceipt, NotAllowedNow
from penaemas.casefiles.emas.application_form import LicenceApplication, standard_of
from penaemas.casefiles.emas.desk import PROCESS_ID, EmasDesk
from penaemas.casefiles.emas.documents import Documents, examined
from penaemas.casefiles.emas_tables import emas_application, emas_revision
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.media import Media
from penaemas.casefiles.outbox import PublishMessage, StartCase
from penaemas.casefiles.secrets_on_receipt import codes_of, digest_of_code, matches
from penaemas.casefiles.tables import case_file
from penaemas.licensing.instants import wib_date
from penaemas.licensing.service_standard import ServiceStandard
from penaemas.storage.errors import StorageConflict

START_MESSAGE = "office.pena_emas_application_submitted"
WITHDRAWAL_MESSAGE = "office.pena_emas_application_withdrawn"


class Submission:
    """Receives applications and withdrawals."""

    def __init__(self, desk: EmasDesk, documents: Documents) -> None:
        self._desk = desk
        self._documents = documents

    async def submit(
        self, entry: LicenceApplication, documents: Mapping[str, bytes], *, request_id: str, by: str
    ) -> ApplicationReceipt:
        """Store an application, its files and the command that starts its process, in one transaction.

        Args:
            documents: content by kind of document; what the office may reuse can be left out.
            request_id: the sender's id of this submission; sent again, the first receipt is returned.

        Raises:
            EntryFaulty: something breaks a rule; nothing was stored.
            RequestIdReused: the id stands for another content.
        """
        self._require_place(entry)
        standard = standard_of(self._desk.catalogue, entry)
        media = examined(standard, documents)

        def store() -> ApplicationReceipt:
            with self._desk.database.transaction() as connection:
                digest = submission_digest(self._desk.vault, entry.to_vault(), documents)
                earlier = earlier_receipt(connection, self._desk.vault, request_id, digest)
                if earlier is not None:
                    return earlier
                return self._store(connection, entry, standard, documents, media, request_id, digest, by)

        try:
            return await self._desk.database.run(store)
        except StorageConflict:  # the same submission arrived twice in the same moment
            return await self._desk.database.run(store)

    async def holds_secret(self, case_id: str, secret: str) -> bool:
        """Whether this is the secret on the receipt of the case.

        Raises:
            CaseUnknown: there is no such case.
        """

        def compare() -> bool:
            with self._desk.database.reading() as connection:
                return matches(secret, bytes(self._desk.seen(connection, case_id)["secret_digest"]))

        return await self._desk.database.run(compare)

    async def case_of_tracking_code(self, tracking_code: str) -> str | None:
        """The case whose status this code shows, or None."""

        def find() -> str | None:
            with self._desk.database.reading() as connection:
                wanted = select(emas_application.c.case_id)
                digest = digest_of_code(tracking_code)
                found: str | None = connection.execute(
                    wanted.where(emas_application.c.tracking_digest == digest)
                ).scalar()
                return found

        return await self._desk.database.run(find)

    async def application_as_read_by(self, case_id: str, officer: str) -> dict[str, str]:
        """The fields of the latest revision; that the officer saw them is recorded first.

        Raises:
            CaseUnknown: there is no such case.
            PersonErased: nobody can read it any more.
        """
        return await self._desk.database.run(self._read, case_id, officer)

    async def withdraw(self, case_id: str, *, reason: str, by: str) -> datetime:
        """Take an application back; when that was. Asked again, the first instant is returned.

        Raises:
            CaseUnknown: there is no such case.
            NotAllowedNow: the licence is signed, or the case is closed.
        """
        return await self._desk.database.run(self._withdraw, case_id, reason, by)

    def _read(self, case_id: str, officer: str) -> dict[str, str]:
        desk = self._desk
        with desk.database.transaction() as connection:
            content = desk.application(connection, desk.held(connection, case_id)).to_vault()
            desk.acts.record(connection, officer, "view_personal_data", desk.clock.now(), case_id=case_id)
        return content

    def _withdraw(self, case_id: str, reason: str, by: str) -> datetime:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            if case["withdrawn_at"] is not None:
                first: datetime = case["withdrawn_at"]
                return first
            if case["signed_at"] is not None:
                raise NotAllowedNow("the licence is signed; an issued licence is given back by a request of its own")
            if case["closed_at"] is not None:
                raise NotAllowedNow("the case is closed")
            now = desk.clock.now()
            texts = {"withdrawal_reason": reason} if reason else {}
            desk.vault.write(connection, case["person_id"], case_id, texts, revision=next_revision(case), at=now)
            desk.note(connection, case_id, withdrawn_at=now)
            message = PublishMessage(message_name=WITHDRAWAL_MESSAGE, correlation_key=case_id)
            desk.outbox.add(connection, case_id, message, by=by)
            desk.acts.record(connection, by, "withdraw_application", now, case_id=case_id)
            return now

    def _store(
        self,
        connection: Connection,
        entry: LicenceApplication,
        standard: ServiceStandard,
        documents: Mapping[str, bytes],
        media: Mapping[str, Media],
        request_id: str,
        digest: bytes,
        by: str,
    ) -> ApplicationReceipt:
        desk, case_id, now = self._desk, new_case_id(), self._desk.clock.now()
        day = wib_date(now)
        limit = standard.limit_on(day)
        if limit is None:
            rule = "has no time limit in force today"
            raise EntryFaulty(Fault("licence_type", rule, "have the office enter it in the service catalogue"))
        if standard.fee is not None and standard.tariff_on(day) is None:
            rule = "has no tariff in force today"
            raise EntryFaulty(Fault("licence_type", rule, "have the office enter it in the service catalogue"))
        codes = codes_of(desk.vault, case_id)
        applicant = desk.vault.new_person(connection, now)
        connection.execute(
            insert(case_file).values(
                case_id=case_id,
                process_id=PROCESS_ID,
                region_code=entry.region_code,
                request_id=request_id,
                submission_digest=digest,
                person_id=applicant,
                received_at=now,
                received_by=by,
            )
        )
        connection.execute(
            insert(emas_application).values(
                case_id=case_id,
                licence_type=entry.licence_type,
                revision=FIRST_REVISION,
                application_date=day,
                limit_working_days=limit.working_days,
                limit_basis=limit.basis,
                tracking_digest=digest_of_code(codes.tracking_code),
                secret_digest=digest_of_code(codes.secret),
            )
        )
        write_revision(desk, connection, desk.seen(connection, case_id), entry, FIRST_REVISION, 0, [], by, now)
        case = desk.seen(connection, case_id)
        self._documents.add(connection, case, documents, media, revision=FIRST_REVISION, by=by, at=now)
        variables = {"case_id": case_id, "region_code": entry.region_code}
        desk.outbox.add(connection, case_id, StartCase(message_name=START_MESSAGE, variables=variables), by=by)
        desk.acts.record(connection, by, "submit_application", now, case_id=case_id)
        return ApplicationReceipt(case_id, now, True, codes.tracking_code, codes.secret)

    def _require_place(self, entry: LicenceApplication) -> None:
        region = self._desk.regions.get(entry.region_code)
        if region is None:
            known = ", ".join(self._desk.regions)
            raise EntryFaulty(Fault("region_code", "is no region of this office", f"choose one of {known}"))
        if not entry.sub_district_code.startswith(entry.region_code.replace(".", "")):
            fix = "choose the sub-district of the place, or hand it in at that region's office"
            raise EntryFaulty(Fault("sub_district_code", "lies outside this region", fix))


def write_revision(
    desk: EmasDesk,
    connection: Connection,
    case: RowMapping,
    entry: LicenceApplication,
    revision: int,
    round: int,
    changed: list[str],
    by: str,
    at: datetime,
) -> None:
    """Store one content of an application: every field in the vault, the look-up by NIK renewed."""
    person_id, case_id = case["person_id"], case["case_id"]
    desk.vault.write(connection, person_id, case_id, entry.to_vault(), revision=revision, at=at)
    desk.vault.replace_lookup(connection, person_id, "nik", entry.applicant_nik)
    connection.execute(
        insert(emas_revision).values(
            case_id=case_id, revision=revision, round=round, saved_at=at, saved_by=by, changed=sorted(changed)
        )
    )
