"""What every port promises, on the office's own tables and over HTTP alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from penaemas.connectors.faults import KeyUsedForAnother
from penaemas.connectors.land_registry.port import LandAnswer, LandClaim, LandMatch
from penaemas.connectors.oss.port import BusinessAnswer
from penaemas.connectors.population_registry.port import IdentityAnswer
from penaemas.connectors.property_tax.port import TaxAnswer, TaxClaim, TaxMatch
from penaemas.connectors.retribution_payment.port import Bill, OpenedBill, Payment, PaymentPage
from penaemas.connectors.simbg.port import SimbgAnswer, SimbgNumbers
from penaemas.connectors.spatial_plan.port import DWELLING, PlaceAndUse, PlanAnswer, PlanFit
from penaemas.licensing.identifiers import Nib, Nik, Nop
from penaemas.licensing.outside_systems import OutsideSystem
from tests.connectors.conftest import Systems
from tests.offices import MONDAY_NINE, SUMEDANG
from tests.pbg import APPLICANT_NIK, OWNER_NIK

BUDI, ANI = Nik.parse(APPLICANT_NIK, field="nik"), Nik.parse(OWNER_NIK, field="nik")
PLOT = LandClaim("HM", "00123", "321102", "Budi Rekaan", Decimal("84.00"), "321102000100200030")
NOP = Nop.parse("321102000100200030", field="nop")
TAX = TaxClaim(NOP, "Budi Rekaan", 2025)
HOUSE = PlaceAndUse(SUMEDANG, -6.85, 107.92, DWELLING)
SQUARE = [(-6.9, 107.9), (-6.9, 108.0), (-6.8, 108.0), (-6.8, 107.9)]
NIB = Nib.parse("9120000000001", field="nib")
BILL = Bill("PENA-SMD-SKRD-2026-00001", 250_000, datetime(2026, 2, 9, 8, 0, tzinfo=UTC))


async def know(systems: Systems, system: OutsideSystem, *rows: dict[str, Any]) -> None:
    """The office takes rows into its own table."""
    await systems.tables[system].take(rows, source="uji", at=MONDAY_NINE)


async def test_empty_tables_know_nothing(systems: Systems) -> None:
    ports = systems.connectors

    assert await ports.population_registry.of(SUMEDANG).compare(BUDI, "Budi Rekaan") is IdentityAnswer.UNKNOWN
    assert await ports.land_registry.of(SUMEDANG).match(PLOT) == LandMatch(LandAnswer.UNKNOWN)
    assert await ports.property_tax.of(SUMEDANG).match(TAX) == TaxMatch(TaxAnswer.UNKNOWN)
    assert await ports.spatial_plan.of(SUMEDANG).assess(HOUSE) == PlanFit(PlanAnswer.UNKNOWN)
    assert await ports.simbg.of(SUMEDANG).compare(SimbgNumbers("PBG-1")) is SimbgAnswer.UNKNOWN
    assert await ports.oss.of(SUMEDANG).standing(NIB) is BusinessAnswer.UNKNOWN
    assert await ports.retribution_payment.of(SUMEDANG).payments_after("") == PaymentPage((), "")


async def test_a_person_is_compared_by_number_and_name(systems: Systems) -> None:
    await know(systems, OutsideSystem.POPULATION_REGISTRY, {"nik": BUDI, "full_name": "Budi Rekaan"})
    registry = systems.connectors.population_registry.of(SUMEDANG)

    assert await registry.compare(BUDI, "BUDI  rekaan") is IdentityAnswer.VERIFIED
    assert await registry.compare(BUDI, "Ani Contoh") is IdentityAnswer.MISMATCH
    assert await registry.compare(ANI, "Budi Rekaan") is IdentityAnswer.UNKNOWN


async def test_a_plot_is_compared_by_right_number_holder_and_area(systems: Systems) -> None:
    row: dict[str, Any] = {"right": "HM", "number": "00123", "sub_district": "321102", "holder_name": "Budi Rekaan"}
    row |= {"area_m2": Decimal("84"), "property_tax_number": NOP}
    await know(systems, OutsideSystem.LAND_REGISTRY, row)
    registry = systems.connectors.land_registry.of(SUMEDANG)

    assert await registry.match(PLOT) == LandMatch(LandAnswer.MATCHED)
    assert await registry.match(replace(PLOT, area_m2=Decimal("84.5"))) == LandMatch(LandAnswer.MISMATCH)
    assert await registry.match(replace(PLOT, number="00124")) == LandMatch(LandAnswer.UNKNOWN)
    assert await registry.match(replace(PLOT, right="GIRIK")) == LandMatch(LandAnswer.UNKNOWN)
    other_number = replace(PLOT, property_tax_number="321102000100200031")
    assert await registry.match(other_number) == LandMatch(LandAnswer.MATCHED, tax_number_differs=True)


@pytest.mark.parametrize(("paid_through", "paid"), [(2025, True), (2024, False), (None, None)])
async def test_a_tax_object_is_compared_by_holder_and_by_the_last_year_that_was_paid(
    systems: Systems, paid_through: int | None, paid: bool | None
) -> None:
    row = {"property_tax_number": NOP, "holder_name": "Budi Rekaan", "paid_through_year": paid_through}
    await know(systems, OutsideSystem.PROPERTY_TAX, row)
    tax = systems.connectors.property_tax.of(SUMEDANG)

    assert await tax.match(TAX) == TaxMatch(TaxAnswer.MATCHED, paid)
    assert await tax.match(replace(TAX, holder_name="Ani Contoh")) == TaxMatch(TaxAnswer.MISMATCH, paid)


async def test_the_strictest_zone_around_a_place_decides(systems: Systems) -> None:
    zone = {"region_code": SUMEDANG, "use": DWELLING, "outline": SQUARE, "basis": "RTRW uji pasal 1"}
    await know(systems, OutsideSystem.SPATIAL_PLAN, {**zone, "zone": "R-1", "answer": "allowed"})
    plan = systems.connectors.spatial_plan.of(SUMEDANG)

    assert await plan.assess(HOUSE) == PlanFit(PlanAnswer.ALLOWED, "R-1", "RTRW uji pasal 1")
    assert (await plan.assess(replace(HOUSE, latitude=-6.95))).answer is PlanAnswer.UNKNOWN
    assert (await plan.assess(replace(HOUSE, use="gudang"))).answer is PlanAnswer.UNKNOWN

    await know(systems, OutsideSystem.SPATIAL_PLAN, {**zone, "zone": "L-2", "answer": "not_allowed"})
    assert (await plan.assess(HOUSE)).answer is PlanAnswer.NOT_ALLOWED


async def test_simbgs_numbers_are_compared_as_a_pair(systems: Systems) -> None:
    row = {"registration_number": "PBG-321102-02022026-01", "permit_number": "SK-PBG-321102-02022026-001"}
    await know(systems, OutsideSystem.SIMBG, row)
    simbg = systems.connectors.simbg.of(SUMEDANG)
    registration = row["registration_number"]

    assert await simbg.compare(SimbgNumbers(registration)) is SimbgAnswer.REGISTERED
    assert await simbg.compare(SimbgNumbers(registration, row["permit_number"])) is SimbgAnswer.ISSUED
    assert await simbg.compare(SimbgNumbers(registration, "SK-PBG-lain")) is SimbgAnswer.MISMATCH
    assert await simbg.compare(SimbgNumbers("PBG-lain", row["permit_number"])) is SimbgAnswer.UNKNOWN


@pytest.mark.parametrize("standing", ["active", "inactive"])
async def test_a_business_number_is_in_force_or_not(systems: Systems, standing: str) -> None:
    await know(systems, OutsideSystem.OSS, {"nib": NIB, "standing": standing})

    assert await systems.connectors.oss.of(SUMEDANG).standing(NIB) is BusinessAnswer(standing)


async def test_a_bill_is_opened_once_for_its_key_and_the_key_is_no_other_bills(systems: Systems) -> None:
    treasury = systems.connectors.retribution_payment.of(SUMEDANG)

    first = await treasury.open_bill(BILL, key="case-1/payment_notice/1")

    assert first == await treasury.open_bill(BILL, key="case-1/payment_notice/1") == OpenedBill(BILL.number)
    with pytest.raises(KeyUsedForAnother):
        await treasury.open_bill(replace(BILL, amount_idr=1), key="case-1/payment_notice/1")


async def test_payments_are_told_in_order_from_where_the_reader_stopped(systems: Systems) -> None:
    treasury = systems.connectors.retribution_payment.of(SUMEDANG)
    rows = [
        {
            "treasury_reference": f"STS-{number}",
            "bill_number": BILL.number,
            "amount_idr": number,
            "paid_at": MONDAY_NINE,
        }
        for number in (1, 2, 3)
    ]
    await know(systems, OutsideSystem.RETRIBUTION_PAYMENT, *rows[:2])

    first = await treasury.payments_after("")
    await know(systems, OutsideSystem.RETRIBUTION_PAYMENT, *rows)
    rest = await treasury.payments_after(first.cursor)

    assert [one.reference for one in first.payments] == ["STS-1", "STS-2"]
    assert rest.payments == (Payment("STS-3", BILL.number, 3, MONDAY_NINE),)
    assert await treasury.payments_after(rest.cursor) == PaymentPage((), rest.cursor)


async def test_nothing_personal_stands_in_an_address(systems: Systems) -> None:
    ports = systems.connectors
    await ports.population_registry.of(SUMEDANG).compare(BUDI, "Budi Rekaan")
    await ports.land_registry.of(SUMEDANG).match(PLOT)
    await ports.property_tax.of(SUMEDANG).match(TAX)
    await ports.spatial_plan.of(SUMEDANG).assess(HOUSE)
    await ports.retribution_payment.of(SUMEDANG).open_bill(BILL, key="k")

    heads = "\n".join(head for server in systems.servers.values() for head in server.heads)

    assert [word for word in (APPLICANT_NIK, "Budi", "00123", NOP.reveal(), "107.92") if word in heads] == []


async def test_every_source_names_itself_in_both_languages(systems: Systems) -> None:
    sources = [systems.connectors.serving(system).of(SUMEDANG).source for system in OutsideSystem]  # type: ignore[attr-defined]

    assert len(set(sources)) == len(OutsideSystem)
    assert [source for source in sources if " · " not in source or len(source) > 200] == []


async def test_a_bill_of_another_instant_is_another_bill(systems: Systems) -> None:
    treasury = systems.connectors.retribution_payment.of(SUMEDANG)
    await treasury.open_bill(BILL, key="k")

    with pytest.raises(KeyUsedForAnother):
        await treasury.open_bill(replace(BILL, due_at=BILL.due_at + timedelta(days=1)), key="k")
