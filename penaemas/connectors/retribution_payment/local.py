"""The treasury without an interface: bills are the office's own notices, payments come as a file from the treasury.

A payment that is in no file has not come; nothing here ever says that somebody has paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import column, func, insert, select, table

from penaemas.connectors.faults import KeyUsedForAnother
from penaemas.connectors.imports.columns import Column, instant, text, whole_number
from penaemas.connectors.office_tables import count_rows
from penaemas.connectors.retribution_payment.port import Bill, OpenedBill, Payment, PaymentPage
from penaemas.licensing.outside_systems import OutsideSystem
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict
from penaemas.storage.types import Instant

# The tables are the office database's, made by its migrations.
_BILLS = table(
    "opened_bill",
    column("idempotency_key"),
    column("content_digest"),
    column("bill_number"),
    column("payment_code"),
)
_PAYMENTS = table(
    "treasury_payment",
    column("number"),
    column("treasury_reference"),
    column("bill_number"),
    column("amount_idr"),
    column("paid_at", Instant),
    column("noted_at", Instant),
    column("source"),
)
_PAGE: Final = 200
_MOST_IDR: Final = 10**13


class LocalRetributionPayment:
    """Works on the office's own tables. The payment code of a bill is its own number."""

    source = "berkas kas daerah · the treasury's file"
    columns = (
        Column("treasury_reference", text(80), of_key=True),
        Column("bill_number", text(80)),
        Column("amount_idr", whole_number(0, _MOST_IDR)),
        Column("paid_at", instant),
    )

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_bill(self, bill: Bill, *, key: str) -> OpenedBill:
        """See the port."""
        try:
            return await self._database.run(self._open, bill, key)
        except StorageConflict:  # somebody opened it in this moment
            return await self._database.run(self._open, bill, key)

    async def payments_after(self, cursor: str) -> PaymentPage:
        """See the port."""
        return await self._database.run(self._payments_after, cursor)

    async def take(self, rows: Sequence[dict[str, Any]], *, source: str, at: datetime) -> None:
        """Take payments of a file; one whose reference is known stays as it is."""
        await self._database.run(self._take, rows, source, at)

    async def count(self) -> int:
        """How many payments are known."""
        return await self._database.run(count_rows, self._database, _PAYMENTS)

    def _open(self, bill: Bill, key: str) -> OpenedBill:
        digest = sha256(f"{bill.number}\0{bill.amount_idr}\0{bill.due_at.timestamp()}".encode()).digest()
        with self._database.transaction() as connection:
            known = connection.execute(select(_BILLS).where(_BILLS.c.idempotency_key == key)).first()
            if known is None:
                row = {"idempotency_key": key, "content_digest": digest, "bill_number": bill.number}
                connection.execute(insert(_BILLS).values(**row, payment_code=bill.number))
                return OpenedBill(bill.number)
        if bytes(known.content_digest) != digest:
            raise KeyUsedForAnother(OutsideSystem.RETRIBUTION_PAYMENT)
        return OpenedBill(known.payment_code)

    def _payments_after(self, cursor: str) -> PaymentPage:
        seen = int(cursor) if cursor.isascii() and cursor.isdigit() else 0
        wanted = select(_PAYMENTS).where(_PAYMENTS.c.number > seen).order_by(_PAYMENTS.c.number).limit(_PAGE)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        payments = tuple(Payment(row.treasury_reference, row.bill_number, row.amount_idr, row.paid_at) for row in rows)
        return PaymentPage(payments, str(rows[-1].number) if rows else cursor)

    def _take(self, rows: Sequence[dict[str, Any]], source: str, at: datetime) -> None:
        references = [row["treasury_reference"] for row in rows]
        with self._database.transaction() as connection:
            found = select(_PAYMENTS.c.treasury_reference).where(_PAYMENTS.c.treasury_reference.in_(references))
            known = set(connection.execute(found).scalars())
            last = connection.execute(select(func.max(_PAYMENTS.c.number))).scalar() or 0
            fresh = [row for row in rows if row["treasury_reference"] not in known]
            for number, row in enumerate(fresh, start=last + 1):
                connection.execute(insert(_PAYMENTS).values(number=number, **row, noted_at=at, source=source))
