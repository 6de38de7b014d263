"""The audit sample: one case in twenty goes to the inspectorate, drawn so that nobody can foresee or steer it.

The key of a month is derived from the office's own key, so it is nowhere on disk; its hash is published when the month
begins, the key itself when it is over: then everybody can repeat the draw. The process of the case learns the result
only when it is about to close, and no officer of it earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.emas.desk import EmasDesk
from penaemas.casefiles.emas_tables import audit_draw, audit_period
from penaemas.licensing.audit_sample import commitment, is_drawn
from penaemas.licensing.instants import wib_date


@dataclass(frozen=True, slots=True)
class Period:
    """A month of the sample. `commitment`: SHA-256 of its key, in hexadecimal."""

    period: str
    commitment: str
    begun_at: datetime


class AuditSample:
    """Draws cases."""

    def __init__(self, desk: EmasDesk) -> None:
        self._desk = desk

    async def begin_period(self) -> Period:
        """Publish the hash of this month's key, once; the period as it was begun."""

        def begin() -> Period:
            with self._desk.database.transaction() as connection:
                return self._begun(connection)

        return await self._desk.database.run(begin)

    async def draw(self, case_id: str) -> bool:
        """Whether the case is audited; the first answer stays.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._desk.database.run(self._draw, case_id)

    async def key_of(self, period: str) -> bytes:
        """The key of a month that is over, to be published.

        Raises:
            NotAllowedNow: the month is not over; the key would tell who is drawn.
        """
        if period >= self._current():
            raise NotAllowedNow("the key is published when its month is over")
        return self._key(period)

    def _draw(self, case_id: str) -> bool:
        with self._desk.database.transaction() as connection:
            self._desk.held(connection, case_id)
            known = connection.execute(select(audit_draw.c.is_drawn).where(audit_draw.c.case_id == case_id)).scalar()
            if known is not None:
                return bool(known)
            period = self._begun(connection).period
            drawn = is_drawn(self._key(period), case_id)
            now = self._desk.clock.now()
            connection.execute(insert(audit_draw).values(case_id=case_id, period=period, is_drawn=drawn, drawn_at=now))
            return drawn

    def _begun(self, connection: Connection) -> Period:
        period = self._current()
        row = connection.execute(select(audit_period).where(audit_period.c.period == period)).first()
        if row is None:
            now, pinned = self._desk.clock.now(), commitment(self._key(period))
            connection.execute(insert(audit_period).values(period=period, commitment=pinned, begun_at=now))
            return Period(period, pinned, now)
        return Period(row.period, row.commitment, row.begun_at)

    def _current(self) -> str:
        return f"{wib_date(self._desk.clock.now()):%Y-%m}"

    def _key(self, period: str) -> bytes:
        return self._desk.vault.blind("audit sample", period)
