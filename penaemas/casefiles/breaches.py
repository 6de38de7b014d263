"""Broken promises: what the applicant is told and given, and the reason that an officer must state."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from penaemas.casefiles.clock_tables import compensation, promise_breach
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.casefiles.tables import case_file
from penaemas.licensing.faults import Bilingual
from penaemas.licensing.instants import WIB, wib_date
from penaemas.licensing.legal_values import LegalRow, in_force

APOLOGY = "promise_broken"


class BreachReason(StrEnum):
    """Why a promise was broken, as the officer's form offers it."""

    COUNTER_LOAD = "BEBAN_LOKET"
    OFFICER_ABSENT = "PETUGAS_TIDAK_ADA"
    OTHER_SYSTEM = "SISTEM_LAIN"
    FILE_QUALITY = "KUALITAS_BERKAS"
    TECHNICAL_AGENCY = "INSTANSI_TEKNIS"
    OTHER = "LAINNYA"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationRule(LegalRow):
    """What an applicant is given for a broken promise."""

    code: str


# The maklumat of the regions was not found; these are the practice of DPMPTSP Bontang, 13 November 2025.
COMPENSATIONS = tuple(
    CompensationRule(
        code=code,
        valid_from=date(2025, 7, 4),
        basis="Maklumat pelayanan menurut UU 25/2009; bentuknya contoh, perlu ditetapkan kantor",
        certainty="inferred",
    )
    for code in ("souvenir", "priority_on_next_visit")
)


@dataclass(frozen=True, slots=True)
class PromiseBreach:
    """A broken promise. `reason` is None until an officer has stated it."""

    due_at: datetime
    recorded_at: datetime
    new_due_at: datetime
    reason: BreachReason | None
    reason_by: str | None
    compensations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised, as the apology says it: "… was not finished within <span>". `closing` ends the letter."""

    span: Bilingual
    closing: Bilingual = Bilingual("", "")


THREE_HOURS = Promised(
    Bilingual("180 menit jam loket", "the 180 counter minutes"),
    Bilingual(" Layanan ini tetap tanpa biaya.", " The service remains free of charge."),
)


def working_days_promised(number: int) -> Promised:
    """The promise of a service standard."""
    return Promised(Bilingual(f"{number} hari kerja", f"the {number} working days"))


def record_breach(
    connection: Connection,
    case_id: str,
    due_at: datetime,
    new_due_at: datetime,
    at: datetime,
    *,
    is_finished: bool,
    promised: Promised = THREE_HOURS,
) -> bool:
    """Write the breach down, with apology and compensation; False if it was before.

    Args:
        new_due_at: the new time that the applicant is told; when it was finished, if it is.
    """
    known = select(promise_breach.c.case_id).where(promise_breach.c.case_id == case_id)
    if connection.execute(known).first() is not None:
        return False
    connection.execute(
        insert(promise_breach).values(case_id=case_id, due_at=due_at, recorded_at=at, new_due_at=new_due_at)
    )
    for rule in in_force(COMPENSATIONS, wib_date(at)):
        connection.execute(
            insert(compensation).values(case_id=case_id, code=rule.code, basis=rule.basis, recorded_at=at)
        )
    text_id, text_en = _apology(connection, case_id, new_due_at, promised, is_finished=is_finished)
    connection.execute(
        insert(outgoing_message).values(
            message_id=str(uuid.uuid4()),
            case_id=case_id,
            kind=APOLOGY,
            round="1",
            addressed_to="APPLICANT",
            text_id=text_id,
            text_en=text_en,
            state="queued",
            queued_at=at,
        )
    )
    return True


def state_reason(connection: Connection, case_id: str, reason: BreachReason, officer: str, at: datetime) -> None:
    """Keep the reason that an officer gave; a later one replaces it. The explanation itself is a personal_field.

    Raises:
        CaseUnknown: no breach is on file for the case.
    """
    stated = connection.execute(
        update(promise_breach)
        .where(promise_breach.c.case_id == case_id)
        .values(reason_code=reason.value, reason_by=officer, reason_at=at)
    )
    if stated.rowcount == 0:
        raise CaseUnknown(case_id)


def breach_of(connection: Connection, case_id: str) -> PromiseBreach | None:
    """The breach of a case, or None."""
    row = connection.execute(select(promise_breach).where(promise_breach.c.case_id == case_id)).first()
    if row is None:
        return None
    codes = select(compensation.c.code).where(compensation.c.case_id == case_id).order_by(compensation.c.code)
    reason = BreachReason(row.reason_code) if row.reason_code else None
    given = tuple(connection.execute(codes).scalars())
    return PromiseBreach(row.due_at, row.recorded_at, row.new_due_at, reason, row.reason_by, given)


def _apology(
    connection: Connection, case_id: str, new_due_at: datetime, promised: Promised, *, is_finished: bool
) -> tuple[str, str]:
    number = connection.execute(select(case_file.c.number).where(case_file.c.case_id == case_id)).scalar() or "-"
    day = f"{new_due_at.astimezone(WIB):%d-%m-%Y}"
    hour = f"{new_due_at.astimezone(WIB):%H.%M}"
    when_id = "Permohonan selesai pada" if is_finished else "Kami akan menyelesaikannya paling lambat"
    when_en = "It was finished on" if is_finished else "We will finish it by"
    return (
        f"Kami mohon maaf: permohonan {number} tidak selesai dalam {promised.span.id} yang kami janjikan. "
        f"{when_id} {day} pukul {hour} WIB.{promised.closing.id}",
        f"We apologise: application {number} was not finished within {promised.span.en} that we promised. "
        f"{when_en} {day}, {hour} WIB.{promised.closing.en}",
    )
