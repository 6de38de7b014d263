"""Identifiers: golden cases, precise faults, nothing shown. Every number is invented (serials end in 0001)."""

from datetime import date

import pytest

from penaemas.licensing.contacts import Phone, Postcode
from penaemas.licensing.identifiers import (
    FamilyCardNumber,
    Identifier,
    IdentifierInvalid,
    Nib,
    Nik,
    Nip,
    Nop,
    Npwp,
)
from penaemas.licensing.region_codes import RegionCode, RegionCodeInvalid

TODAY = date(2026, 11, 23)


def nik(text: str) -> Nik:
    return Nik.parse(text, field="nik_pemohon")


@pytest.mark.parametrize(
    ("text", "born", "woman"),
    [
        pytest.param("3211020101909991", date(1990, 1, 1), False, id="a man"),
        pytest.param("3211024101909991", date(1990, 1, 1), True, id="a woman"),
        pytest.param("3211027112999991", date(1999, 12, 31), True, id="a woman on 31 december"),
        pytest.param("3211022902009991", date(2000, 2, 29), False, id="leap day of 2000"),
        pytest.param("3211022311269991", date(2026, 11, 23), False, id="born today"),
        pytest.param("3211022411269991", date(1926, 11, 24), False, id="born tomorrow a century ago"),
        pytest.param("3211020101279991", date(1927, 1, 1), False, id="a coming year is a century ago"),
        pytest.param("3211022902289991", date(1928, 2, 29), False, id="a coming leap day is a century ago"),
        pytest.param("  3211020101909991\t", date(1990, 1, 1), False, id="blanks around it"),
    ],
)
def test_a_nik_tells_birth_and_sex(text: str, born: date, woman: bool) -> None:
    assert (nik(text).birth_date(TODAY), nik(text).is_womans) == (born, woman)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("321102010190000", "nik_length", id="15 digits"),
        pytest.param("32110201019000011", "nik_length", id="17 digits"),
        pytest.param("", "nik_digits_only", id="empty"),
        pytest.param("32110201019000O1", "nik_digits_only", id="letter O"),
        pytest.param("3211 0201 0190 0001", "nik_digits_only", id="blanks inside"),
        pytest.param("٣211020101900001", "nik_digits_only", id="digit of another script"),
        pytest.param("3211020001909991", "nik_birth_date", id="day 00"),
        pytest.param("3211023201909991", "nik_birth_date", id="day 32"),
        pytest.param("3211024001909991", "nik_birth_date", id="day 40"),
        pytest.param("3211027201909991", "nik_birth_date", id="day 72"),
        pytest.param("3211023102909991", "nik_birth_date", id="31 february"),
        pytest.param("3211022902239991", "nik_birth_date", id="29 february of a common year"),
        pytest.param("3211020113909991", "nik_birth_date", id="month 13"),
        pytest.param("3211020101900000", "nik_serial", id="serial 0000"),
    ],
)
def test_an_impossible_nik_is_refused_by_its_rule(text: str, rule: str) -> None:
    with pytest.raises(IdentifierInvalid) as caught:
        nik(text)
    assert (caught.value.fault.field, caught.value.fault.rule) == ("nik_pemohon", rule)


def test_a_fault_never_repeats_the_number() -> None:
    with pytest.raises(IdentifierInvalid) as caught:
        nik("3211023201909991")
    told = f"{caught.value} {caught.value!r} {caught.value.fault!r}"
    assert "3211023201909991" not in told
    assert "0001" not in told


@pytest.mark.parametrize(
    "identifier",
    [
        nik("3211020101909991"),
        FamilyCardNumber.parse("3211020101909991", field="kk"),
        Npwp.parse("01.234.567.8-901.000", field="npwp"),
        Nib.parse("1234567890123", field="nib"),
        Nop.parse("32.11.010.001.001-0001.0", field="nop"),
        Nip.parse("199001012015011001", field="nip"),
        Phone.parse("081234567890", field="telepon"),
    ],
)
def test_an_identifier_is_masked_unless_it_is_revealed(identifier: Identifier) -> None:
    digits = identifier.reveal().removeprefix("+")
    assert digits not in f"{identifier} {identifier!r} {[identifier]}"
    assert str(identifier) == "*" * (len(digits) - 4) + digits[-4:]


def test_a_prefix_from_elsewhere_or_unknown_is_a_warning_only() -> None:
    def warned(text: str) -> list[str]:
        warnings = nik(text).warnings(field="nik", regency_digits="3211", known_prefixes={"321102"})
        return [warning.rule for warning in warnings]

    assert warned("3211020101909991") == []
    assert warned("3211990101909991") == ["nik_prefix_unknown"]
    assert warned("1801040101909991") == ["nik_outside_regency"]


def test_a_tax_number_has_fifteen_or_sixteen_digits() -> None:
    assert Npwp.parse("01.234.567.8-901.000", field="npwp").reveal() == "012345678901000"
    assert Npwp.parse("3211020101909991", field="npwp").reveal() == "3211020101909991"
    with pytest.raises(IdentifierInvalid, match="15 or 16"):
        Npwp.parse("12345678901234", field="npwp")


def test_a_business_number_has_thirteen_digits() -> None:
    with pytest.raises(IdentifierInvalid, match="13 digits"):
        Nib.parse("123456789012", field="nib")


def test_a_property_tax_number_has_eighteen_digits() -> None:
    assert Nop.parse("32.11.010.001.001-0001.0", field="nop").reveal() == "321101000100100010"
    with pytest.raises(IdentifierInvalid, match="18 digits"):
        Nop.parse("32.11.010.001.001-0001", field="nop")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("199013012015011001", "nip_birth_date", id="month 13 of birth"),
        pytest.param("199001012015131001", "nip_appointment", id="month 13 of appointment"),
        pytest.param("199001011989011001", "nip_appointment", id="appointed before birth"),
        pytest.param("199001012015013001", "nip_sex", id="sex 3"),
        pytest.param("19900101201501100", "nip_length", id="17 digits"),
    ],
)
def test_an_impossible_civil_servants_number_is_refused(text: str, rule: str) -> None:
    with pytest.raises(IdentifierInvalid) as caught:
        Nip.parse(text, field="nip")
    assert caught.value.fault.rule == rule


def test_staff_on_contract_have_a_number_too() -> None:
    assert Nip.parse("19900101 202321 1 001", field="nip").reveal() == "199001012023211001"


@pytest.mark.parametrize("text", ["081234567890", "+6281234567890", "0812-3456-7890", " 0812 3456 7890 "])
def test_a_mobile_number_is_read_however_it_is_written(text: str) -> None:
    assert Phone.parse(text, field="telepon").reveal() == "+6281234567890"


@pytest.mark.parametrize("text", ["0217654321", "6281234567890", "0812345", "08123456789012345", "08１234567890"])
def test_what_is_no_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(IdentifierInvalid, match="telepon"):
        Phone.parse(text, field="telepon")


def test_a_postcode_has_five_digits_and_is_shown() -> None:
    assert str(Postcode.parse("45311", field="kode_pos")) == "45311"
    with pytest.raises(IdentifierInvalid, match="5 digits"):
        Postcode.parse("4531", field="kode_pos")


def test_a_region_code_is_read_with_and_without_dots() -> None:
    assert RegionCode.parse("32.11.02", field="kecamatan", digits=6) == RegionCode("321102")
    assert RegionCode.parse("321102", field="kecamatan", digits=6).regency == "32.11"
    assert str(RegionCode.parse("3211022003", field="kelurahan", digits=10)) == "32.11.02.2003"


def test_a_ward_lies_in_its_sub_district_and_not_in_the_next() -> None:
    ward = RegionCode("3211022003")
    assert ward.lies_in(RegionCode("321102"))
    assert not ward.lies_in(RegionCode("321103"))


@pytest.mark.parametrize("text", ["32.11", "32-11-02", "3211021", "", "32..11.02"])
def test_what_is_no_sub_district_code_is_refused(text: str) -> None:
    with pytest.raises(RegionCodeInvalid, match=r"write it like 32\.11\.02"):
        RegionCode.parse(text, field="kecamatan", digits=6)
