"""Regions as data: the two that ship, a third without code, and what a wrong file is told."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.retribution import Building, compute_retribution
from penaemas.regions import RegionFault, RegionInvalid, load_region, load_regions
from tests.unit.licensing.calendars import rules, wib

REGIONS = Path(__file__).parents[3] / "config" / "regions"


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """A third region, a copy of the first under a code that no regency has."""
    folder = tmp_path / "antah_berantah"
    shutil.copytree(REGIONS / "sumedang", folder)
    rewrite(folder / "region.toml", 'code = "32.11"', 'code = "99.01"')
    return folder


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults_of(folder: Path) -> tuple[RegionFault, ...]:
    with pytest.raises(RegionInvalid) as caught:
        load_region(folder)
    return caught.value.faults


def test_sumedang_and_lampung_selatan_ship() -> None:
    regions = load_regions(REGIONS)
    assert {code: region.name for code, region in regions.items()} == {
        "18.01": "Kabupaten Lampung Selatan",
        "32.11": "Kabupaten Sumedang",
    }
    assert {region.income_zone for region in regions.values()} == {1}


def test_the_sub_districts_have_their_kemendagri_codes() -> None:
    regions = load_regions(REGIONS)
    sumedang, lampung_selatan = regions["32.11"].sub_district_names, regions["18.01"].sub_district_names
    assert list(sumedang) == [f"3211{number:02}" for number in range(1, 27)]
    assert (sumedang["321102"], sumedang["321126"]) == ("Jatinunggal", "Jatigede")
    numbers = (4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 18, 21, 22, 23, 24)
    assert list(lampung_selatan) == [f"1801{number:02}" for number in numbers]
    assert (lampung_selatan["180106"], lampung_selatan["180124"]) == ("Kalianda", "Way Panji")


@pytest.mark.parametrize("code", ["32.11", "18.01"])
def test_both_open_at_the_hours_decided_for_this_product(code: str) -> None:
    calendar = load_regions(REGIONS)[code].calendar
    expected = rules()
    assert calendar.counter.normal == expected.counter.normal
    assert calendar.counter.ramadan == expected.counter.ramadan
    assert calendar.back_office.normal == expected.back_office.normal


def test_the_ramadan_back_office_works_thirty_two_and_a_half_hours_a_week() -> None:
    calendar = OfficeCalendar(load_region(REGIONS / "sumedang").calendar, "back_office")
    assert calendar.seconds_between(wib("2026-02-23 00:00"), wib("2026-03-02 00:00")) == 32.5 * 3600


@pytest.mark.parametrize("folder", ["sumedang", "lampung_selatan"])
def test_the_tariff_that_is_not_the_regions_own_says_so(folder: str) -> None:
    tariff = load_region(REGIONS / folder).tariff_on(date(2026, 11, 23))
    assert tariff is not None
    assert tariff.is_example
    house = Building(floor_area_m2=Decimal(36), storeys=1)
    result = compute_retribution(
        house,
        locality_index_percent=tariff.locality_index_percent,
        highest_unit_price_idr_per_m2=tariff.highest_unit_price_idr_per_m2,
    )
    assert result.amount_idr == 182_347


@pytest.mark.parametrize(
    ("folder", "inside", "outside"),
    [("sumedang", (-6.86, 107.92), (-5.73, 105.59)), ("lampung_selatan", (-5.73, 105.59), (-6.86, 107.92))],
)
def test_a_place_is_inside_one_region_only(
    folder: str, inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    box = load_region(REGIONS / folder).bounding_box
    assert box.contains(*inside)
    assert not box.contains(*outside)


def test_a_third_region_needs_no_code(invented: Path) -> None:
    assert load_region(invented).sub_district_code("02") == "990102"


def test_two_regions_of_one_code_are_refused(invented: Path) -> None:
    shutil.copytree(invented, invented.parent / "kedua")
    with pytest.raises(RegionInvalid, match=r"another region has 99\.01 already"):
        load_regions(invented.parent)


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "says"),
    [
        ("region.toml", 'code = "99.01"', 'code = "9901"', "code", "write it in that form"),
        ("region.toml", "income_zone = 1", "income_zone = 5", "income_zone", "1, 2, 3 or 4"),
        ("region.toml", "[switches]", "[switches]\nturbo = true", "switches.turbo", "remove it"),
        ("region.toml", 'number = "02"', 'number = "01"', "(whole file)", "01 stands twice"),
        ("region.toml", '"PENA-SMD-SK-PBG"', '"SK-PBG"', "numbering", "belongs to SIMBG"),
        ("region.toml", "south = -7.05", "south = 7.05", "bounding_box", "swap"),
        ("calendar.toml", '"08:00-12:00"', '"12:00-08:00"', "calendar.counter.normal.monday.0", "swap"),
        ("calendar.toml", '"08:00-12:00"', '"08:00-13:30"', "calendar.counter.normal.monday", "separate them"),
        ("calendar.toml", '"08:00-12:00"', '"8 to 12"', "calendar.counter.normal.monday.0", "write 08:00-12:00"),
        ("posts.toml", 'id = "SEKDA"', 'id = "SEKRETARIS"', "(whole file)", "SEKDA missing"),
        ("posts.toml", 'unit = "DPMPTSP" }', 'unit = "DPMPTSP", notices_pass_to = "KABID" }', "(whole file)", "circle"),
        ("tariffs.toml", '"0.4"', '"0.6"', "tariffs.0.locality_index_percent", "0.5"),
        ("tariffs.toml", "is_example = true", "", "tariffs.0.is_example", "add it"),
        ("tariffs.toml", "[[tariffs]]", "[[tarif]]", "tarif", "remove it"),
    ],
)
def test_a_wrong_file_is_told_field_rule_and_fix(
    invented: Path, file: str, old: str, new: str, field: str, says: str
) -> None:
    rewrite(invented / file, old, new)
    fault = faults_of(invented)[0]
    assert fault.field == field
    assert says in str(fault)
    assert fault.rule
    assert fault.fix


def test_a_missing_file_is_named(invented: Path) -> None:
    (invented / "tariffs.toml").unlink()
    assert [(fault.file, fault.rule) for fault in faults_of(invented)] == [("tariffs.toml", "the file is missing")]


def test_a_file_that_is_no_toml_names_the_line(invented: Path) -> None:
    (invented / "posts.toml").write_text("posts = []\n= 1", encoding="utf-8")
    assert "line 2" in faults_of(invented)[0].rule


def test_two_tariffs_on_one_day_are_refused(invented: Path) -> None:
    with (invented / "tariffs.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[tariffs]]\nvalid_from = 2026-01-01\nlocality_index_percent = "0.3"\n'
            'highest_unit_price_idr_per_m2 = 1\nbasis = "contoh"\nis_example = true\n'
        )
    assert "end the earlier one" in str(faults_of(invented)[0])


def test_an_override_in_the_file_closes_the_office(invented: Path) -> None:
    with (invented / "calendar.toml").open("a", encoding="utf-8") as file:
        file.write(
            "\n[[overrides]]\nfirst_day = 2026-11-23\nlast_day = 2026-11-23\nhours = []\n"
            'reason = "Pemilihan kepala desa"\nbasis = "SE Bupati contoh"\n'
        )
    assert not OfficeCalendar(load_region(invented).calendar).is_open(wib("2026-11-23 09:00"))
