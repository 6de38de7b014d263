"""What the case files of PBG MBR tell, and how they refuse."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case as the process begins with it."""

    case_number: str
    application_date: date
    late_entry: bool
    income_zone: int
    simbg_registration: bool
    neighbours_consent_required: bool
    spatial_statement_made_at_counter: bool
    local_exemption_in_force: bool
    clock_commitment: str


@dataclass(frozen=True, slots=True)
class HouseFacts:
    """Routing facts of one revision: nothing personal."""

    house_kind: str
    building_form: str
    floor_area_m2: float
    storeys: int
    prototype_code: str
    applicant_is_owner: bool
    land_holder_is_owner: bool
    identifiers_valid: bool
    consent_given: bool
    measures_valid: bool
    prototype_known: bool
    land_covers_house: bool
    commitment: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whose identity is checked."""

    nik: str = field(repr=False)
    full_name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Plot:
    """What is compared with the land registry. Area in m²."""

    land_right: str
    land_right_number: str = field(repr=False)
    sub_district: str
    holder_name: str = field(repr=False)
    area_m2: str
    property_tax_number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Round:
    """A correction round. `allowed` is false when all rounds are used."""

    number: int
    allowed: bool
    due_at: datetime
    clock_commitments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrectionItem:
    """One thing to be mended, as the applicant reads it."""

    item_id: str
    subject: str
    request: str = field(repr=False)
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Acceptances:
    """What of the officers' and registries' acceptances still stands after a correction; `reopened` otherwise."""

    registration_result: str
    completeness_result: str
    identity_check: str
    land_check: str
    spatial_review_result: str
    technical_review_result: str
    documents_present: bool
    clock_commitments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A closed case. `commitment` covers everything that was pinned on the way.

    `promise_broken`: by the promise clock, whether or not a ladder was there to record it.
    """

    commitment: str
    clock_commitments: tuple[str, ...]
    promise_broken: bool
