"""The fee of a licence: computed by the tariff of the application's day, asked for once, paid through one channel.

While the applicant pays, the clock stands. What is recorded is a payment that the treasury has confirmed, with its
reference and in full; nobody takes money at a counter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from penaemas.casefiles.case_records import NotAllowedNow, StepMissing
from penaemas.casefiles.clock_ledger import Ground
from penaemas.casefiles.commitments import commit
from penaemas.casefiles.emas.desk import STANDARD_BASIS, SYSTEM, EmasDesk
from penaemas.casefiles.emas_tables import emas_fee
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.numbering import next_number
from penaemas.casefiles.outbox import PublishMessage
from penaemas.licensing.instants import wib_date
from penaemas.storage.errors import StorageConflict

PAYMENT_MESSAGE = "office.pena_emas_payment_received"
PAYMENT_REFERENCE = "payment"
PAUSE_BASIS = f"{STANDARD_BASIS}: jam tidak berjalan selama menunggu pembayaran"


@dataclass(frozen=True, slots=True)
class FeeSheet:
    """A computed fee in whole rupiah. `is_example`: the tariff is no rule of the region, and papers say so."""

    amount_idr: int
    basis: str
    is_example: bool
    factors: dict[str, str]


@dataclass(frozen=True, slots=True)
class PaymentNotice:
    """What the applicant is asked to pay, until when, and the commitments of notice and pause."""

    number: str
    amount_idr: int
    due_at: datetime
    clock_commitments: tuple[str, ...]
    commitment: str


class Fees:
    """Fees of cases."""

    def __init__(self, desk: EmasDesk) -> None:
        self._desk = desk

    async def calculate(self, case_id: str) -> FeeSheet | None:
        """The fee of a case by the tariff of its day; None if the licence has none.

        Raises:
            CaseUnknown: there is no such case.
            StepMissing: no tariff is in force on that day.
        """

        def read() -> FeeSheet | None:
            with self._desk.database.reading() as connection:
                case = self._desk.seen(connection, case_id)
                return self._sheet(case, self._desk.application(connection, case).answers)

        return await self._desk.database.run(read)

    async def issue_notice(self, case_id: str) -> PaymentNotice:
        """Number the payment notice and let the clock stand; asked again, the first notice is returned.

        Raises:
            CaseUnknown: there is no such case.
            StepMissing: this licence has no fee, or no tariff is in force.
        """
        return await self._desk.database.run(self._issue, case_id)

    async def record_payment(
        self, case_id: str, *, reference: str, amount_idr: int, paid_at: datetime, by: str
    ) -> None:
        """A payment that the treasury has confirmed; tells the process. The same reference again changes nothing.

        Raises:
            CaseUnknown: there is no such case.
            EntryFaulty: another amount, an instant in the future, or a reference of another case.
            NotAllowedNow: nothing is to be paid, it is paid already, or its time is over.
        """
        fault = EntryFaulty(Fault("payment_reference", "belongs to another payment", "copy it from the treasury"))
        try:
            await self._desk.database.run(self._record, case_id, reference.strip(), amount_idr, paid_at, by)
        except StorageConflict:
            raise fault from None

    async def receive_payment(self, case_id: str) -> tuple[str, ...]:
        """The clock goes on from the instant of the payment; its commitments.

        Raises:
            CaseUnknown: there is no such case.
            StepMissing: no payment is on file.
        """
        return await self._desk.database.run(self._receive, case_id)

    async def fee_of(self, case_id: str) -> RowMapping | None:
        """The notice of a case and what became of it."""

        def read() -> RowMapping | None:
            with self._desk.database.reading() as connection:
                return connection.execute(select(emas_fee).where(emas_fee.c.case_id == case_id)).mappings().first()

        return await self._desk.database.run(read)

    def _sheet(self, case: RowMapping, answers: dict[str, str]) -> FeeSheet | None:
        standard = self._desk.standard(case)
        if standard.fee is None:
            return None
        tariff = standard.tariff_on(case["application_date"])
        if tariff is None:
            raise StepMissing
        amount = standard.fee_idr(answers, tariff)
        factors = {name: answers[name] for name in standard.fee.factors} | {"unit_idr": str(tariff.unit_idr)}
        return FeeSheet(amount, tariff.basis, tariff.is_example, factors)

    def _issue(self, case_id: str) -> PaymentNotice:
        desk = self._desk
        with desk.database.transaction() as connection:
            case, now = desk.held(connection, case_id), desk.clock.now()
            known = connection.execute(select(emas_fee).where(emas_fee.c.case_id == case_id)).mappings().first()
            if known is None:
                sheet, fee = self._sheet(case, desk.application(connection, case).answers), desk.standard(case).fee
                if sheet is None or fee is None:
                    raise StepMissing
                calendar = desk.calendars.of(case["region_code"], "counter")
                register = f"{desk.regions[case['region_code']].numbering.case_prefix}-SKRD-{wib_date(now).year}"
                connection.execute(
                    insert(emas_fee).values(
                        case_id=case_id,
                        number=f"{register}-{next_number(connection, register):05d}",
                        amount_idr=sheet.amount_idr,
                        basis=sheet.basis,
                        is_example=sheet.is_example,
                        sheet=sheet.factors,
                        issued_at=now,
                        due_at=calendar.closing_of_working_day(now, fee.payment_working_days),
                    )
                )
                known = connection.execute(select(emas_fee).where(emas_fee.c.case_id == case_id)).mappings().one()
            ground = Ground("menunggu pembayaran pemohon", SYSTEM, PAUSE_BASIS, PAYMENT_REFERENCE)
            paused = desk.clocks.pause(connection, case_id, known["issued_at"], ground)
            content = {"number": known["number"], "amount_idr": str(known["amount_idr"])} | dict(known["sheet"])
            pinned = commit(connection, case_id, "payment_notice", 1, content, known["issued_at"])
            return PaymentNotice(known["number"], known["amount_idr"], known["due_at"], paused, pinned)

    def _record(self, case_id: str, reference: str, amount_idr: int, paid_at: datetime, by: str) -> None:
        desk = self._desk
        with desk.database.transaction() as connection:
            case, now = desk.held(connection, case_id), desk.clock.now()
            fee = connection.execute(select(emas_fee).where(emas_fee.c.case_id == case_id)).mappings().first()
            if fee is None or case["closed_at"] is not None or case["withdrawn_at"] is not None:
                raise NotAllowedNow("nothing is to be paid in this case")
            if fee["payment_reference"] == reference:
                return
            if fee["payment_reference"] is not None:
                raise NotAllowedNow("it is paid already, with another reference; the treasury has to pay one back")
            if now > fee["due_at"]:
                raise NotAllowedNow("the time for the payment is over; the treasury has to pay it back")
            faults = []
            if not reference:
                faults.append(Fault("payment_reference", "is required", "copy it from the treasury"))
            if amount_idr != fee["amount_idr"]:
                faults.append(Fault("amount_idr", "is not the amount of the notice", "pay it in full, in one payment"))
            if not fee["issued_at"] <= paid_at <= now:
                faults.append(Fault("paid_at", "lies before the notice or in the future", "copy it from the treasury"))
            if faults:
                raise EntryFaulty(*faults)
            paid = {"payment_reference": reference, "paid_at": paid_at, "recorded_at": now, "recorded_by": by}
            connection.execute(update(emas_fee).where(emas_fee.c.case_id == case_id).values(**paid))
            message = PublishMessage(message_name=PAYMENT_MESSAGE, correlation_key=case_id)
            desk.outbox.add(connection, case_id, message, by=by)
            desk.acts.record(connection, by, "record_payment", now, case_id=case_id, details={"reference": reference})

    def _receive(self, case_id: str) -> tuple[str, ...]:
        desk = self._desk
        with desk.database.transaction() as connection:
            desk.held(connection, case_id)
            wanted = select(emas_fee.c.paid_at).where(emas_fee.c.case_id == case_id)
            paid_at: datetime | None = connection.execute(wanted).scalar()
            if paid_at is None:
                raise StepMissing
            # The applicant has acted at the payment: from then on the office has the file again.
            ground = Ground("pembayaran diterima", SYSTEM, PAUSE_BASIS, PAYMENT_REFERENCE)
            return desk.clocks.resume(connection, case_id, paid_at, ground)
