"""What an applicant hands in for a licence of the catalogue: general fields, and the answers to its own questions.

Every rule is checked here again, whatever the page has checked. All of it is stored as personal.
"""

from __future__ import annotations

import json
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.licensing.contacts import Phone
from penaemas.licensing.identifiers import Identifier, IdentifierInvalid, Nik
from penaemas.licensing.region import RegencyCode
from penaemas.licensing.service_standard import Catalogue, ServiceStandard

_ANSWERS = "answers"


def _digits_of(kind: type[Identifier]) -> AfterValidator:
    def reading(text: str) -> str:
        try:
            return kind.parse(text, field="").reveal()
        except IdentifierInvalid as invalid:
            raise ValueError(f"{invalid.fault.says.en}; {invalid.fault.fix.en}") from None

    return AfterValidator(reading)


def _stated(given: bool) -> bool:
    if not given:
        raise ValueError("this statement has to be agreed to; set it to true after the applicant has read it")
    return given


def _text(at_least: int, at_most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=at_least, max_length=at_most)


Statement = Annotated[bool, AfterValidator(_stated)]


class LicenceFields(BaseModel):
    """The fields of every application. `consents_to_reuse` lets the office take held documents from earlier cases."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    licence_type: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    applicant_nik: Annotated[str, _digits_of(Nik)]
    applicant_name: Annotated[str, _text(3, 150)]
    applicant_address: Annotated[str, _text(5, 500)]
    phone: Annotated[str, _digits_of(Phone)]
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=120)] | None = None
    business_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{13}$")] | None = None
    place_name: Annotated[str, _text(2, 150)]
    place_address: Annotated[str, _text(5, 500)]
    sub_district_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    consents_to_data_processing: Statement
    declares_truth: Statement
    declares_no_gratuity: Statement
    consents_to_reuse: bool = False


class LicenceApplication(LicenceFields):
    """One application in one region. `answers`: question of the licence → answer as text."""

    region_code: RegencyCode
    answers: dict[str, Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]] = {}

    def to_vault(self) -> dict[str, str]:
        """Every field that was entered, as text, by name."""
        fields = {name: value for name, value in self.model_dump().items() if value is not None}
        answers = json.dumps(fields.pop(_ANSWERS), sort_keys=True, ensure_ascii=False)
        return {name: _as_text(value) for name, value in fields.items()} | {_ANSWERS: answers}

    @classmethod
    def from_vault(cls, stored: dict[str, str]) -> Self:
        """The application as it was stored."""
        fields: dict[str, object] = {name: stored[name] for name in cls.model_fields if name in stored}
        return cls.model_validate(fields | {_ANSWERS: json.loads(stored[_ANSWERS])})


PERSONAL_FIELDS = frozenset(LicenceFields.model_fields) - {"licence_type", "sub_district_code"}
"""Fields that belong to the subject DATA_PEMOHON."""
CORRECTABLE_FIELDS = PERSONAL_FIELDS - {
    "consents_to_data_processing",
    "declares_truth",
    "declares_no_gratuity",
    "consents_to_reuse",
}


def standard_of(catalogue: Catalogue, entry: LicenceApplication) -> ServiceStandard:
    """The service standard of an application whose answers fit it.

    Raises:
        EntryFaulty: no such licence, or an answer breaks a rule.
    """
    standard = catalogue.standards.get(entry.licence_type)
    if standard is None:
        known = ", ".join(catalogue.standards)
        raise EntryFaulty(Fault("licence_type", "is no licence of this office", f"choose one of {known}"))
    faults = standard.faults_of(entry.answers)
    if faults:
        raise EntryFaulty(*(Fault(f"answers.{name}", rule, "answer it as the question asks") for name, rule in faults))
    return standard


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
