"""Handing in an application, and taking it back: what the applicant, or the counter for them, begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from penaemas.casefiles.application_receipts import (
    FIRST_REVISION,
    earlier_receipt,
    new_case_id,
    next_revision,
    submission_digest,
)
from penaemas.casefiles.case_records import ApplicationReceipt, NotAllowedNow
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.media import Media
from penaemas.casefiles.outbox import PublishMessage, StartCase
from penaemas.casefiles.pbg.application_form import OWNERS_FIELDS, ApplicationEntry
from penaemas.casefiles.pbg.desk import APPLICANT, OWNER, PROCESS_ID, Desk
from penaemas.casefiles.pbg.documents import Documents, examined
from penaemas.casefiles.pbg_tables import pbg_application, pbg_party, pbg_revision
from penaemas.casefiles.secrets_on_receipt import codes_of, digest_of_code, matches
from penaemas.casefiles.tables import case_file
from penaemas.licensing.instants import wib_date
from penaemas.storage.errors import StorageConflict

START_MESSAGE = "office.pbg_mbr_application_submitted"
WITHDRAWAL_MESSAGE = "office.pbg_mbr_application_withdrawn"
_PROMISE_S = 180 * 60
_OLDEST_PAPER = timedelta(days=31)  # an outage that lasts longer is registered by hand, with the supervisor [I]


@dataclass(frozen=True, slots=True)
class Outlook:
    """When the permit is due if the promise clock started now, told before an application is accepted."""

    today: date
    due_at: datetime
    due_day: date
    same_day: bool


class Submission:
    """Receives applications and withdrawals."""

    def __init__(self, desk: Desk, documents: Documents) -> None:
        self._desk = desk
        self._documents = documents

    def outlook(self, region_code: str) -> Outlook:
        """See `Outlook`.

        Raises:
            EntryFaulty: no region of this office.
        """
        self._require_region(region_code)
        now = self._desk.clock.now()
        due_at = self._desk.calendars.of(region_code, "counter").due_at(now, _PROMISE_S)
        return Outlook(wib_date(now), due_at, wib_date(due_at), wib_date(due_at) == wib_date(now))

    async def submit(
        self, entry: ApplicationEntry, documents: Mapping[str, bytes], *, request_id: str, by: str
    ) -> ApplicationReceipt:
        """Store an application, its files and the command that starts its process, in one transaction.

        Args:
            documents: content by kind of document.
            request_id: the sender's id of this submission; sent again, the first receipt is returned.

        Raises:
            EntryFaulty: something breaks a rule; nothing was stored.
            RequestIdReused: the id stands for another content.
        """
        self._require_region(entry.region_code)
        self._require_plausible_paper(entry)
        media = examined(documents)

        def store() -> ApplicationReceipt:
            with self._desk.database.transaction() as connection:
                digest = submission_digest(self._desk.vault, entry.to_vault(), documents)
                earlier = earlier_receipt(connection, self._desk.vault, request_id, digest)
                if earlier is not None:
                    return earlier
                return self._store(connection, entry, documents, media, request_id, digest, by)

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
                wanted = select(pbg_application.c.case_id)
                digest = digest_of_code(tracking_code)
                found: str | None = connection.execute(
                    wanted.where(pbg_application.c.tracking_digest == digest)
                ).scalar()
                return found

        return await self._desk.database.run(find)

    async def withdraw(self, case_id: str, *, reason: str, by: str) -> datetime:
        """Take an application back; when that was. Asked again, the first instant is returned.

        Raises:
            CaseUnknown: there is no such case.
            NotAllowedNow: the permit is signed, or the case is closed.
        """
        return await self._desk.database.run(self._withdraw, case_id, reason, by)

    def _withdraw(self, case_id: str, reason: str, by: str) -> datetime:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            if case["withdrawn_at"] is not None:
                first: datetime = case["withdrawn_at"]
                return first
            if case["signed_at"] is not None:
                raise NotAllowedNow("the permit is signed; an issued permit is given back by a request of its own")
            if case["closed_at"] is not None:
                raise NotAllowedNow("the case is closed")
            now = desk.clock.now()
            revision = next_revision(case)
            texts = {"withdrawal_reason": reason} if reason else {}
            desk.vault.write(connection, case["person_id"], case_id, texts, revision=revision, at=now)
            desk.note(connection, case_id, withdrawn_at=now)
            desk.outbox.add(
                connection, case_id, PublishMessage(message_name=WITHDRAWAL_MESSAGE, correlation_key=case_id), by=by
            )
            desk.acts.record(connection, by, "withdraw_application", now, case_id=case_id)
            return now

    def _store(
        self,
        connection: Connection,
        entry: ApplicationEntry,
        documents: Mapping[str, bytes],
        media: Mapping[str, Media],
        request_id: str,
        digest: bytes,
        by: str,
    ) -> ApplicationReceipt:
        desk = self._desk
        case_id, now = new_case_id(), desk.clock.now()
        received_at = entry.paper_received_at or now
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
                received_at=received_at,
                received_by=by,
            )
        )
        connection.execute(
            insert(pbg_application).values(
                case_id=case_id,
                revision=FIRST_REVISION,
                application_date=wib_date(received_at),
                entered_late_at=now if entry.paper_received_at else None,
                late_entry_supervisor=entry.late_entry_supervisor,
                tracking_digest=digest_of_code(codes.tracking_code),
                secret_digest=digest_of_code(codes.secret),
            )
        )
        connection.execute(insert(pbg_party).values(case_id=case_id, role=APPLICANT, person_id=applicant))
        connection.execute(insert(pbg_party).values(case_id=case_id, role=OWNER, person_id=applicant))
        write_revision(desk, connection, case_id, entry, revision=FIRST_REVISION, round=0, changed=[], by=by, at=now)
        self._documents.add(connection, case_id, documents, media, revision=FIRST_REVISION, by=by, at=now)
        variables = {"case_id": case_id, "region_code": entry.region_code}
        desk.outbox.add(connection, case_id, StartCase(message_name=START_MESSAGE, variables=variables), by=by)
        desk.acts.record(connection, by, "submit_application", now, case_id=case_id)
        return ApplicationReceipt(case_id, received_at, True, codes.tracking_code, codes.secret)

    def _require_region(self, region_code: str) -> None:
        if region_code not in self._desk.regions:
            known = ", ".join(self._desk.regions)
            raise EntryFaulty(Fault("region_code", "is no region of this office", f"choose one of {known}"))

    def _require_plausible_paper(self, entry: ApplicationEntry) -> None:
        received_at, now = entry.paper_received_at, self._desk.clock.now()
        if received_at is not None and not now - _OLDEST_PAPER <= received_at <= now:
            rule = "lies in the future or more than 31 days back"
            raise EntryFaulty(Fault("paper_received_at", rule, "write the true instant from the paper's stamp"))


def write_revision(
    desk: Desk,
    connection: Connection,
    case_id: str,
    entry: ApplicationEntry,
    *,
    revision: int,
    round: int,
    changed: list[str],
    by: str,
    at: datetime,
) -> None:
    """Store one content of an application: every field in the vault, routing facts beside it, look-ups renewed."""
    applicant = desk.parties(connection, case_id)[APPLICANT]
    owner = _owner_of(desk, connection, case_id, entry, applicant, at)
    fields = entry.to_vault()
    owners = {name: fields.pop(name) for name in OWNERS_FIELDS if name in fields}
    desk.vault.write(connection, applicant, case_id, fields, revision=revision, at=at)
    desk.vault.write(connection, owner, case_id, owners, revision=revision, at=at)
    desk.vault.replace_lookup(connection, applicant, "nik", entry.applicant_nik)
    desk.vault.replace_lookup(connection, applicant, "name", entry.applicant_name)
    desk.vault.replace_lookup(connection, owner, "owner_nik", entry.owner_nik)
    desk.vault.replace_lookup(connection, owner, "name", entry.owner_name)
    desk.vault.replace_lookup(connection, owner, "plot", entry.plot)
    connection.execute(
        insert(pbg_revision).values(
            case_id=case_id,
            revision=revision,
            round=round,
            saved_at=at,
            saved_by=by,
            changed=sorted(changed),
            sub_district=entry.sub_district_code,
            house_kind=entry.house_kind,
            building_form=entry.building_form,
            floor_area_m2=str(entry.floor_area_m2),
            storeys=entry.storeys,
            prototype_code=entry.prototype_code,
            land_area_m2=str(entry.land_area_m2),
            applicant_is_owner=entry.applicant_is_owner,
            land_holder_is_owner=entry.land_holder_is_owner,
        )
    )


def _owner_of(
    desk: Desk, connection: Connection, case_id: str, entry: ApplicationEntry, applicant: str, at: datetime
) -> str:
    """The owner's person: the applicant, or somebody with a key of their own."""
    current = desk.parties(connection, case_id)[OWNER]
    if entry.applicant_is_owner == (current == applicant):
        return current
    owner = applicant if entry.applicant_is_owner else desk.vault.new_person(connection, at)
    connection.execute(
        update(pbg_party).where(pbg_party.c.case_id == case_id, pbg_party.c.role == OWNER).values(person_id=owner)
    )
    return owner
