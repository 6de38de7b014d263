"""What this program asks of the treasury, whoever answers: a bill for a notice, and which payments have come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid, by the number of our payment notice. Whole rupiah; `due_at` is the last instant."""

    number: str
    amount_idr: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class OpenedBill:
    """Under which code the bill can be paid, at a bank or by QRIS."""

    payment_code: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that the treasury has confirmed. `reference` is the treasury's own and never used twice."""

    reference: str
    bill_number: str
    amount_idr: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """Payments in the treasury's order. `cursor`: where to go on; the same as before when nothing has come."""

    payments: tuple[Payment, ...]
    cursor: str


class RetributionPayment(Protocol):
    """Asks for money through one channel, and tells what has come."""

    source: str
    """Who answers, for the case file."""

    async def open_bill(self, bill: Bill, *, key: str) -> OpenedBill:
        """Have a bill opened; the same key again gives the same code and no second bill.

        Args:
            key: idempotency key, e.g. `<case id>/payment_notice/1`.

        Raises:
            KeyUsedForAnother: the key belongs to another bill.
            ConnectorFault: no usable answer; nobody knows yet whether it was opened.
        """
        ...

    async def payments_after(self, cursor: str) -> PaymentPage:
        """Payments that came after the cursor; "" for all of them.

        Raises:
            ConnectorFault: no usable answer.
        """
        ...
