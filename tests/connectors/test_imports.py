"""Files that the office brings: what is wrong is told with line, column, rule and fix, and nothing is stored then."""

from __future__ import annotations

from pathlib import Path

import pytest

from penaemas.casefiles.bootstrap import Office
from penaemas.connectors.bootstrap import office_tables
from penaemas.connectors.imports.csv_rows import MOST_FAULTS, FileUnusable, ImportReport, OfficeTable, import_file
from penaemas.connectors.population_registry.local import LocalPopulationRegistry
from penaemas.connectors.population_registry.port import IdentityAnswer
from penaemas.licensing.identifiers import Nik
from penaemas.licensing.outside_systems import OutsideSystem
from tests.offices import MONDAY_NINE
from tests.pbg import APPLICANT_NIK, OWNER_NIK

RIGHT = {
    OutsideSystem.POPULATION_REGISTRY: f"nik,full_name\n{APPLICANT_NIK},Budi Rekaan\n",
    OutsideSystem.LAND_REGISTRY: (
        "right;number;sub_district;holder_name;area_m2;property_tax_number\nHM;00123;321102;Budi Rekaan;84.50;\n"
    ),
    OutsideSystem.PROPERTY_TAX: (
        "property_tax_number,holder_name,paid_through_year\n32.11.020.001.002-0030.0,Budi Rekaan,2025\n"
    ),
    OutsideSystem.SPATIAL_PLAN: (
        "region_code,zone,use,answer,outline,basis\n"
        "32.11,R-1,rumah_tinggal,allowed,-6.9 107.9; -6.9 108.0; -6.8 108.0,RTRW uji pasal 1\n"
    ),
    OutsideSystem.SIMBG: "registration_number,permit_number\nPBG-321102-02022026-01,\n",
    OutsideSystem.OSS: "nib,standing\n9120000000001,active\n",
    OutsideSystem.RETRIBUTION_PAYMENT: (
        "treasury_reference,bill_number,amount_idr,paid_at\nSTS-1,PENA-SMD-SKRD-2026-00001,250000,2026-02-02T09:15\n"
    ),
}


async def bring(
    office: Office, tmp_path: Path, text: str | bytes, *, system: OutsideSystem = OutsideSystem.POPULATION_REGISTRY,
    dry_run: bool = False,
) -> ImportReport:  # fmt: skip
    """What `./pena registry import` does with a file of this content."""
    file = tmp_path / "berkas.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return await import_file(file, table(office, system), source="uji", at=MONDAY_NINE, dry_run=dry_run)


def table(office: Office, system: OutsideSystem = OutsideSystem.POPULATION_REGISTRY) -> OfficeTable:
    """A table of the office."""
    return office_tables(office.database, office.vault.blind)[system]


@pytest.mark.parametrize("system", list(OutsideSystem))
async def test_a_file_of_each_system_is_taken_in_and_again_without_a_second_row(
    office: Office, tmp_path: Path, system: OutsideSystem
) -> None:
    for _ in range(2):
        report = await bring(office, tmp_path, RIGHT[system], system=system)

        assert (report.rows, report.faults, report.stored) == (1, (), True)
    assert await table(office, system).count() == 1


async def test_a_dry_run_stores_nothing(office: Office, tmp_path: Path) -> None:
    report = await bring(office, tmp_path, RIGHT[OutsideSystem.POPULATION_REGISTRY], dry_run=True)

    assert (report.rows, report.stored) == (1, False)
    assert await table(office).count() == 0


async def test_every_bad_row_is_told_and_the_good_ones_wait(office: Office, tmp_path: Path) -> None:
    rows = [f"{APPLICANT_NIK},Budi Rekaan", "12345,Ani Contoh", f"{OWNER_NIK},", f"{APPLICANT_NIK},Budi Rekan", "a,b,c"]

    report = await bring(office, tmp_path, "nik,full_name\n" + "\n".join(rows))

    assert [(fault.line, fault.column) for fault in report.faults] == [
        (3, "nik"),
        (4, "full_name"),
        (5, "nik"),
        (6, "(row)"),
    ]
    assert [fault for fault in report.faults if not (fault.rule and fault.fix)] == []
    assert (report.stored, await table(office).count()) == (False, 0)


async def test_a_report_repeats_no_value(office: Office, tmp_path: Path) -> None:
    report = await bring(office, tmp_path, f"nik,full_name\n{APPLICANT_NIK}9,Budi Rekaan\n{OWNER_NIK},Ani\x07Contoh\n")

    told = "\n".join(str(fault) for fault in report.faults)
    assert len(report.faults) == 2
    assert [word for word in (APPLICANT_NIK, OWNER_NIK, "Budi", "Ani") if word in told] == []


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"nama,nik\nBudi,1\n", "does not name the columns"),
        (b"", "does not name the columns"),
        (b'nik,full_name\n"1,Budi\n', "is no CSV"),
        (b"nik,full_name\n1,\xff\n", "not written in UTF-8"),
    ],
    ids=["other columns", "empty", "open quotation mark", "not UTF-8"],
)
async def test_a_file_that_is_no_table_says_why(office: Office, tmp_path: Path, content: bytes, rule: str) -> None:
    with pytest.raises(FileUnusable, match=rule):
        await bring(office, tmp_path, content)


async def test_a_file_that_is_wrong_throughout_is_told_in_part(office: Office, tmp_path: Path) -> None:
    report = await bring(office, tmp_path, "nik,full_name\n" + "x,y\n" * 1000)

    assert len(report.faults) == MOST_FAULTS


async def test_what_spreadsheets_add_does_not_matter(office: Office, tmp_path: Path) -> None:
    text = f'\ufeff"NIK";"full_name"\r\n "{APPLICANT_NIK}" ;"Budi  Rekaan"\r\n;\r\n'.replace(' "', '"').replace(
        '" ', '"'
    )

    await bring(office, tmp_path, text)

    registry = LocalPopulationRegistry(office.database, office.vault.blind)
    assert await registry.compare(Nik.parse(APPLICANT_NIK, field="nik"), "budi rekaan") is IdentityAnswer.VERIFIED


@pytest.mark.parametrize(
    ("system", "old", "new", "column"),
    [
        (OutsideSystem.LAND_REGISTRY, "84.50", "84,50", "area_m2"),
        (OutsideSystem.LAND_REGISTRY, "84.50", "84.505", "area_m2"),
        (OutsideSystem.LAND_REGISTRY, "84.50", "NaN", "area_m2"),
        (OutsideSystem.LAND_REGISTRY, "HM;", "GIRIK;", "right"),
        (OutsideSystem.PROPERTY_TAX, "2025", "25", "paid_through_year"),
        (OutsideSystem.SPATIAL_PLAN, "-6.9 107.9; ", "", "outline"),
        (OutsideSystem.SPATIAL_PLAN, "-6.9 107.9", "107.9 -6.9", "outline"),
        (OutsideSystem.SPATIAL_PLAN, "allowed", "boleh", "answer"),
        (OutsideSystem.OSS, "active", "aktif", "standing"),
        (OutsideSystem.RETRIBUTION_PAYMENT, "250000", "250.000", "amount_idr"),
        (OutsideSystem.RETRIBUTION_PAYMENT, "2026-02-02T09:15", "02/02/2026", "paid_at"),
    ],
)
async def test_each_rule_of_a_column_is_held(
    office: Office, tmp_path: Path, system: OutsideSystem, old: str, new: str, column: str
) -> None:
    assert old in RIGHT[system]

    report = await bring(office, tmp_path, RIGHT[system].replace(old, new, 1), system=system)

    assert [(fault.line, fault.column) for fault in report.faults] == [(2, column)]
