"""Forms of the steps that issue, refuse or hand over: SIMBG, SPPST, retribution, permit, breach, rejection."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from penaemas.casefiles.pbg.step_form_parts import Note, Reason, ShortText, StepEntry, Tick, text
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


class ComplianceStatementStep(StepEntry):
    """SPPST: the statement that the building meets the technical standards."""

    result_field = "compliance_statement_result"
    reason_for = frozenset({"returned"})

    compliance_statement_result: Literal["issued", "returned"]
    compliance_statement_number: ShortText | None = None
    compliance_statement_date: date | None = None

    @model_validator(mode="after")
    def _numbered_when_issued(self) -> Self:
        if self.compliance_statement_result == "issued" and not (
            self.compliance_statement_number and self.compliance_statement_date
        ):
            raise ValueError(
                "an issued statement has compliance_statement_number and compliance_statement_date; add them"
            )
        return self


class RetributionStep(StepEntry):
    """The amount waived is right, and the exemption has its basis."""

    result_field = "retribution_result"
    reason_for = frozenset({"not_exempt"})

    retribution_result: Literal["exempt", "not_exempt"]
    computation_checked: Tick


class DraftVerificationStep(StepEntry):
    """Names, building, land and legal basis of the draft, compared with the file."""

    result_field = "draft_verification_result"
    reason_for = frozenset({"return_to_retribution", "return_to_compliance_statement"})

    draft_verification_result: Literal["approved", "return_to_retribution", "return_to_compliance_statement"]
    names_correct: bool
    building_correct: bool
    land_correct: bool
    legal_basis_correct: bool

    @model_validator(mode="after")
    def _approved_means_all_correct(self) -> Self:
        checks = (self.names_correct, self.building_correct, self.land_correct, self.legal_basis_correct)
        if self.draft_verification_result == "approved" and not all(checks):
            raise ValueError("approved needs every check ticked; return the draft otherwise")
        return self


class SimbgPermitStep(StepEntry):
    """SIMBG's permit number, copied from there."""

    result_field = "simbg_permit_number_result"

    simbg_permit_number_result: Literal["recorded"]
    simbg_permit_number: Annotated[str, AfterValidator(_simbg_permit)]


class SigningStep(StepEntry):
    """Signed, or returned with the reason."""

    result_field = "signing_result"
    reason_for = frozenset({"returned"})

    signing_result: Literal["signed", "returned"]


class HandOverStep(StepEntry):
    """The permit reaches its holder."""

    handed_over_by: Literal["DIAMBIL", "DIKIRIM_ELEKTRONIK"]
    received_by_name: Annotated[str, text(3, 120)] | None = None

    @model_validator(mode="after")
    def _receiver_is_named(self) -> Self:
        if self.handed_over_by == "DIAMBIL" and not self.received_by_name:
            raise ValueError("received_by_name is required when the permit is fetched; write who took it")
        return self


class BreachReasonStep(StepEntry):
    """Why the promise was broken."""

    breach_reason: Literal[
        "BEBAN_LOKET", "PETUGAS_TIDAK_ADA", "SISTEM_LAIN", "KUALITAS_BERKAS", "INSTANSI_TEKNIS", "LAINNYA"
    ]
    breach_explanation: Reason
    prevention: Note | None = None


class RejectionStep(StepEntry):
    """The written reasons of a rejection; the right to object is printed with them."""

    rejection_reasons: Annotated[str, text(20, 4000)]
    rejection_legal_basis: Annotated[str, text(5, 500)]


class TakeOverStep(StepEntry):
    """The ordinary PBG takes the case with all its data."""

    ordinary_file_number: ShortText | None = None
