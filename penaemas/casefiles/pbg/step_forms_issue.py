"""Forms of the steps that issue, refuse or hand over: SIMBG, SPPST, retribution, permit, breach, rejection."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from penaemas.casefiles.step_entries import Note, ShortText, StepEntry, Tick, text
from penaemas.licensing.numbering import NumberInvalid, PermitNumber, RegistrationNumber


def _simbg_registration(number: str) -> str:
    try:
        parsed = RegistrationNumber.parse(number)
    except NumberInvalid as invalid:
        raise ValueError(f"is no registration number of SIMBG; {invalid}") from None
    if not parsed.is_simbg:
        raise ValueError(f"is not SIMBG's; copy it from SIMBG, it looks like {RegistrationNumber.example}")
    return str(parsed)


def _simbg_permit(number: str) -> str:
    try:
        parsed = PermitNumber.parse(number)
    except NumberInvalid as invalid:
        raise ValueError(f"is no permit number of SIMBG; {invalid}") from None
    if not parsed.is_simbg:
        raise ValueError(f"is not SIMBG's; copy it from SIMBG, it looks like {PermitNumber.example}")
    return str(parsed)


class SimbgRegistrationStep(StepEntry):
    """SIMBG's registration, copied from there."""

    result_field = "simbg_registration_result"

    simbg_registration_result: Literal["recorded"]
    simbg_registration_number: Annotated[str, AfterValidator(_simbg_registration)]
    simbg_registered_on: date


class ComplianceStatementStep(StepEntry):
    """SPPST: the statement that the building meets the technical standards."""

    result_field = "compliance_statement_result"
    reason_field = "return_reason"
    no_reason_for = frozenset({"issued"})

    compliance_statement_result: Literal["issued", "returned"]
    compliance_statement_number: ShortText | None = None
    compliance_statement_date: date | None = None
    return_reason: Note | None = None

    @model_validator(mode="after")
    def _numbered_when_issued(self) -> Self:
        numbered = self.compliance_statement_number and self.compliance_statement_date
        if self.compliance_statement_result == "issued" and not numbered:
            raise ValueError("compliance_statement_number and compliance_statement_date are required; add both")
        return self


class RetributionStep(StepEntry):
    """The amount waived is right, and the exemption has its basis; or it has none, and why."""

    result_field = "retribution_result"
    reason_field = "not_exempt_reason"
    no_reason_for = frozenset({"exempt"})

    retribution_result: Literal["exempt", "not_exempt"]
    computation_checked: Tick
    exemption_basis: Annotated[str, text(3, 300)] | None = None
    not_exempt_reason: Note | None = None

    @model_validator(mode="after")
    def _exemption_has_a_basis(self) -> Self:
        if self.retribution_result == "exempt" and not self.exemption_basis:
            raise ValueError("exemption_basis is required for an exemption; name the regulation")
        return self


class DraftVerificationStep(StepEntry):
    """Identity, location, building, SPPST and retribution of the draft, compared with the file."""

    result_field = "draft_verification_result"
    reason_field = "draft_note"
    no_reason_for = frozenset({"approved"})

    draft_verification_result: Literal["approved", "return_to_retribution", "return_to_compliance_statement"]
    check_identity: bool = False
    check_location: bool = False
    check_building: bool = False
    check_compliance_statement: bool = False
    check_retribution: bool = False
    draft_note: Note | None = None

    @model_validator(mode="after")
    def _approved_means_all_checked(self) -> Self:
        checks = [value for name, value in self if name.startswith("check_")]
        if self.draft_verification_result == "approved" and not all(checks):
            raise ValueError("approved needs every check ticked; return the draft otherwise")
        return self


class SimbgPermitStep(StepEntry):
    """SIMBG's permit number, copied from there."""

    result_field = "simbg_permit_number_result"

    simbg_permit_number_result: Literal["recorded"]
    simbg_permit_number: Annotated[str, AfterValidator(_simbg_permit)]
    simbg_permit_date: date


class SigningStep(StepEntry):
    """Signed, or returned with the reason. The certificate comes with the electronic signature."""

    result_field = "signing_result"
    reason_field = "return_reason"
    no_reason_for = frozenset({"signed"})

    signing_result: Literal["signed", "returned"]
    certificate_serial: ShortText | None = None
    return_reason: Note | None = None


class HandOverStep(StepEntry):
    """The permit reaches its holder, at the counter or by download."""

    hand_over_channel: Literal["LOKET", "UNDUH"]
    hand_over_note: Note | None = None


class BreachReasonStep(StepEntry):
    """Why the promise was broken, and what is done against it. The codes are `breaches.BreachReason`."""

    breach_reason_code: Literal[
        "BEBAN_LOKET", "PETUGAS_TIDAK_ADA", "SISTEM_LAIN", "KUALITAS_BERKAS", "INSTANSI_TEKNIS", "LAINNYA"
    ]
    breach_reason: Note
    breach_remedy: Note


class RejectionStep(StepEntry):
    """The written reasons of a rejection; the right to object is printed with them."""

    rejection_reasons: Annotated[str, text(10, 4000)]
    rejection_legal_basis: Annotated[str, text(3, 2000)]
    objection_right_stated: Tick


class TakeOverStep(StepEntry):
    """The ordinary PBG takes the case with all its data."""

    ordinary_pbg_reference: ShortText | None = None
    file_taken_over: Tick
    take_over_note: Note | None = None
