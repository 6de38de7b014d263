"""The decisions of PBG MBR 3 Jam on the real engine: every row once, with expectations typed in from the law."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from penaemas.zeebe.engine_answers import Resource
from penaemas.zeebe.models_on_disk import DMN
from tests.models.decision_engine import DecisionEngine

DECISIONS: Final = Path(__file__).parents[2] / "bpmn" / "decisions"
TODAY: Final = "2026-11-23"
NOT_RULED: Final = None

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass(frozen=True)
class Case:
    """What is asked, what must come out, and by which rows (the last part of their ids)."""

    decision: str
    facts: dict[str, Any]
    result: object
    rows: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.decision}: {'+'.join(self.rows) or 'no row'}"


def income(zone: int, day: str, unmarried: int | None, married: int | None, *rows: str) -> Case:
    """The Tapera column equals the married one in every zone."""
    result = {"unmarried_idr": unmarried, "married_idr": married, "tapera_idr": married} if unmarried else NOT_RULED
    return Case("pbg_mbr_income_ceiling", {"income_zone": zone, "application_date": day}, result, rows)


# Permen PKP 5/2025, in force from 22 April 2025.
INCOME = (
    income(1, TODAY, 8_500_000, 10_000_000, "Zone1From20250422"),
    income(2, TODAY, 9_000_000, 11_000_000, "Zone2From20250422"),
    income(3, TODAY, 10_500_000, 12_000_000, "Zone3From20250422"),
    income(4, TODAY, 12_000_000, 14_000_000, "Zone4From20250422"),
    income(1, "2025-04-22", 8_500_000, 10_000_000, "Zone1From20250422"),
    income(1, "2025-04-21", None, None),
    income(5, TODAY, None, None),
)


def house(kind: str, day: str, area: int | None, *rows: str) -> Case:
    result = {"max_floor_area_m2": area, "max_storeys": 2} if area else NOT_RULED
    return Case("pbg_mbr_house_limits", {"house_kind": kind, "application_date": day}, result, rows)


# Kepmen PUPR 22/KPTS/M/2023: 36 m² public housing, 48 m² self-built.
HOUSE = (
    house("RUMAH_UMUM", TODAY, 36, "PublicHousingFrom20250422"),
    house("SWADAYA", TODAY, 48, "SelfBuiltFrom20250422"),
    house("SWADAYA", "2025-04-21", None),
    house("RUKO", TODAY, None),
)

ALWAYS = ("Ktp", "Kk", "IncomeProof", "LandProof", "PropertyTax", "SitePhoto")
DRAWINGS = ("FloorPlan", "Elevations", "Sections", "FoundationDrawing", "RoofDrawing")
ALWAYS_DOCUMENTS = ("KTP", "KK", "BUKTI_PENGHASILAN", "BUKTI_TANAH", "PBB", "FOTO_LOKASI")


def checklist(documents: tuple[str, ...], rows: tuple[str, ...], **changes: object) -> Case:
    """Only the land tax receipt is optional."""
    facts = {
        "application_date": TODAY,
        "applicant_is_owner": True,
        "land_holder_is_owner": True,
        "prototype_code": "T36-1",
        "neighbours_consent_required": False,
        "spatial_statement_made_at_counter": True,
    }
    expected = [{"document": document, "mandatory": document != "PBB"} for document in documents]
    return Case("pbg_mbr_required_documents", facts | changes, expected or NOT_RULED, rows)


CHECKLIST = (
    checklist((*ALWAYS_DOCUMENTS, "PILIHAN_PROTOTIPE"), (*ALWAYS, "PrototypeChoice")),
    checklist(
        (*ALWAYS_DOCUMENTS, "DENAH", "TAMPAK", "POTONGAN", "GAMBAR_FONDASI", "GAMBAR_ATAP"),
        (*ALWAYS, *DRAWINGS),
        prototype_code="NONE",
    ),
    checklist(
        (*ALWAYS_DOCUMENTS, "KRK", "PERSETUJUAN_TETANGGA", "PILIHAN_PROTOTIPE"),
        (*ALWAYS, "SpatialStatement", "NeighboursConsent", "PrototypeChoice"),
        neighbours_consent_required=True,
        spatial_statement_made_at_counter=False,
    ),
    checklist(
        (*ALWAYS_DOCUMENTS, "PILIHAN_PROTOTIPE", "SURAT_KUASA", "IZIN_PEMANFAATAN_TANAH"),
        (*ALWAYS, "PrototypeChoice", "PowerOfAttorney", "LandUsePermit"),
        applicant_is_owner=False,
        land_holder_is_owner=False,
    ),
    checklist((), (), application_date="2024-11-24"),
)

ELIGIBLE: Final = {
    "identifiers_valid": True,
    "measures_valid": True,
    "land_covers_house": True,
    "prototype_known": True,
    "consent_given": True,
    "income_table_found": True,
    "house_limits": {"max_floor_area_m2": 48, "max_storeys": 2},
    "building_in_region": True,
    "duplicate_running": False,
    "income_within_ceiling": True,
    "floor_area_m2": 48,
    "storeys": 2,
    "building_form": "DERET",
    "documents_present": True,
}


def way(name: str, faults: tuple[str, ...], rows: tuple[str, ...], **changes: object) -> Case:
    return Case("pbg_mbr_eligibility", ELIGIBLE | changes, {"way": name, "faults": list(faults)}, rows)


WAYS = (
    way("ELIGIBLE", (), ("Eligible",)),
    way("INVALID", ("identifier_invalid",), ("IdentifierInvalid", "Invalid"), identifiers_valid=False),
    way("INVALID", ("not_positive",), ("MeasureNotPositive", "Invalid"), measures_valid=False),
    way("INVALID", ("land_smaller_than_house",), ("LandSmallerThanHouse", "Invalid"), land_covers_house=False),
    way("INVALID", ("prototype_unknown",), ("PrototypeUnknown", "Invalid"), prototype_known=False),
    way("INVALID", ("statement_missing",), ("StatementMissing", "Invalid"), consent_given=False),
    way("INVALID", ("no_income_table",), ("NoIncomeTable", "Invalid"), income_table_found=False),
    way("INVALID", ("no_house_rule",), ("NoHouseRule", "Invalid"), house_limits=None),
    way("WRONG_REGION", ("building_outside_region",), ("OutsideRegion", "WrongRegion"), building_in_region=False),
    way("DUPLICATE", ("running_case_exists",), ("RunningCase", "Duplicate"), duplicate_running=True),
    way("ORDINARY_PBG", ("income_above_ceiling",), ("IncomeAboveCeiling", "OrdinaryPbg"), income_within_ceiling=False),
    way("ORDINARY_PBG", ("floor_area_above_limit",), ("FloorAreaAboveLimit", "OrdinaryPbg"), floor_area_m2=48.01),
    way("ORDINARY_PBG", ("storeys_above_limit",), ("StoreysAboveLimit", "OrdinaryPbg"), storeys=3),
    way("ORDINARY_PBG", ("building_form_not_covered",), ("FormNotCovered", "OrdinaryPbg"), building_form="KOPEL"),
    way("INCOMPLETE", ("document_missing",), ("DocumentMissing", "Incomplete"), documents_present=False),
    # Every fault is reported; the first kind decides.
    way(
        "WRONG_REGION",
        ("building_outside_region", "running_case_exists", "document_missing"),
        ("OutsideRegion", "RunningCase", "DocumentMissing", "WrongRegion"),
        building_in_region=False,
        duplicate_running=True,
        documents_present=False,
    ),
    # What is not known is a fault, never a pass.
    way("DUPLICATE", ("running_case_exists",), ("RunningCase", "Duplicate"), duplicate_running=None),
    way("ORDINARY_PBG", ("income_above_ceiling",), ("IncomeAboveCeiling", "OrdinaryPbg"), income_within_ceiling=None),
)


def route(code: str, storeys: int, area: float, result: str | None, *rows: str, day: str = TODAY) -> Case:
    facts = {"application_date": day, "prototype_code": code, "storeys": storeys, "floor_area_m2": area}
    return Case("pbg_mbr_technical_route", facts, result, rows)


# Kepmen PUPR 2947/KPTS/M/2024 names eight designs; PP 16/2021 ends the simple route at 72 and 90 m².
ROUTES = (
    *(
        route(code, 1, 36, "SINGKAT", "PrototypeOneStorey")
        for code in ("T22-1", "T30-1", "T30-2", "T32-1", "T32-2", "T36-1", "T36-2", "T36-3")
    ),
    route("T36-1", 1, 72, "SINGKAT", "PrototypeOneStorey"),
    route("T36-1", 1, 72.01, "LENGKAP", "PrototypeOneStoreyTooLarge"),
    route("T36-1", 2, 90, "SINGKAT", "PrototypeTwoStoreys"),
    route("T36-1", 2, 90.01, "LENGKAP", "PrototypeTwoStoreysTooLarge"),
    route("T36-1", 3, 36, "LENGKAP", "PrototypeMoreStoreys"),
    route("NONE", 1, 36, "LENGKAP", "OwnDrawings"),
    route("T22-2", 1, 22, NOT_RULED),
    route("T36-1", 1, 36, NOT_RULED, day="2024-10-17"),
)


def exemption(*facts: bool, result: bool | None, rows: tuple[str, ...] = (), day: str = TODAY) -> Case:
    names = ("income_within_ceiling", "house_within_limits", "local_exemption_in_force")
    named = dict(zip(names, facts, strict=True))
    return Case("pbg_mbr_retribution_exemption", {"application_date": day, **named}, result, rows)


# SKB 3 Menteri of 25 November 2024: no retribution for low-income households, by a regulation of the head of region.
EXEMPTIONS = (
    exemption(True, True, True, result=True, rows=("Exempt",)),
    exemption(False, True, True, result=False, rows=("IncomeAboveCeiling",)),
    exemption(True, False, True, result=False, rows=("HouseAboveLimits",)),
    exemption(True, True, False, result=False, rows=("NoLocalRegulation",)),
    exemption(True, True, True, result=True, rows=("Exempt",), day="2024-11-25"),
    exemption(True, True, True, result=NOT_RULED, day="2024-11-24"),
)

CASES = (*INCOME, *HOUSE, *CHECKLIST, *WAYS, *ROUTES, *EXEMPTIONS)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engine(deciding: DecisionEngine) -> DecisionEngine:
    """The engine with the office's decisions."""
    await deciding.learn([Resource(file.name, file.read_bytes()) for file in sorted(DECISIONS.rglob("*.dmn"))])
    return deciding


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_the_law_decides(engine: DecisionEngine, case: Case) -> None:
    verdict = engine.decide(case.decision, case.facts)

    assert verdict.result == case.result
    assert sorted(rule_id.rpartition("_")[2] for rule_id in verdict.rule_ids) == sorted(case.rows)


async def test_every_row_of_every_table_is_expected_by_some_case() -> None:
    expected = {(case.decision, row) for case in CASES for row in case.rows}

    assert {(file.stem, rule_id.rpartition("_")[2]) for file, rule_id, _ in _rules()} == expected


async def test_every_row_names_its_legal_basis() -> None:
    assert [rule_id for _, rule_id, basis in _rules() if len(basis) < len("UU 1/2022")] == []


async def test_no_table_reads_a_personal_value() -> None:
    """Tables get answers such as "income within the ceiling"; the engine keeps their inputs for ever."""
    personal = ("nik", "name", "income_idr", "household", "phone", "address", "latitude", "land_right")
    inputs = [text.text or "" for root in _roots() for text in root.iterfind(f".//{DMN}inputExpression/{DMN}text")]

    assert inputs
    assert [(word, text) for word in personal for text in inputs if word in text] == []


def _roots() -> Iterator[ElementTree.Element]:
    for file in sorted(DECISIONS.rglob("*.dmn")):
        yield ElementTree.parse(file).getroot()  # noqa: S314 (our own file)


def _rules() -> Iterator[tuple[Path, str, str]]:
    """Each row: its file, its id, its annotation."""
    for file in sorted(DECISIONS.rglob("*.dmn")):
        for rule in ElementTree.parse(file).getroot().iter(f"{DMN}rule"):  # noqa: S314 (our own file)
            yield file, rule.get("id", ""), rule.findtext(f"{DMN}description", "").strip()
