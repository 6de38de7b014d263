"""What an applicant hands in for PBG MBR: the fields, their rules, and what of them is personal.

Source: domain facts, section 8.1, form 0/1. Every rule is checked here again, whatever the page has checked.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from penaemas.licensing.contacts import Phone
from penaemas.licensing.identifiers import Identifier, IdentifierInvalid, Nik, Nop
from penaemas.licensing.income import Household
from penaemas.licensing.legal_values import HouseholdStatus
from penaemas.licensing.region import RegencyCode

STATEMENTS_VERSION = "2026-11"

DocumentKind = Literal[
    "KTP",
    "KK",
    "BUKTI_PENGHASILAN",
    "BUKTI_TANAH",
    "PBB",
    "PERSETUJUAN_TETANGGA",
    "KRK",
    "PILIHAN_PROTOTIPE",
    "DENAH",
    "TAMPAK",
    "POTONGAN",
    "GAMBAR_FONDASI",
    "GAMBAR_ATAP",
    "FOTO_LOKASI",
    "SURAT_KUASA",
    "IZIN_PEMANFAATAN_TANAH",
]
"""The values of `licensing.required_documents.Document`; a test compares."""


def _text(at_least: int, at_most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=at_least, max_length=at_most)


def digits_of(kind: type[Identifier]) -> AfterValidator:
    """Reads such a number strictly and keeps its plain form."""

    def reading(text: str) -> str:
        try:
            return kind.parse(text, field="").reveal()
        except IdentifierInvalid as invalid:
            raise ValueError(f"{invalid.fault.says.en}; {invalid.fault.fix.en}") from None

    return AfterValidator(reading)


def _consented(given: bool) -> bool:
    if not given:
        raise ValueError("this statement has to be agreed to; set it to true after the applicant has read it")
    return given


NikDigits = Annotated[str, digits_of(Nik)]
Name = Annotated[str, _text(3, 150)]
Address = Annotated[str, _text(5, 500)]
Rupiah = Annotated[int, Field(ge=0, le=10_000_000_000)]
Area = Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=2)]
Statement = Annotated[bool, AfterValidator(_consented)]


class ApplicantsEntry(BaseModel):
    """What the applicant fills in. Areas in m², incomes in rupiah a month, coordinates in degrees (WGS 84)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    applicant_nik: NikDigits
    applicant_name: Name
    owner_nik: NikDigits
    owner_name: Name
    owner_address: Address
    phone: Annotated[str, digits_of(Phone)]
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=120)] | None = None

    household_status: Literal["TIDAK_KAWIN", "KAWIN", "TAPERA"]
    own_income_idr: Rupiah
    partner_income_idr: Rupiah = 0
    owns_a_house: bool = False

    house_kind: Literal["RUMAH_UMUM", "SWADAYA"]
    building_form: Literal["TUNGGAL", "DERET"]
    floor_area_m2: Area
    storeys: Annotated[int, Field(ge=1, le=99)]
    prototype_code: Annotated[str, StringConstraints(pattern=r"^(T[0-9]{2}-[0-9]|NONE)$")]
    sub_district_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    village: Annotated[str, _text(2, 100)]
    building_address: Address
    latitude: Annotated[float, Field(ge=-11.5, le=6.5)] | None = None
    longitude: Annotated[float, Field(ge=94.5, le=141.5)] | None = None

    land_area_m2: Area
    land_right_kind: Literal["HM", "HGB", "HP", "GIRIK", "AJB", "LAINNYA"]
    land_right_number: Annotated[str, _text(1, 60)]
    land_holder_name: Name
    land_holder_is_owner: bool = False
    land_tax_number: Annotated[str, digits_of(Nop)] | None = None
    spatial_statement_number: Annotated[str, _text(3, 60)] | None = None

    consents_to_data_processing: Statement
    declares_truth: Statement

    @model_validator(mode="after")
    def _one_number_one_name(self) -> Self:
        if self.applicant_is_owner and plain_name(self.applicant_name) != plain_name(self.owner_name):
            raise ValueError("applicant and owner have one NIK and two names; correct the number or a name")
        return self

    @model_validator(mode="after")
    def _land_holder_is_named_as_the_owner(self) -> Self:
        if self.land_holder_is_owner and plain_name(self.land_holder_name) != plain_name(self.owner_name):
            raise ValueError("land_holder_is_owner is ticked although the names differ; correct one of them")
        return self

    @model_validator(mode="after")
    def _coordinates_come_together(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude come together; add the other one")
        return self

    @property
    def applicant_is_owner(self) -> bool:
        """Whether they are one person, by the number."""
        return self.applicant_nik == self.owner_nik


class ApplicationEntry(ApplicantsEntry):
    """One application: what the applicant filled in, for one region.

    The last three fields are for an application that was taken on paper during an outage.
    """

    region_code: RegencyCode
    paper_received_at: AwareDatetime | None = None
    late_entry_reason: Annotated[str, _text(5, 500)] | None = None
    late_entry_supervisor: Annotated[str, _text(3, 120)] | None = None

    @model_validator(mode="after")
    def _late_entry_is_whole(self) -> Self:
        late = (self.paper_received_at, self.late_entry_reason, self.late_entry_supervisor)
        if any(late) and not all(late):
            raise ValueError(
                "a late entry needs paper_received_at, late_entry_reason and late_entry_supervisor; add what is missing"
            )
        return self

    @property
    def household(self) -> Household:
        """What counts against the income ceiling."""
        return Household(HouseholdStatus(self.household_status), self.own_income_idr, self.partner_income_idr)

    @property
    def plot(self) -> str:
        """The one spelling of a plot, for keyed digests: right, number without blanks, sub-district."""
        return plot_key(self.land_right_kind, self.land_right_number, self.sub_district_code)

    def to_vault(self) -> dict[str, str]:
        """Every field that was entered, as text, by name. All of it is stored as personal."""
        return {name: _as_text(value) for name, value in self.model_dump().items() if value is not None}

    @classmethod
    def from_vault(cls, stored: dict[str, str]) -> Self:
        """The application as it was stored."""
        return cls.model_validate({name: stored[name] for name in cls.model_fields if name in stored})


OWNERS_FIELDS = ("owner_nik", "owner_name", "owner_address")


def plain_name(name: str) -> str:
    """A name for comparison: no capitals, single blanks."""
    return " ".join(name.casefold().split())


def plot_key(land_right: str, land_right_number: str, sub_district: str) -> str:
    """See `ApplicationEntry.plot`."""
    return f"{land_right}|{''.join(land_right_number.casefold().split())}|{sub_district}"


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)
