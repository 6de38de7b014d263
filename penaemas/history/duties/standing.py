"""How each daily duty stands: one row each, so that a start after downtime knows what was missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select

from penaemas.history import tables
from penaemas.history.duties.schedule import last_due, pause_after
from penaemas.storage.database import Database


@dataclass(frozen=True, slots=True)
class Standing:
    """One duty.

    Args:
        done_for: the due instant that it was last done for.
        done_at: when that was; None if never.
        tried_at: of the last try that failed; None if none failed since it was last done.
        failures: in a row.
        failure: why the last try failed.
    """

    duty: str
    done_for: datetime
    done_at: datetime | None = None
    tried_at: datetime | None = None
    failures: int = 0
    failure: str | None = None

    def is_due(self, now: datetime) -> bool:
        """Missed days count as one: what is done once covers all before."""
        return self.done_for < last_due(now)

    def may_be_tried(self, now: datetime) -> bool:
        """Due, and not in the pause after a failure. A clock that was set back ends the pause."""
        if not self.is_due(now):
            return False
        return self.tried_at is None or not self.tried_at <= now < self.tried_at + pause_after(self.failures)

    def overdue_s(self, now: datetime) -> float:
        """Seconds since it fell due; 0 when it is done."""
        return (now - last_due(now)).total_seconds() if self.is_due(now) else 0.0

    def succeeded(self, due: datetime, now: datetime) -> Standing:
        """Done for this due instant."""
        return Standing(self.duty, due, now)

    def failed(self, reason: str, now: datetime) -> Standing:
        """Tried in vain."""
        return replace(self, tried_at=now, failures=self.failures + 1, failure=reason)


def read(database: Database) -> dict[str, Standing]:
    """Every duty that was ever known, by name.

    Raises:
        StorageError: the database does not answer.
    """
    with database.reading() as connection:
        return {row.duty: _standing(row) for row in connection.execute(select(tables.daily_duties))}


def write(database: Database, standing: Standing) -> None:
    """Keep it.

    Raises:
        StorageError: nothing is kept.
    """
    values = {
        "duty": standing.duty,
        "done_for_ms": _ms(standing.done_for),
        "done_at_ms": _ms(standing.done_at),
        "tried_at_ms": _ms(standing.tried_at),
        "failures": standing.failures,
        "failure": standing.failure,
    }
    duties = tables.daily_duties
    with database.transaction() as connection:
        changed = connection.execute(duties.update().where(duties.c.duty == standing.duty).values(values))
        if not changed.rowcount:
            connection.execute(duties.insert().values(values))


def _standing(row: Row[Any]) -> Standing:
    done_for = _instant(row.done_for_ms)
    assert done_for is not None  # noqa: S101 (for the type checker: the column is never null)
    return Standing(row.duty, done_for, _instant(row.done_at_ms), _instant(row.tried_at_ms), row.failures, row.failure)


def _ms(instant: datetime | None) -> int | None:
    return None if instant is None else round(instant.timestamp() * 1000)


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
