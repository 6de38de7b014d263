"""Forms of the steps up to the reviews: late entry, pre-check, registration, completeness, verification by hand."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import create_model, model_validator

from penaemas.casefiles.pbg.application_form import DocumentKind
from penaemas.casefiles.pbg.step_form_parts import AskingEntry, Note, StepEntry

Verdict = Literal["SESUAI", "TIDAK_SESUAI", "TIDAK_BERLAKU"]


class LateEntryStep(StepEntry):
    """The supervisor confirms the true times of a case that was received on paper."""

    result_field = "late_entry_result"
    reason_for = frozenset({"not_confirmed"})

    late_entry_result: Literal["confirmed", "not_confirmed"]


class PreCheckStep(AskingEntry):
    """Are all required documents there and readable?"""

    result_field = "documents_present"

    documents_present: bool

    @property
    def asks_for_correction(self) -> bool:
        return not self.documents_present


class RegistrationStep(AskingEntry):
    """Identity shown, data complete, consent given."""

    result_field = "registration_result"

    registration_result: Literal["accepted", "correction_needed"]
    identity_card_seen: bool
    data_read_back_to_applicant: bool

    @model_validator(mode="after")
    def _seen_before_accepted(self) -> Self:
        if self.registration_result == "accepted" and not (
            self.identity_card_seen and self.data_read_back_to_applicant
        ):
            raise ValueError("accepted needs the identity card seen and the data read back; do so, then tick both")
        return self


class DocumentVerdicts(AskingEntry):
    """Per document a verdict, and a note where it does not conform; the rest follows from them."""

    result_field = "completeness_result"

    completeness_result: Literal["complete", "correction_needed"]

    @model_validator(mode="after")
    def _correction_is_named(self) -> Self:
        refused = [document for document, verdict in self.verdicts().items() if verdict == "TIDAK_SESUAI"]
        for document in refused:
            if not getattr(self, f"note_{document.lower()}"):
                raise ValueError(f"note_{document.lower()} is required with TIDAK_SESUAI; write what is wrong with it")
        if bool(refused) != (self.completeness_result == "correction_needed"):
            raise ValueError("completeness_result contradicts the verdicts; correct one of them")
        return self

    def verdicts(self) -> dict[str, str]:
        """Document → verdict, of those that were judged."""
        given = {document: getattr(self, f"verdict_{document.lower()}") for document in get_args(DocumentKind)}
        return {document: verdict for document, verdict in given.items() if verdict}

    def requests(self) -> dict[str, str]:
        return {
            document: getattr(self, f"note_{document.lower()}")
            for document, verdict in self.verdicts().items()
            if verdict == "TIDAK_SESUAI"
        }


_VERDICT_FIELDS = {f"verdict_{document.lower()}": (Verdict | None, None) for document in get_args(DocumentKind)}
_NOTE_FIELDS = {f"note_{document.lower()}": (Note | None, None) for document in get_args(DocumentKind)}
# Two fields for each kind of document, spelled out by the list of documents.
CompletenessStep: type[DocumentVerdicts] = create_model(  # type: ignore[call-overload]
    "CompletenessStep", __base__=DocumentVerdicts, __module__=__name__, **_VERDICT_FIELDS, **_NOTE_FIELDS
)


class ManualVerificationStep(AskingEntry):
    """What a registry could not answer or did not agree with, looked up by hand."""

    result_field = "manual_verification_result"
    reason_for = frozenset({"confirmed", "rejected"})

    manual_verification_result: Literal["confirmed", "correction_needed", "rejected"]
