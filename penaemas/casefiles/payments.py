"""Payments that the treasury tells of, each counted once by the treasury's own reference.

However often, by whichever way and after whichever crash one is told: it moves its case once. What fits no open notice
is set aside for a person, with the reason; the treasury has to pay it back or say which notice was meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import insert, select

from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.emas.fees import Fees
from penaemas.casefiles.emas_tables import emas_fee
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.outside_tables import told_payment
from penaemas.licensing.clock import Clock
from penaemas.observability.metrics import PAYMENTS_TAKEN_TOTAL
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict

log = structlog.get_logger(__name__)

TREASURY = "treasury"
"""Who records a payment that no officer entered."""


class PaymentOutcome(StrEnum):
    """What became of a payment that was told."""

    TAKEN = "taken"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class ToldPayment:
    """A payment as it was told. `channel`: `callback`, `poll` or `file`."""

    reference: str
    bill_number: str
    amount_idr: int
    paid_at: datetime
    channel: str


@dataclass(frozen=True, slots=True)
class PaymentVerdict:
    """What became of it. `reason` is empty unless it was set aside; `told_before`: it was no news."""

    outcome: PaymentOutcome
    reason: str = ""
    told_before: bool = False


class Payments:
    """Takes payments in."""

    def __init__(self, database: Database, fees: Fees, clock: Clock) -> None:
        self._database = database
        self._fees = fees
        self._clock = clock

    async def take(self, payment: ToldPayment) -> PaymentVerdict:
        """Record a payment and let its case go on; told again, the first verdict stands.

        A worker that dies on the way leaves either nothing, or the payment recorded with its case: telling it again
        then records the verdict and no second payment.
        """
        known = await self._database.run(self._verdict_on, payment)
        if known is not None:
            return known
        verdict = await self._recorded(payment)
        try:
            await self._database.run(self._keep, payment, verdict)
        except StorageConflict:  # told twice in one moment
            return await self._database.run(self._verdict_on, payment) or verdict
        PAYMENTS_TAKEN_TOTAL.labels(outcome=verdict.outcome.value).inc()
        if verdict.outcome is PaymentOutcome.SET_ASIDE:
            log.warning("payment_set_aside", treasury_reference=payment.reference, reason=verdict.reason)
        return verdict

    async def set_aside(self) -> tuple[tuple[ToldPayment, str], ...]:
        """Payments that a person has to look at, with the reason, oldest first."""

        def read() -> tuple[tuple[ToldPayment, str], ...]:
            wanted = select(told_payment).where(told_payment.c.outcome == PaymentOutcome.SET_ASIDE.value)
            with self._database.reading() as connection:
                rows = connection.execute(wanted.order_by(told_payment.c.told_at)).all()
            return tuple(
                (
                    ToldPayment(row.treasury_reference, row.bill_number, row.amount_idr, row.paid_at, row.channel),
                    row.reason,
                )
                for row in rows
            )

        return await self._database.run(read)

    async def _recorded(self, payment: ToldPayment) -> PaymentVerdict:
        case_id, paid_by = await self._database.run(self._notice, payment.bill_number)
        if case_id is None:
            return PaymentVerdict(PaymentOutcome.SET_ASIDE, "no payment notice has this number")
        if paid_by == payment.reference:
            # It was recorded, and whoever did it died before the verdict was kept. The case may be over since.
            return PaymentVerdict(PaymentOutcome.TAKEN)
        try:
            await self._fees.record_payment(
                case_id,
                reference=payment.reference,
                amount_idr=payment.amount_idr,
                paid_at=payment.paid_at,
                by=TREASURY,
            )
        except EntryFaulty as faulty:
            faults = "; ".join(f"{fault.field} {fault.rule}" for fault in faulty.faults)
            return PaymentVerdict(PaymentOutcome.SET_ASIDE, faults)
        except NotAllowedNow as refusal:
            return PaymentVerdict(PaymentOutcome.SET_ASIDE, str(refusal))
        return PaymentVerdict(PaymentOutcome.TAKEN)

    def _notice(self, bill_number: str) -> tuple[str | None, str | None]:
        """The case of a notice, and the reference by which it was paid."""
        wanted = select(emas_fee.c.case_id, emas_fee.c.payment_reference).where(emas_fee.c.number == bill_number)
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        return (None, None) if row is None else (row.case_id, row.payment_reference)

    def _verdict_on(self, payment: ToldPayment) -> PaymentVerdict | None:
        here = told_payment.c.treasury_reference == payment.reference
        with self._database.reading() as connection:
            row = connection.execute(select(told_payment).where(here)).first()
        if row is None:
            return None
        if (row.bill_number, row.amount_idr) != (payment.bill_number, payment.amount_idr):
            log.error("payment_reference_used_twice", treasury_reference=payment.reference)
            reason = "the treasury has used this reference for another payment"
            return PaymentVerdict(PaymentOutcome.SET_ASIDE, reason, told_before=True)
        return PaymentVerdict(PaymentOutcome(row.outcome), row.reason, told_before=True)

    def _keep(self, payment: ToldPayment, verdict: PaymentVerdict) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                insert(told_payment).values(
                    treasury_reference=payment.reference,
                    bill_number=payment.bill_number,
                    amount_idr=payment.amount_idr,
                    paid_at=payment.paid_at,
                    channel=payment.channel,
                    outcome=verdict.outcome.value,
                    reason=verdict.reason,
                    told_at=self._clock.now(),
                )
            )
