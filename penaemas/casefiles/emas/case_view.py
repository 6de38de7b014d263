"""Everything on file about a PENA EMAS case that is not personal, in the same shape as of every other case."""

from __future__ import annotations

from sqlalchemy import Connection, Select, select

from penaemas.casefiles.breaches import breach_of
from penaemas.casefiles.clock_ledger import CaseClock
from penaemas.casefiles.emas.desk import EmasDesk
from penaemas.casefiles.emas.documents import Documents
from penaemas.casefiles.emas_tables import (
    emas_correction_item,
    emas_correction_round,
    emas_fee,
    emas_number,
    emas_paper,
    emas_step,
)
from penaemas.casefiles.outgoing_messages import messages_of
from penaemas.casefiles.pbg.case_view import (
    AskedItem,
    CaseView,
    DocumentLine,
    NumberLine,
    PaperLine,
    RetributionLine,
    RoundLine,
    StepLine,
)
from penaemas.casefiles.tables import outbox

LICENCE, ASSESSMENT, REGISTER = "licence", "assessment", "register"
PDF = "application/pdf"


class EmasCaseViews:
    """Reads them."""

    def __init__(self, desk: EmasDesk, documents: Documents) -> None:
        self._desk = desk
        self._documents = documents

    async def of_case(self, case_id: str) -> CaseView:
        """The case as it stands.

        Raises:
            CaseUnknown: there is no such case of PENA EMAS.
        """
        return await self._desk.database.run(self._read, case_id)

    async def document_as_read_by(self, case_id: str, document: str, reader: str) -> bytes:
        """A document's content; that somebody saw it is recorded first.

        Raises:
            LookupError: there is no such document.
            PersonErased: nobody can read it any more.
            FileDamaged: the stored file is not what was stored.
        """
        return await self._desk.database.run(self._document, case_id, document, reader)

    def _read(self, case_id: str) -> CaseView:
        with self._desk.database.reading() as connection:
            case = self._desk.seen(connection, case_id)
            return CaseView(
                facts=case,
                application_date=case["application_date"],
                documents=self._document_lines(connection, case_id),
                papers=_papers(connection, case_id),
                steps=_steps(connection, case_id),
                checks=(),
                warnings=(),
                asked=_asked(connection, case_id),
                rounds=_rounds(connection, case_id),
                numbers=(*_numbers(connection, case_id), *_fee_number(connection, case_id)),
                retribution=_fee(connection, case_id),
                messages=messages_of(connection, case_id),
                breach=breach_of(connection, case_id),
                clock_entries=tuple(
                    (which, entry)
                    for which in CaseClock
                    for entry in self._desk.clocks.entries(connection, case_id, which)
                ),
            )

    def _document_lines(self, connection: Connection, case_id: str) -> tuple[DocumentLine, ...]:
        names = DocumentLine.__slots__
        rows = self._documents.rows(connection, case_id)
        return tuple(DocumentLine(**{name: row[name] for name in names}) for row in rows)

    def _document(self, case_id: str, document: str, reader: str) -> bytes:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            row = next((row for row in self._documents.rows(connection, case_id) if row["document"] == document), None)
            if row is None:
                raise LookupError(document)
            details = {"document": document, "document_id": row["document_id"]}
            desk.acts.record(connection, reader, "view_document", desk.clock.now(), case_id=case_id, details=details)
            return desk.files.read(connection, case["person_id"], row["document_id"], row["sealed_digest"])


def _papers(connection: Connection, case_id: str) -> tuple[PaperLine, ...]:
    wanted = select(emas_paper).where(emas_paper.c.case_id == case_id).order_by(emas_paper.c.version)
    lines = (
        PaperLine(row["kind"], row["version"], PDF, row["kind"] == "draft", row["made_at"])
        for row in connection.execute(wanted).mappings()
    )
    return tuple({line.kind: line for line in lines}.values())


def _steps(connection: Connection, case_id: str) -> tuple[StepLine, ...]:
    wanted = (
        select(emas_step, outbox.c.state)
        .join(outbox, outbox.c.id == emas_step.c.outbox_id)
        .where(emas_step.c.case_id == case_id, outbox.c.state != "refused")
        .order_by(emas_step.c.revision)
    )
    return tuple(
        StepLine(row["element_id"], row["officer"], row["result"], row["saved_at"], row["state"])
        for row in connection.execute(wanted).mappings()
    )


def _asked(connection: Connection, case_id: str) -> tuple[AskedItem, ...]:
    item, step, correction = emas_correction_item.c, emas_step.c, emas_correction_round.c
    of_step = (step.case_id == item.case_id) & (step.revision == item.step_revision)
    of_round = (correction.case_id == item.case_id) & (correction.round == item.round)
    wanted: Select[tuple[object, ...]] = (
        select(item.subject, step.element_id, step.officer, step.saved_at, item.round, correction.submitted_at)
        .select_from(emas_correction_item.join(emas_step, of_step).outerjoin(emas_correction_round, of_round))
        .where(item.case_id == case_id)
        .order_by(item.step_revision, item.subject)
    )
    return tuple(
        AskedItem(row["subject"], row["element_id"], row["officer"], row["saved_at"], row["round"], row["submitted_at"])
        for row in connection.execute(wanted).mappings()
    )


def _rounds(connection: Connection, case_id: str) -> tuple[RoundLine, ...]:
    table = emas_correction_round.c
    wanted = select(emas_correction_round).where(table.case_id == case_id).order_by(table.round)
    names = RoundLine.__slots__
    return tuple(RoundLine(**{name: row[name] for name in names}) for row in connection.execute(wanted).mappings())


def _numbers(connection: Connection, case_id: str) -> tuple[NumberLine, ...]:
    wanted = select(emas_number).where(emas_number.c.case_id == case_id)
    return tuple(
        NumberLine(row["number"], LICENCE, REGISTER, row["state"], row["given_at"])
        for row in connection.execute(wanted).mappings()
    )


def _fee(connection: Connection, case_id: str) -> RetributionLine | None:
    row = connection.execute(select(emas_fee).where(emas_fee.c.case_id == case_id)).mappings().first()
    if row is None:
        return None
    return RetributionLine(row["amount_idr"], 0, "", row["basis"], row["is_example"], row["issued_at"])


def _fee_number(connection: Connection, case_id: str) -> tuple[NumberLine, ...]:
    row = connection.execute(select(emas_fee).where(emas_fee.c.case_id == case_id)).mappings().first()
    return () if row is None else (NumberLine(row["number"], ASSESSMENT, REGISTER, "given", row["issued_at"]),)
