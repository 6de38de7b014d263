"""Case files as lists and pages show them: nothing personal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, func, or_, select

from penaemas.casefiles.emas_tables import emas_application
from penaemas.casefiles.pbg_tables import pbg_application
from penaemas.casefiles.tables import case_file, information_request
from penaemas.storage.database import Database


@dataclass(frozen=True, slots=True)
class CaseOverview:
    """One case file. `number` is None until the request is registered; `answer_decision` says how it ended."""

    case_id: str
    number: str | None
    process_id: str
    region_code: str
    received_at: datetime
    answer_due_at: datetime | None
    extended_at: datetime | None
    answer_decision: str | None
    closed_at: datetime | None


_WANTED = select(
    case_file.c.case_id,
    case_file.c.number,
    case_file.c.process_id,
    case_file.c.region_code,
    case_file.c.received_at,
    information_request.c.answer_due_at,
    information_request.c.extended_at,
    # How it ended, in the words of its process.
    func.coalesce(information_request.c.answer_decision, pbg_application.c.outcome, emas_application.c.outcome).label(
        "answer_decision"
    ),
    case_file.c.closed_at,
).select_from(case_file.outerjoin(information_request).outerjoin(pbg_application).outerjoin(emas_application))


def find_case(database: Database, number_or_case_id: str) -> CaseOverview | None:
    """The case with this number or id, or None."""
    matches = or_(case_file.c.number == number_or_case_id, case_file.c.case_id == number_or_case_id)
    with database.reading() as connection:
        row = connection.execute(_WANTED.where(matches)).mappings().first()
    return _overview(row) if row else None


def cases_of(database: Database, case_ids: Collection[str]) -> tuple[CaseOverview, ...]:
    """These cases, newest first."""
    with database.reading() as connection:
        wanted = _WANTED.where(case_file.c.case_id.in_(case_ids)).order_by(case_file.c.received_at.desc())
        return tuple(_overview(row) for row in connection.execute(wanted).mappings())


def latest_cases(database: Database, limit: int) -> tuple[CaseOverview, ...]:
    """The cases received last, newest first."""
    with database.reading() as connection:
        rows = connection.execute(_WANTED.order_by(case_file.c.received_at.desc()).limit(limit)).mappings().all()
    return tuple(_overview(row) for row in rows)


def _overview(row: RowMapping) -> CaseOverview:
    return CaseOverview(**row)
