"""Which way an application takes; every fault reported, the first kind decides."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from penaemas.licensing.eligibility import ApplicationFacts, Way, assess
from penaemas.licensing.legal_values import HouseKind
from penaemas.licensing.required_documents import (
    Document,
    DocumentFacts,
    TechnicalRoute,
    required_documents,
    technical_route,
)

DAY = date(2026, 11, 23)
PROTOTYPE = DocumentFacts(
    uses_prototype=True,
    owner_is_applicant=True,
    land_holder_is_owner=True,
    neighbours_consent_required=False,
    spatial_statement_made_at_counter=True,
)
BASIC = ["KTP", "KK", "BUKTI_PENGHASILAN", "BUKTI_TANAH"]
DRAWINGS = ["DENAH", "TAMPAK", "POTONGAN", "GAMBAR_FONDASI", "GAMBAR_ATAP"]

SMALL_HOUSE = ApplicationFacts(
    application_day=DAY,
    regency="32.11",
    building_regency="32.11",
    income_within_ceiling=True,
    house_kind=HouseKind.PUBLIC_HOUSING,
    floor_area_m2=Decimal(36),
    storeys=1,
    land_area_m2=Decimal(72),
    prototype_code="T36-1",
    documents=PROTOTYPE,
    documents_brought=frozenset(Document),
    consents_to_data_processing=True,
    declares_truth=True,
    has_running_case_for_land_and_owner=False,
    has_issued_permit_on_land=False,
    owns_a_house_already=False,
    lies_in_bounding_box=True,
)


def test_a_small_house_of_a_low_income_household_takes_the_three_hour_way() -> None:
    assessment = assess(SMALL_HOUSE)
    assert (assessment.way, assessment.faults, assessment.warnings) == (Way.ELIGIBLE, (), ())


@pytest.mark.parametrize(
    ("change", "way", "rule"),
    [
        ({"floor_area_m2": Decimal(0)}, Way.INVALID, "not_positive"),
        ({"land_area_m2": Decimal(0)}, Way.INVALID, "not_positive"),
        ({"storeys": 0}, Way.INVALID, "not_positive"),
        ({"land_area_m2": Decimal("35.99")}, Way.INVALID, "land_smaller_than_house"),
        ({"prototype_code": "T45-1"}, Way.INVALID, "prototype_unknown"),
        ({"consents_to_data_processing": False}, Way.INVALID, "statement_missing"),
        ({"declares_truth": False}, Way.INVALID, "statement_missing"),
        ({"income_within_ceiling": None}, Way.INVALID, "no_income_table"),
        ({"building_regency": "32.12"}, Way.WRONG_REGION, "building_outside_region"),
        ({"has_running_case_for_land_and_owner": True}, Way.DUPLICATE, "running_case_exists"),
        ({"income_within_ceiling": False}, Way.ORDINARY_PBG, "income_above_ceiling"),
        ({"floor_area_m2": Decimal("36.01")}, Way.ORDINARY_PBG, "floor_area_above_limit"),
        ({"storeys": 3}, Way.ORDINARY_PBG, "storeys_above_limit"),
        ({"documents_brought": set(Document) - {Document.IDENTITY_CARD}}, Way.INCOMPLETE, "document_missing"),
    ],
)
def test_one_fault_decides_the_way(change: dict[str, Any], way: Way, rule: str) -> None:
    assessment = assess(replace(SMALL_HOUSE, **change))
    assert assessment.way is way
    assert [fault.rule for _, fault in assessment.faults] == [rule]


@pytest.mark.parametrize(
    ("kind", "area", "way"),
    [
        (HouseKind.PUBLIC_HOUSING, "36.00", Way.ELIGIBLE),
        (HouseKind.PUBLIC_HOUSING, "36.01", Way.ORDINARY_PBG),
        (HouseKind.SELF_BUILT, "48.00", Way.ELIGIBLE),
        (HouseKind.SELF_BUILT, "48.01", Way.ORDINARY_PBG),
    ],
)
def test_the_floor_area_limit_is_inclusive(kind: HouseKind, area: str, way: Way) -> None:
    house = replace(SMALL_HOUSE, house_kind=kind, floor_area_m2=Decimal(area))
    assert assess(house).way is way


def test_two_storeys_need_half_the_land() -> None:
    assert assess(replace(SMALL_HOUSE, storeys=2, land_area_m2=Decimal(18))).way is Way.ELIGIBLE


def test_every_fault_is_reported_and_the_first_kind_decides() -> None:
    bad = replace(
        SMALL_HOUSE,
        declares_truth=False,
        building_regency="18.01",
        has_running_case_for_land_and_owner=True,
        income_within_ceiling=False,
        documents_brought=frozenset(set(Document) - {Document.SITE_PHOTO}),
    )
    assessment = assess(bad)
    ways = [way for way, _ in assessment.faults]
    assert ways == [Way.INVALID, Way.WRONG_REGION, Way.DUPLICATE, Way.ORDINARY_PBG, Way.INCOMPLETE]
    assert assessment.way is Way.INVALID


def test_what_is_only_odd_is_a_warning() -> None:
    odd = replace(SMALL_HOUSE, owns_a_house_already=True, has_issued_permit_on_land=True, lies_in_bounding_box=False)
    assessment = assess(odd)
    assert assessment.way is Way.ELIGIBLE
    assert [w.rule for w in assessment.warnings] == ["owns_a_house", "permit_issued_before", "outside_bounding_box"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, [*BASIC, "PILIHAN_PROTOTIPE", "FOTO_LOKASI"]),
        ({"uses_prototype": False}, [*BASIC, *DRAWINGS, "FOTO_LOKASI"]),
        ({"owner_is_applicant": False}, [*BASIC, "PILIHAN_PROTOTIPE", "FOTO_LOKASI", "SURAT_KUASA"]),
        ({"land_holder_is_owner": False}, [*BASIC, "PILIHAN_PROTOTIPE", "FOTO_LOKASI", "IZIN_PEMANFAATAN_TANAH"]),
        ({"neighbours_consent_required": True}, [*BASIC, "PERSETUJUAN_TETANGGA", "PILIHAN_PROTOTIPE", "FOTO_LOKASI"]),
        ({"spatial_statement_made_at_counter": False}, [*BASIC, "KRK", "PILIHAN_PROTOTIPE", "FOTO_LOKASI"]),
    ],
)
def test_the_checklist_follows_the_facts(change: dict[str, bool], expected: list[str]) -> None:
    assert [str(document) for document in required_documents(replace(PROTOTYPE, **change))] == expected


@pytest.mark.parametrize(
    ("code", "area", "storeys", "day", "route"),
    [
        ("T36-3", "36", 1, DAY, TechnicalRoute.SHORT),
        ("T22-1", "22", 1, DAY, TechnicalRoute.SHORT),
        (None, "36", 1, DAY, TechnicalRoute.FULL),
        ("T36-3", "72", 1, DAY, TechnicalRoute.SHORT),
        ("T36-3", "72.01", 1, DAY, TechnicalRoute.FULL),
        ("T36-3", "90", 2, DAY, TechnicalRoute.SHORT),
        ("T36-3", "90.01", 2, DAY, TechnicalRoute.FULL),
        ("T36-3", "36", 3, DAY, TechnicalRoute.FULL),
        ("T36-4", "36", 1, DAY, TechnicalRoute.FULL),
        ("T36-3", "36", 1, date(2024, 10, 17), TechnicalRoute.FULL),
        ("T36-3", "36", 1, date(2024, 10, 18), TechnicalRoute.SHORT),
    ],
)
def test_only_a_standard_design_in_force_takes_the_short_route(
    code: str | None, area: str, storeys: int, day: date, route: TechnicalRoute
) -> None:
    assert technical_route(code, Decimal(area), storeys, day) is route


@pytest.mark.parametrize("code", ["T22-1", "T30-1", "T30-2", "T32-1", "T32-2", "T36-1", "T36-2", "T36-3"])
def test_the_eight_designs_of_2947_kpts_m_2024_are_known(code: str) -> None:
    assert technical_route(code, Decimal(36), 1, DAY) is TechnicalRoute.SHORT
