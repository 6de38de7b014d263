"""Goes to the treasury again and again: has bills opened for new payment notices, and takes in what was paid.

Both may be broken off at any line. A bill is ordered with the same key until its code is on record; a payment is told
again until the cursor has passed it, and counts once.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from penaemas.casefiles.payments import Payments, ToldPayment
from penaemas.casefiles.treasury_desk import NoticeWithoutCode, TreasuryDesk
from penaemas.casefiles.watched_outages import WatchedOutages
from penaemas.connectors.bootstrap import Connectors
from penaemas.connectors.faults import ConnectorFault, SystemRefuses
from penaemas.connectors.retribution_payment.port import Bill, RetributionPayment
from penaemas.storage.errors import StorageUnavailable

log = structlog.get_logger(__name__)

_GOES_EVERY_S: Final = 10.0
_BILLS_A_ROUND: Final = 100
_CHANNEL: Final = {"http": "poll", "local": "file"}


class TreasuryRounds:
    """The errands to the treasury of every region."""

    def __init__(self, desk: TreasuryDesk, payments: Payments, connectors: Connectors, outages: WatchedOutages) -> None:
        self._desk = desk
        self._payments = payments
        self._connectors = connectors
        self._outages = outages

    async def run(self) -> None:
        """Go again and again, until cancelled. A database that is away is waited for."""
        while True:
            try:
                await self.open_bills()
                await self.take_payments()
            except StorageUnavailable:
                log.info("treasury_round_waits_for_the_database")
            await asyncio.sleep(_GOES_EVERY_S)

    async def open_bills(self) -> None:
        """Have a bill opened for each notice that has none."""
        for notice in await self._desk.notices_without_code(_BILLS_A_ROUND):
            await self._open(notice)

    async def take_payments(self) -> None:
        """Take in what came since the last time, treasury by treasury; several regions may share one."""
        sharing: dict[tuple[str, str], list[str]] = {}
        for region_code, region in tuple(self._connectors.regions.items()):
            served_by = region.systems.retribution_payment.served_by
            place = self._connectors.retribution_payment.place_of(region_code)
            sharing.setdefault((place, served_by), []).append(region_code)
        for (place, implementation), region_codes in sharing.items():
            try:
                await self._take_from(self._connectors.retribution_payment.of(region_codes[0]), place, implementation)
            except ConnectorFault as fault:
                for region_code in region_codes:
                    await self._outages.begin(region_code, fault.system, fault.cause.value)

    async def _take_from(self, treasury: RetributionPayment, place: str, served_by: str) -> None:
        cursor = await self._desk.cursor(place, served_by)
        while True:
            page = await treasury.payments_after(cursor)
            for one in page.payments:
                told = ToldPayment(one.reference, one.bill_number, one.amount_idr, one.paid_at, _CHANNEL[served_by])
                await self._payments.take(told)
            if page.cursor == cursor:
                return
            cursor = page.cursor
            await self._desk.keep_cursor(place, served_by, cursor)

    async def _open(self, notice: NoticeWithoutCode) -> None:
        treasury = self._connectors.retribution_payment.of(notice.region_code)
        bill = Bill(notice.number, notice.amount_idr, notice.due_at)
        try:
            opened = await treasury.open_bill(bill, key=notice.key)
        except SystemRefuses as refusal:
            # Of this bill alone: the others may be taken. It is tried again each round, and the metric shows it.
            log.error("bill_refused", notice=notice.number, status=refusal.status)
        except ConnectorFault as fault:
            await self._outages.begin(notice.region_code, fault.system, fault.cause.value)
        else:
            await self._desk.keep_code(notice.number, opened.payment_code)
