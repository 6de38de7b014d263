"""Each system behind HTTP, served by the very tables that answer locally."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from penaemas.connectors.bootstrap import Connectors
from penaemas.connectors.land_registry.port import LandClaim
from penaemas.connectors.property_tax.port import TaxClaim
from penaemas.connectors.retribution_payment.port import Bill
from penaemas.connectors.simbg.port import SimbgNumbers
from penaemas.connectors.spatial_plan.port import PlaceAndUse
from penaemas.licensing.identifiers import Nib, Nik, Nop
from penaemas.licensing.outside_systems import OutsideSystem
from tests.connectors.described_server import Asked, DescribedServer, description_of
from tests.offices import SUMEDANG


class OnTheOfficesTables:
    """What each operation of the descriptions does, on the local implementations."""

    def __init__(self, local: Connectors) -> None:
        self._local = local

    def server(self, system: OutsideSystem) -> DescribedServer:
        """A system that answers as described."""
        operations: dict[OutsideSystem, dict[str, Callable[[Asked], Awaitable[Any]]]] = {
            OutsideSystem.POPULATION_REGISTRY: {"compare": self._compare_person},
            OutsideSystem.LAND_REGISTRY: {"match": self._match_land},
            OutsideSystem.PROPERTY_TAX: {"match": self._match_tax},
            OutsideSystem.SPATIAL_PLAN: {"assess": self._assess},
            OutsideSystem.SIMBG: {"compare": self._compare_numbers},
            OutsideSystem.OSS: {"standing": self._standing},
            OutsideSystem.RETRIBUTION_PAYMENT: {"openBill": self._open_bill, "paymentsAfter": self._payments},
        }
        return DescribedServer(description_of(system), {"health": self._health, **operations[system]})

    async def _health(self, asked: Asked) -> Any:
        return {"status": "ok"}

    async def _compare_person(self, asked: Asked) -> Any:
        registry = self._local.population_registry.of(SUMEDANG)
        nik = Nik.parse(asked.body["nik"], field="nik")
        return {"answer": (await registry.compare(nik, asked.body["full_name"])).value}

    async def _match_land(self, asked: Asked) -> Any:
        claim = LandClaim(**{**asked.body, "area_m2": Decimal(asked.body["area_m2"])})
        found = await self._local.land_registry.of(SUMEDANG).match(claim)
        return {"answer": found.answer.value, "tax_number_differs": found.tax_number_differs}

    async def _match_tax(self, asked: Asked) -> Any:
        number = Nop.parse(asked.body["property_tax_number"], field="property_tax_number")
        claim = TaxClaim(number, asked.body["holder_name"], asked.body["year"])
        found = await self._local.property_tax.of(SUMEDANG).match(claim)
        return {"answer": found.answer.value, "paid": found.paid}

    async def _assess(self, asked: Asked) -> Any:
        found = await self._local.spatial_plan.of(SUMEDANG).assess(PlaceAndUse(**asked.body))
        return {"answer": found.answer.value, "zone": found.zone, "basis": found.basis}

    async def _compare_numbers(self, asked: Asked) -> Any:
        numbers = SimbgNumbers(asked.body["registration_number"], asked.body["permit_number"])
        return {"answer": (await self._local.simbg.of(SUMEDANG).compare(numbers)).value}

    async def _standing(self, asked: Asked) -> Any:
        return {
            "answer": (await self._local.oss.of(SUMEDANG).standing(Nib.parse(asked.body["nib"], field="nib"))).value
        }

    async def _open_bill(self, asked: Asked) -> Any:
        bill = Bill(asked.body["number"], asked.body["amount_idr"], datetime.fromisoformat(asked.body["due_at"]))
        opened = await self._local.retribution_payment.of(SUMEDANG).open_bill(bill, key=asked.key)
        return {"payment_code": opened.payment_code}

    async def _payments(self, asked: Asked) -> Any:
        page = await self._local.retribution_payment.of(SUMEDANG).payments_after(asked.query["after"])
        payments = [
            {
                "reference": one.reference,
                "bill_number": one.bill_number,
                "amount_idr": one.amount_idr,
                "paid_at": one.paid_at.isoformat(),
            }
            for one in page.payments
        ]
        return {"payments": payments, "cursor": page.cursor}
