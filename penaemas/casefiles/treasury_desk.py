"""The office's side of the treasury: which payment notices still need a code to pay with, and how far it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from penaemas.casefiles.emas_tables import emas_fee
from penaemas.casefiles.outside_tables import payment_code, payment_cursor
from penaemas.casefiles.tables import case_file
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict


@dataclass(frozen=True, slots=True)
class NoticeWithoutCode:
    """A payment notice whose bill is not open at the treasury yet. `key` names the order, the same at each try."""

    region_code: str
    number: str
    amount_idr: int
    due_at: datetime
    key: str


class TreasuryDesk:
    """What the workers keep about bills and payments."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def notices_without_code(self, limit: int) -> tuple[NoticeWithoutCode, ...]:
        """Notices that wait for a code and can still be paid, oldest first."""
        return await self._database.run(self._without_code, limit)

    async def keep_code(self, notice_number: str, code: str) -> None:
        """The treasury has opened the bill; the first code of a notice stays."""

        def keep() -> None:
            row = {"notice_number": notice_number, "code": code, "opened_at": self._clock.now()}
            with self._database.transaction() as connection:
                connection.execute(insert(payment_code).values(row))

        try:
            await self._database.run(keep)
        except StorageConflict:
            return

    async def code_of(self, notice_number: str) -> str | None:
        """Under which code a notice can be paid; None while the treasury has not said so."""

        def read() -> str | None:
            with self._database.reading() as connection:
                here = payment_code.c.notice_number == notice_number
                return connection.execute(select(payment_code.c.code).where(here)).scalar()

        return await self._database.run(read)

    async def cursor(self, region_code: str, served_by: str) -> str:
        """How far a treasury was read; "" if never. Args: region_code: `*` for one that regions share."""

        def read() -> str:
            here = (payment_cursor.c.region_code == region_code, payment_cursor.c.served_by == served_by)
            with self._database.reading() as connection:
                return connection.execute(select(payment_cursor.c.cursor).where(*here)).scalar() or ""

        return await self._database.run(read)

    async def keep_cursor(self, region_code: str, served_by: str, cursor: str) -> None:
        """Everything up to there was taken in."""

        def keep() -> None:
            here = (payment_cursor.c.region_code == region_code, payment_cursor.c.served_by == served_by)
            row = {"region_code": region_code, "served_by": served_by, "cursor": cursor}
            with self._database.transaction() as connection:
                connection.execute(delete(payment_cursor).where(*here))
                connection.execute(insert(payment_cursor).values(row))

        await self._database.run(keep)

    def _without_code(self, limit: int) -> tuple[NoticeWithoutCode, ...]:
        open_notices = (
            select(
                emas_fee.c.case_id, emas_fee.c.number, emas_fee.c.amount_idr, emas_fee.c.due_at, case_file.c.region_code
            )
            .join(case_file, case_file.c.case_id == emas_fee.c.case_id)
            .outerjoin(payment_code, payment_code.c.notice_number == emas_fee.c.number)
            .where(payment_code.c.code.is_(None), emas_fee.c.payment_reference.is_(None))
            .where(emas_fee.c.due_at > self._clock.now(), case_file.c.closed_at.is_(None))
            .order_by(emas_fee.c.issued_at)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(open_notices).all()
        return tuple(
            NoticeWithoutCode(
                row.region_code, row.number, row.amount_idr, row.due_at, key=f"{row.case_id}/payment_notice/1"
            )
            for row in rows
        )
