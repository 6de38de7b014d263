"""Complaints, and reports that somebody asked for money. Anonymous ones are taken like any other.

A report of a bribe goes past the line: only the inspectorate of the region lists, opens and answers it; for everybody
else it does not exist, and nothing of it stands in the case. What was written and how to reach the reporter is sealed
with a key of the report's own.

How a page uses it:

    entry = checked(ReportEntry, {"kind": "bribe", "region_code": "32.11", "text": "…", "anonymous": True})
    receipt = await office.public_reports.receive(entry, request_id=…, channel="public_page")   # number and code
    status = await office.public_reports.status(code)                                           # with the answer
    lines = await office.public_reports.lines_for(officer)                                      # officers' side
    content = await office.public_reports.read(number, officer)

`survey_code` in the entry ties the report to its case, if it comes by the link at the end of a survey.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from sqlalchemy import Connection, RowMapping, insert, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.message_tables import public_report
from penaemas.casefiles.message_templates import MessageTemplates
from penaemas.casefiles.numbering import next_request_number
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.outgoing_messages import queue_report_message
from penaemas.casefiles.person_vault import PersonErased, PersonVault
from penaemas.casefiles.region_calendars import RegionCalendars
from penaemas.casefiles.secrets_on_receipt import code_of, digest_of_code
from penaemas.casefiles.surveys import Surveys, SurveyUnknown
from penaemas.licensing.clock import Clock
from penaemas.licensing.roles import Role
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict

ReportKind = Literal["complaint", "bribe"]
Channel = Literal["survey", "public_page", "counter"]

READERS: Final[Mapping[str, frozenset[Role]]] = {
    "complaint": frozenset({Role.PENGAWAS, Role.KADIS, Role.INSPEKTORAT}),
    "bribe": frozenset({Role.INSPEKTORAT}),
}
"""Who lists, opens and answers a report of each kind, in its region."""

ADDRESSED_TO: Final[Mapping[str, str]] = {"complaint": "PENGADUAN", "bribe": "INSPEKTORAT"}
"""Whom the office tells, without content, that a report has come: an address of the region (`[mailboxes]`)."""

# Domain facts, section 8.4: a complaint is looked at within three working days.
LOOKED_AT_WITHIN_WORKING_DAYS: Final = 3
_NUMBER_PREFIX: Final = {"complaint": "ADU", "bribe": "WBS"}
_PURPOSE: Final = "report code"
_CONTENT, _CONTACT, _ANSWER = "report/content", "report/contact", "report/answer"


class ReportUnknown(LookupError):
    """No such report, or not for this reader: the answer is the same."""


class ReportEntry(BaseModel):
    """What a reporter writes. Without `contact` an answer can only be read with the code of the receipt."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: ReportKind
    region_code: str
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=5000)]
    anonymous: bool
    contact: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)] | None = None
    survey_code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] | None = None

    @model_validator(mode="after")
    def _anonymous_means_nobody(self) -> Self:
        if self.anonymous and self.contact:
            raise ValueError("contact is given although the report is anonymous; leave one of the two out")
        return self


@dataclass(frozen=True, slots=True)
class ReportReceipt:
    """What the reporter keeps: the code shows the answer."""

    number: str
    received_at: datetime
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """What the code shows. `answer` is None until somebody has answered."""

    number: str
    received_at: datetime
    due_at: datetime
    answered_at: datetime | None
    answer: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report in an officer's list; nothing that was written."""

    number: str
    kind: ReportKind
    region_code: str
    case_id: str | None
    channel: str
    is_anonymous: bool
    received_at: datetime
    due_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReportContent:
    """One report as its reader sees it."""

    line: ReportLine
    text: str = field(repr=False)
    contact: str | None = field(repr=False)
    answer: str | None = field(repr=False)


class PublicReports:
    """The reports of the office."""

    def __init__(
        self,
        database: Database,
        vault: PersonVault,
        acts: Acts,
        clock: Clock,
        calendars: RegionCalendars,
        surveys: Surveys,
        templates: MessageTemplates,
    ) -> None:
        self._database = database
        self._vault = vault
        self._acts = acts
        self._clock = clock
        self._calendars = calendars
        self._surveys = surveys
        self._templates = templates

    async def receive(self, entry: ReportEntry, *, request_id: str, channel: Channel) -> ReportReceipt:
        """Keep a report and tell those who may read it that there is one; the same request gives the same receipt.

        Args:
            request_id: the sender's own, at most 64 characters.

        Raises:
            EntryFaulty: no such region, or the survey code is of no case; nothing was stored.
        """
        if entry.region_code not in self._calendars.counter:
            raise EntryFaulty(Fault("region_code", "is no region of this office", "choose one from the list"))
        try:
            return await self._database.run(self._receive, entry, request_id, channel)
        except StorageConflict:  # the same form sent twice in one moment
            return await self._database.run(self._receive, entry, request_id, channel)

    async def status(self, code: str) -> ReportStatus:
        """What became of a report.

        Raises:
            ReportUnknown: no report has this code.
        """

        def read() -> ReportStatus:
            with self._database.reading() as connection:
                wanted = select(public_report).where(public_report.c.code_digest == digest_of_code(code))
                row = connection.execute(wanted).mappings().first()
                if row is None:
                    raise ReportUnknown
                answer = self._opened(connection, row, "answer", _ANSWER)
                return ReportStatus(row["number"], row["received_at"], row["due_at"], row["answered_at"], answer)

        return await self._database.run(read)

    async def lines_for(self, officer: Officer) -> tuple[ReportLine, ...]:
        """The reports that the officer may open: first those that wait, the oldest first."""

        def read() -> tuple[ReportLine, ...]:
            with self._database.reading() as connection:
                rows = connection.execute(select(public_report).order_by(public_report.c.received_at)).mappings().all()
            lines = [_line(row) for row in rows if officer.may(READERS[row["kind"]], row["region_code"])]
            return tuple(sorted(lines, key=lambda line: line.answered_at is not None))

        return await self._database.run(read)

    async def read(self, number: str, officer: Officer) -> ReportContent:
        """One report; that the officer opened it is recorded first.

        Raises:
            ReportUnknown: no such report, or not for this officer.
        """
        return await self._database.run(self._read, number, officer)

    async def answer(self, number: str, officer: Officer, text: str) -> None:
        """Answer a report; a later answer replaces an earlier one.

        Raises:
            ReportUnknown: no such report, or not for this officer.
            EntryFaulty: the answer is empty.
            NotAllowedNow: the reporter's data was erased.
        """
        if not text.strip():
            raise EntryFaulty(Fault("answer", "is required", "write what was found and done"))
        await self._database.run(self._answer, number, officer, text.strip())

    def _receive(self, entry: ReportEntry, request_id: str, channel: Channel) -> ReportReceipt:
        with self._database.transaction() as connection:
            earlier = select(public_report).where(public_report.c.request_id == request_id)
            row = connection.execute(earlier).mappings().first()
            if row is not None:
                return self._receipt(row)
            case_id = None
            if entry.survey_code:
                try:
                    case_id = self._surveys.case_of(connection, entry.survey_code)["case_id"]
                except SurveyUnknown:
                    fault = Fault("survey_code", "is of no case", "leave it out, or copy it from the message")
                    raise EntryFaulty(fault) from None
            now, report_id = self._clock.now(), str(uuid.uuid4())
            person_id = self._vault.new_person(connection, now)
            calendar = self._calendars.of(entry.region_code, "counter")
            contact = (
                self._vault.seal(connection, person_id, _CONTACT, entry.contact.encode()) if entry.contact else None
            )
            values = {
                "report_id": report_id,
                "request_id": request_id,
                "number": next_request_number(connection, _NUMBER_PREFIX[entry.kind], entry.region_code, now),
                "kind": entry.kind,
                "region_code": entry.region_code,
                "case_id": case_id,
                "channel": channel,
                "person_id": person_id,
                "content": self._vault.seal(connection, person_id, _CONTENT, entry.text.encode()),
                "contact": contact,
                "code_digest": digest_of_code(self._code(report_id)),
                "received_at": now,
                "due_at": calendar.closing_of_working_day(now, LOOKED_AT_WITHIN_WORKING_DAYS),
            }
            connection.execute(insert(public_report).values(**values))
            text = self._templates.text("office", f"{entry.kind}_received", entry.region_code, number=values["number"])
            queue_report_message(
                connection,
                entry.region_code,
                f"{entry.kind}_received",
                str(values["number"]),
                text,
                now,
                addressed_to=ADDRESSED_TO[entry.kind],
            )
            row = connection.execute(earlier).mappings().one()
            return self._receipt(row)

    def _read(self, number: str, officer: Officer) -> ReportContent:
        with self._database.transaction() as connection:
            row = self._for(connection, number, officer)
            # Without the case: whoever reads the case's acts is not told that it was reported.
            now = self._clock.now()
            self._acts.record(connection, officer.account, "read_public_report", now, details={"number": number})
            text = self._opened(connection, row, "content", _CONTENT) or ""
            contact = self._opened(connection, row, "contact", _CONTACT)
            return ReportContent(_line(row), text, contact, self._opened(connection, row, "answer", _ANSWER))

    def _answer(self, number: str, officer: Officer, text: str) -> None:
        with self._database.transaction() as connection:
            row, now = self._for(connection, number, officer), self._clock.now()
            try:
                sealed = self._vault.seal(connection, row["person_id"], _ANSWER, text.encode())
            except PersonErased:
                raise NotAllowedNow("the reporter's data was erased") from None
            answered = {"answered_at": now, "answered_by": officer.account, "answer": sealed}
            connection.execute(update(public_report).where(public_report.c.number == number).values(**answered))
            self._acts.record(connection, officer.account, "answer_public_report", now, details={"number": number})

    def _for(self, connection: Connection, number: str, officer: Officer) -> RowMapping:
        row = connection.execute(select(public_report).where(public_report.c.number == number)).mappings().first()
        if row is None or not officer.may(READERS[row["kind"]], row["region_code"]):
            raise ReportUnknown
        return row

    def _opened(self, connection: Connection, row: RowMapping, column: str, place: str) -> str | None:
        if row[column] is None:
            return None
        try:
            return self._vault.unseal(connection, row["person_id"], place, bytes(row[column])).decode()
        except PersonErased:
            return None

    def _code(self, report_id: str) -> str:
        return code_of(self._vault, _PURPOSE, report_id)

    def _receipt(self, row: RowMapping) -> ReportReceipt:
        return ReportReceipt(row["number"], row["received_at"], self._code(row["report_id"]))


def _line(row: RowMapping) -> ReportLine:
    shown = ("number", "kind", "region_code", "case_id", "channel", "received_at", "due_at", "answered_at")
    return ReportLine(**{name: row[name] for name in shown}, is_anonymous=row["contact"] is None)
