"""Who viewed or changed what, when: rows that are written before the data is shown and never changed.

The history process alone reads them, to put them into the portal's log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from penaemas.casefiles.tables import act


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `details` holds ids and routing facts, never personal values."""

    number: int
    done_at: datetime
    actor: str
    action: str
    case_id: str | None
    details: Mapping[str, str]


class Acts:
    """The office's acts, in the caller's transaction."""

    def record(
        self,
        connection: Connection,
        actor: str,
        action: str,
        at: datetime,
        *,
        case_id: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Add an act, e.g. `view_personal_data`."""
        values = {"done_at": at, "actor": actor, "action": action, "case_id": case_id, "details": dict(details or {})}
        connection.execute(insert(act).values(values))

    def after(self, connection: Connection, number: int, limit: int) -> tuple[Act, ...]:
        """Acts with a higher number, in order."""
        rows = connection.execute(select(act).where(act.c.number > number).order_by(act.c.number).limit(limit))
        return tuple(Act(**row) for row in rows.mappings())
