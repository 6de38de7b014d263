"""Everything on file about a case that is not personal, read at once for one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, RowMapping, Select, Table, select

from penaemas.casefiles.breaches import PromiseBreach, breach_of
from penaemas.casefiles.clock_ledger import CaseClock
from penaemas.casefiles.outgoing_messages import OutgoingMessage, messages_of
from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg_tables import (
    pbg_check,
    pbg_correction_item,
    pbg_correction_round,
    pbg_document,
    pbg_number,
    pbg_paper,
    pbg_retribution,
    pbg_step,
    pbg_warning,
)
from penaemas.casefiles.tables import outbox
from penaemas.licensing.service_clock import ClockEntry

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document that counts now, with the verdict on it."""

    document: str
    media_type: str
    byte_count: int
    added_at: datetime
    verdict: str | None
    verdict_by: str | None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """The newest version of a paper."""

    kind: str
    version: int
    media_type: str
    is_concept: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class StepLine:
    """A completed step. `state` is that of its command: waiting, sent or done."""

    element_id: str
    officer: str
    result: str | None
    saved_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What an automatic check found, on which basis."""

    subject: str
    answer: str
    basis: str
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class WarningLine:
    """Something that an officer should look at."""

    rule: str
    field: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class AskedItem:
    """Something that the applicant was or will be asked to mend. `round` is None until it is sent."""

    subject: str
    element_id: str
    officer: str
    raised_at: datetime
    round: int | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A correction round."""

    round: int
    opened_at: datetime
    due_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A register number that was given."""

    number: str
    kind: str
    source: str
    state: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class RetributionLine:
    """The latest computation: charged and waived, in whole rupiah, with both bases."""

    charged_idr: int
    waived_idr: int
    exemption_basis: str
    tariff_basis: str
    tariff_is_example: bool
    calculated_at: datetime


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case. `facts` are the routing facts of its newest revision."""

    facts: RowMapping
    application_date: date
    documents: tuple[DocumentLine, ...]
    papers: tuple[PaperLine, ...]
    steps: tuple[StepLine, ...]
    checks: tuple[CheckLine, ...]
    warnings: tuple[WarningLine, ...]
    asked: tuple[AskedItem, ...]
    rounds: tuple[RoundLine, ...]
    numbers: tuple[NumberLine, ...]
    retribution: RetributionLine | None
    messages: tuple[OutgoingMessage, ...]
    breach: PromiseBreach | None
    clock_entries: tuple[tuple[CaseClock, ClockEntry], ...]


class CaseViews:
    """Reads them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def of_case(self, case_id: str) -> CaseView:
        """The case as it stands.

        Raises:
            CaseUnknown: there is no such PBG case.
        """
        return await self._desk.database.run(self._read, case_id)

    def _read(self, case_id: str) -> CaseView:
        with self._desk.database.reading() as connection:
            case = self._desk.seen(connection, case_id)
            sheets = _lines(
                connection,
                RetributionLine,
                select(pbg_retribution)
                .where(pbg_retribution.c.case_id == case_id)
                .order_by(pbg_retribution.c.number.desc())
                .limit(1),
            )
            return CaseView(
                facts=self._desk.facts(connection, case),
                application_date=case["application_date"],
                documents=_documents(connection, case_id),
                papers=_papers(connection, case_id),
                steps=_steps(connection, case_id),
                checks=_lines(connection, CheckLine, _of(pbg_check, case_id, pbg_check.c.checked_at)),
                warnings=_lines(connection, WarningLine, _of(pbg_warning, case_id, pbg_warning.c.raised_at)),
                asked=_lines(connection, AskedItem, _of(pbg_correction_item, case_id, pbg_correction_item.c.raised_at)),
                rounds=_lines(connection, RoundLine, _of(pbg_correction_round, case_id, pbg_correction_round.c.round)),
                numbers=_lines(connection, NumberLine, _of(pbg_number, case_id, pbg_number.c.given_at)),
                retribution=sheets[0] if sheets else None,
                messages=messages_of(connection, case_id),
                breach=breach_of(connection, case_id),
                clock_entries=tuple(
                    (which, entry)
                    for which in CaseClock
                    for entry in self._desk.clocks.entries(connection, case_id, which)
                ),
            )


def _of(table: Table, case_id: str, order: Column[Any]) -> Select[Any]:
    return select(table).where(table.c.case_id == case_id).order_by(order)


def _documents(connection: Connection, case_id: str) -> tuple[DocumentLine, ...]:
    wanted = select(pbg_document).where(pbg_document.c.case_id == case_id, pbg_document.c.replaced_at.is_(None))
    return _lines(connection, DocumentLine, wanted.order_by(pbg_document.c.document))


def _papers(connection: Connection, case_id: str) -> tuple[PaperLine, ...]:
    wanted = select(pbg_paper).where(pbg_paper.c.case_id == case_id).order_by(pbg_paper.c.version)
    newest = {line.kind: line for line in _lines(connection, PaperLine, wanted)}
    return tuple(newest.values())


def _steps(connection: Connection, case_id: str) -> tuple[StepLine, ...]:
    wanted = (
        select(pbg_step, outbox.c.state)
        .join(outbox, outbox.c.id == pbg_step.c.outbox_id)
        .where(pbg_step.c.case_id == case_id, outbox.c.state != "refused")
    )
    return _lines(connection, StepLine, wanted.order_by(pbg_step.c.revision))


def _lines(connection: Connection, kind: type[Row], wanted: Select[Any]) -> tuple[Row, ...]:
    names = kind.__slots__  # type: ignore[attr-defined]
    return tuple(kind(**{name: row[name] for name in names}) for row in connection.execute(wanted).mappings())
