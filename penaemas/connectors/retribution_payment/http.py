"""The treasury behind the interface of `openapi.yaml`. It was never tried against a bank's or a Bapenda's own."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from penaemas.connectors.calling.caller import Caller, ReadAnswer
from penaemas.connectors.retribution_payment.port import Bill, OpenedBill, Payment, PaymentPage

_Text = Annotated[str, Field(min_length=1, max_length=80)]


class _Opened(ReadAnswer):
    payment_code: _Text


class _Payment(ReadAnswer):
    reference: _Text
    bill_number: _Text
    amount_idr: Annotated[int, Field(ge=0)]
    paid_at: AwareDatetime


class _Page(ReadAnswer):
    payments: tuple[_Payment, ...]
    cursor: Annotated[str, Field(max_length=200)]


class HttpRetributionPayment:
    """Asks over the network."""

    source = "kas daerah lewat jaringan · the treasury, over the network"

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def open_bill(self, bill: Bill, *, key: str) -> OpenedBill:
        """See the port."""
        content = {"number": bill.number, "amount_idr": bill.amount_idr, "due_at": bill.due_at.isoformat()}
        return OpenedBill((await self._caller.order("/bills", _Opened, content=content, key=key)).payment_code)

    async def payments_after(self, cursor: str) -> PaymentPage:
        """See the port."""
        page = await self._caller.ask("/payments", _Page, after=cursor)
        payments = (Payment(one.reference, one.bill_number, one.amount_idr, one.paid_at) for one in page.payments)
        return PaymentPage(tuple(payments), page.cursor)
