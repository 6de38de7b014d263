"""`POST /payments` on the workers' port: the treasury tells of a payment. The form is the webhook of
`connectors/retribution_payment/openapi.yaml`.

The port listens on the loopback; a reverse proxy of the office lets the treasury in.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Annotated, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from penaemas.casefiles.payments import PaymentOutcome, Payments, ToldPayment
from penaemas.observability.ops_server import Request, Response
from penaemas.storage.errors import StorageUnavailable

_Text = Annotated[str, Field(min_length=1, max_length=80)]


class _Notice(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)

    reference: _Text
    bill_number: _Text
    amount_idr: Annotated[int, Field(ge=0)]
    paid_at: AwareDatetime


class Sender(Protocol):
    """Who sends what a payment has queued."""

    def wake(self) -> None:
        """Look into the outbox now."""
        ...


class PaymentCallback:
    """Takes one payment for each request."""

    def __init__(self, payments: Payments, token: SecretStr, sender: Sender) -> None:
        self._payments = payments
        self._expected = f"Bearer {token.get_secret_value()}".encode()
        self._sender = sender

    async def route(self, request: Request) -> Response:
        """200: on record, now or before. 202: on record, for a person to look at. 503: tell it again."""
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), self._expected):
            return _problem(HTTPStatus.UNAUTHORIZED, "the token is missing or wrong")
        try:
            notice = _Notice.model_validate_json(request.body)
        except ValidationError as wrong:
            fields = sorted({str(error["loc"][0]) for error in wrong.errors() if error["loc"]}) or ["the body"]
            return _problem(HTTPStatus.BAD_REQUEST, f"not as the description says: {', '.join(fields)}")
        told = ToldPayment(notice.reference, notice.bill_number, notice.amount_idr, notice.paid_at, "callback")
        try:
            verdict = await self._payments.take(told)
        except StorageUnavailable:
            return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "the office's database is away; tell it again")
        self._sender.wake()
        if verdict.outcome is PaymentOutcome.SET_ASIDE:
            return Response.json(HTTPStatus.ACCEPTED, {"outcome": "set_aside", "reason": verdict.reason})
        return Response.json(HTTPStatus.OK, {"outcome": "taken"})


def _problem(status: HTTPStatus, title: str) -> Response:
    return Response.json(status, {"title": title, "status": int(status)})
