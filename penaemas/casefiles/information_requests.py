"""The case files of public information requests.

Each step is one transaction, and asked again it returns what it did the first time: a job may run twice, an officer
may press twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.answer_limits import AnswerLimits
from penaemas.casefiles.application_receipts import new_case_id
from penaemas.casefiles.commitments import canonical, commit
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.information_request_forms import AnswerEntry, RequestEntry
from penaemas.casefiles.information_request_records import (
    AlreadyAnswered,
    AnswerMissing,
    CaseUnknown,
    Closing,
    ExtensionUsed,
    Receipt,
    Registration,
    RequestIdReused,
)
from penaemas.casefiles.numbering import next_request_number
from penaemas.casefiles.outbox import CompleteTask, Outbox, StartCase
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.tables import case_file, commitment, information_request, outbox, task_answer
from penaemas.licensing.clock import Clock
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict

PROCESS_ID = "public_information_request"
START_MESSAGE = "office.information_requested"

_REQUEST_REVISION = 1


class InformationRequests:
    """The repository; the only writer of these case files."""

    def __init__(
        self,
        database: Database,
        vault: PersonVault,
        outbox: Outbox,
        acts: Acts,
        clock: Clock,
        limits: AnswerLimits,
        calendars: Mapping[str, OfficeCalendar],
    ) -> None:
        """Args: calendars: by region code, of the kind that the limits name."""
        self._database = database
        self._vault = vault
        self._outbox = outbox
        self._acts = acts
        self._clock = clock
        self._limits = limits
        self._calendars = calendars

    def with_calendars(self, calendars: Mapping[str, OfficeCalendar]) -> InformationRequests:
        """The same case files, counting by other calendars; later changes of the mapping hold too."""
        other = copy(self)
        other._calendars = calendars
        return other

    async def submit(self, entry: RequestEntry, *, request_id: str, by: str) -> Receipt:
        """Store a request, and the command that starts its process, in one transaction.

        Args:
            request_id: the sender's id of this submission; sent again, the first receipt is returned.

        Raises:
            EntryFaulty: the region is not one of this office.
            RequestIdReused: the id stands for another content.
        """
        if entry.region_code not in self._calendars:
            known = ", ".join(self._calendars)
            raise EntryFaulty(Fault("region_code", "is no region of this office", f"choose one of {known}"))
        try:
            return await self._database.run(self._submit, entry, request_id, by)
        except StorageConflict:  # the same submission arrived twice in the same moment
            return await self._database.run(self._submit, entry, request_id, by)

    async def register(self, case_id: str, region_code: str) -> Registration:
        """Give the request its number and its deadline.

        Raises:
            CaseUnknown: there is no such case file in this region.
        """
        return await self._database.run(self._register, case_id, region_code)

    async def extend(self, case_id: str, answer_due_at: datetime) -> tuple[datetime, datetime]:
        """Replace this deadline by the extended one; the new warning and the new deadline.

        Raises:
            CaseUnknown: there is no such case file.
            ExtensionUsed: another deadline was extended before.
        """
        return await self._database.run(self._extend, case_id, answer_due_at)

    async def answer(self, case_id: str, user_task_key: int, entry: AnswerEntry, *, officer: str) -> str:
        """Store an officer's answer and the command that completes the task, in one transaction; the command's id.

        Raises:
            CaseUnknown: there is no such case file.
            AlreadyAnswered: somebody was faster.
        """
        return await self._database.run(self._answer, case_id, user_task_key, entry, officer)

    async def close(self, case_id: str, answer_decision: str) -> Closing:
        """Pin the answer and close the case file.

        Raises:
            CaseUnknown: there is no such case file.
            AnswerMissing: nothing with this decision is on file.
        """
        return await self._database.run(self._close, case_id, answer_decision)

    async def request_as_read_by(self, case_id: str, officer: str) -> dict[str, str]:
        """The personal content of a request; that the officer saw it is recorded first.

        Raises:
            CaseUnknown: there is no such case file.
            PersonErased: nobody can read it any more.
        """
        return await self._database.run(self._read, case_id, officer)

    def _submit(self, entry: RequestEntry, request_id: str, by: str) -> Receipt:
        personal = entry.personal_values()
        content = canonical({**personal, "region_code": entry.region_code}).decode()
        digest = self._vault.blind("submission", content)
        with self._database.transaction() as connection:
            earlier = (
                connection.execute(select(case_file).where(case_file.c.request_id == request_id)).mappings().first()
            )
            if earlier is not None:
                if earlier["submission_digest"] is None or bytes(earlier["submission_digest"]) != digest:
                    raise RequestIdReused
                return Receipt(earlier["case_id"], earlier["received_at"], is_new=False)
            case_id, now = new_case_id(), self._clock.now()
            person_id = self._vault.new_person(connection, now)
            connection.execute(
                insert(case_file).values(
                    case_id=case_id,
                    process_id=PROCESS_ID,
                    region_code=entry.region_code,
                    request_id=request_id,
                    submission_digest=digest,
                    person_id=person_id,
                    received_at=now,
                    received_by=by,
                )
            )
            connection.execute(insert(information_request).values(case_id=case_id))
            self._vault.write(connection, person_id, case_id, personal, revision=_REQUEST_REVISION, at=now)
            self._vault.add_lookup(connection, person_id, "contact", entry.requester_contact)
            variables = {"case_id": case_id, "region_code": entry.region_code}
            self._outbox.add(connection, case_id, StartCase(message_name=START_MESSAGE, variables=variables), by=by)
            self._acts.record(connection, by, "submit_request", now, case_id=case_id)
            return Receipt(case_id, now, is_new=True)

    def _register(self, case_id: str, region_code: str) -> Registration:
        with self._database.transaction() as connection:
            file = _locked(connection, case_id)
            if file["region_code"] != region_code:
                raise CaseUnknown(case_id)
            if file["number"] is None:
                now = self._clock.now().replace(microsecond=0)
                calendar = self._calendars[file["region_code"]]
                deadline = self._limits.first_deadline(calendar, file["received_at"])
                prefix = self._limits.register_numbers.number_prefix
                number = next_request_number(connection, prefix, file["region_code"], now)
                connection.execute(update(case_file).where(case_file.c.case_id == case_id).values(number=number))
                connection.execute(
                    update(information_request)
                    .where(information_request.c.case_id == case_id)
                    .values(registered_at=now, answer_warn_at=deadline.warn_at, answer_due_at=deadline.due_at)
                )
                content = self._vault.read(connection, file["person_id"], case_id, revision=_REQUEST_REVISION)
                commit(connection, case_id, "request", _REQUEST_REVISION, content, now)
            return _registration(connection, case_id)

    def _extend(self, case_id: str, answer_due_at: datetime) -> tuple[datetime, datetime]:
        with self._database.transaction() as connection:
            file = _locked(connection, case_id)
            if file["extended_from"] is not None:
                if file["extended_from"] != answer_due_at:
                    raise ExtensionUsed
                return file["answer_warn_at"], file["answer_due_at"]
            deadline = self._limits.extended_deadline(self._calendars[file["region_code"]], answer_due_at)
            connection.execute(
                update(information_request)
                .where(information_request.c.case_id == case_id)
                .values(
                    extended_at=self._clock.now(),
                    extended_from=answer_due_at,
                    answer_warn_at=deadline.warn_at,
                    answer_due_at=deadline.due_at,
                )
            )
            return deadline.warn_at, deadline.due_at

    def _answer(self, case_id: str, user_task_key: int, entry: AnswerEntry, officer: str) -> str:
        with self._database.transaction() as connection:
            file = _locked(connection, case_id)
            rival = connection.execute(
                select(task_answer.c.officer, task_answer.c.saved_at)
                .join(outbox, outbox.c.id == task_answer.c.outbox_id)
                .where(task_answer.c.user_task_key == user_task_key, outbox.c.state != "refused")
            ).first()
            if rival is not None:
                raise AlreadyAnswered(rival.officer, rival.saved_at)
            now = self._clock.now()
            variables = {"answer_decision": entry.answer_decision}
            command = CompleteTask(user_task_key=user_task_key, officer=officer, variables=variables)
            command_id = self._outbox.add(connection, case_id, command, by=officer)
            revision = _REQUEST_REVISION + file["commands"] + 1  # one more than any earlier answer's
            connection.execute(
                insert(task_answer).values(
                    case_id=case_id,
                    revision=revision,
                    user_task_key=user_task_key,
                    outbox_id=command_id,
                    officer=officer,
                    decision=entry.answer_decision,
                    saved_at=now,
                )
            )
            self._vault.write(
                connection, file["person_id"], case_id, entry.personal_values(), revision=revision, at=now
            )
            self._acts.record(connection, officer, "answer_request", now, case_id=case_id)
            return command_id

    def _close(self, case_id: str, answer_decision: str) -> Closing:
        with self._database.transaction() as connection:
            file = _locked(connection, case_id)
            now = self._clock.now().replace(microsecond=0)
            revision = connection.execute(
                select(task_answer.c.revision)
                .join(outbox, outbox.c.id == task_answer.c.outbox_id)
                .where(
                    task_answer.c.case_id == case_id,
                    task_answer.c.decision == answer_decision,
                    outbox.c.state != "refused",
                )
                # The engine may have accepted it before the sender noted so: the earliest is the one that was sent.
                .order_by(task_answer.c.revision)
            ).scalar()
            if revision is None:
                raise AnswerMissing
            content = self._vault.read(connection, file["person_id"], case_id, revision=revision)
            digest = commit(
                connection, case_id, "answer", revision, {**content, "answer_decision": answer_decision}, now
            )
            if file["closed_at"] is None:
                connection.execute(update(case_file).where(case_file.c.case_id == case_id).values(closed_at=now))
                connection.execute(
                    update(information_request)
                    .where(information_request.c.case_id == case_id)
                    .values(answer_decision=answer_decision)
                )
            return Closing(file["closed_at"] or now, digest)

    def _read(self, case_id: str, officer: str) -> dict[str, str]:
        with self._database.transaction() as connection:
            file = _locked(connection, case_id)
            content = self._vault.read(connection, file["person_id"], case_id, revision=_REQUEST_REVISION)
            self._acts.record(connection, officer, "view_personal_data", self._clock.now(), case_id=case_id)
        return content


def _locked(connection: Connection, case_id: str) -> RowMapping:
    """The case file, locked until the transaction ends, so that steps of one case do not overtake each other."""
    # SQLite's writers hold the whole database already and ignore FOR UPDATE.
    connection.execute(select(case_file.c.case_id).where(case_file.c.case_id == case_id).with_for_update())
    both = case_file.join(information_request)
    details = [column for column in information_request.c if column.name != "case_id"]
    wanted = select(case_file, *details).select_from(both)
    found = connection.execute(wanted.where(case_file.c.case_id == case_id))
    row = found.mappings().first()
    if row is None:
        raise CaseUnknown(case_id)
    return row


def _registration(connection: Connection, case_id: str) -> Registration:
    row = _locked(connection, case_id)
    digest = connection.execute(
        select(commitment.c.digest).where(commitment.c.case_id == case_id, commitment.c.about == "request")
    ).scalar_one()
    return Registration(row["number"], row["registered_at"], row["answer_warn_at"], row["answer_due_at"], digest)
