"""Forms of the steps up to the reviews: late entry, pre-check, registration, completeness, verification by hand."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import AwareDatetime, create_model, model_validator

from penaemas.casefiles.pbg.application_form import DocumentKind, digits_of
from penaemas.casefiles.pbg.step_form_parts import AskingEntry
from penaemas.casefiles.step_entries import Note, ShortText, StepEntry, Tick
from penaemas.licensing.identifiers import Nip

Presence = Literal["ADA", "TIDAK_ADA", "TIDAK_BERLAKU"]
Verdict = Literal["SESUAI", "TIDAK_SESUAI", "TIDAK_BERLAKU"]
_DOCUMENTS: tuple[str, ...] = get_args(DocumentKind)
# Brought or not, the file is complete without it.
_OPTIONAL = frozenset({"PBB"})


class LateEntryStep(StepEntry):
    """The supervisor confirms the true times of a case that was received on paper."""

    result_field = "late_entry_result"

    late_entry_result: Literal["confirmed", "not_confirmed"]
    received_at: AwareDatetime
    outage_reference: ShortText
    received_by_nip: Annotated[str, digits_of(Nip)]
    late_entry_reason: Note


class DocumentPresence(AskingEntry):
    """Are all required documents there and readable? What is missing is asked for."""

    result_field = "documents_present"
    reason_field = "missing_note"
    no_reason_for = frozenset({True})

    documents_present: bool = False
    missing_note: Note | None = None
    warnings_seen: Tick
    due_time_told: Tick

    @model_validator(mode="after")
    def _missing_documents_fit_the_result(self) -> Self:
        if self.documents_present and self.missing:
            raise ValueError("documents_present contradicts a required document that is missing; correct one of them")
        if not self.documents_present and not (self.missing or self.correction_subjects):
            raise ValueError("no document is marked TIDAK_ADA; mark what is missing, or tick documents_present")
        return self

    @property
    def missing(self) -> tuple[str, ...]:
        """Documents that are needed and not there."""
        return tuple(
            document
            for document in _DOCUMENTS
            if document not in _OPTIONAL and getattr(self, f"presence_{document.lower()}") == "TIDAK_ADA"
        )

    @property
    def asks_for_correction(self) -> bool:
        return not self.documents_present

    def requests(self) -> dict[str, str]:
        return (
            dict.fromkeys((*self.missing, *self.correction_subjects), self.missing_note or "")
            if (self.asks_for_correction)
            else {}
        )


class RegistrationStep(AskingEntry):
    """Identity, income and ownership shown, consent confirmed."""

    result_field = "registration_result"
    reason_field = "registration_note"
    no_reason_for = frozenset({"accepted"})
    whole_step = "PENDAFTARAN"

    registration_result: Literal["accepted", "correction_needed"]
    identity_seen: bool = False
    income_proof_seen: bool = False
    ownership_seen: bool = False
    consent_confirmed: bool = False
    registration_note: Note | None = None

    @model_validator(mode="after")
    def _seen_before_accepted(self) -> Self:
        seen = (self.identity_seen, self.income_proof_seen, self.ownership_seen, self.consent_confirmed)
        if self.registration_result == "accepted" and not all(seen):
            raise ValueError("accepted needs identity, income and ownership seen and the consent confirmed; tick each")
        return self


class DocumentVerdicts(AskingEntry):
    """Per document a verdict, and a note where it does not conform; the rest follows from them."""

    result_field = "completeness_result"

    completeness_result: Literal["complete", "correction_needed"]

    @model_validator(mode="after")
    def _result_follows_from_the_verdicts(self) -> Self:
        refused = [document for document, verdict in self.verdicts().items() if verdict == "TIDAK_SESUAI"]
        for document in refused:
            if not getattr(self, f"note_{document.lower()}"):
                raise ValueError(f"note_{document.lower()} is required with TIDAK_SESUAI; write what is wrong with it")
        if self.correction_subjects:
            raise ValueError("correction_subjects follow from the verdicts; mark the documents TIDAK_SESUAI instead")
        if bool(refused) != self.asks_for_correction:
            raise ValueError("completeness_result contradicts the verdicts; correct one of them")
        return self

    def verdicts(self) -> dict[str, str]:
        """Document → verdict, of those that were judged."""
        given = {document: getattr(self, f"verdict_{document.lower()}") for document in _DOCUMENTS}
        return {document: verdict for document, verdict in given.items() if verdict}

    def requests(self) -> dict[str, str]:
        return {
            document: getattr(self, f"note_{document.lower()}")
            for document, verdict in self.verdicts().items()
            if verdict == "TIDAK_SESUAI"
        }


# One or two fields for each kind of document, spelled out by the list of documents.
PreCheckStep: type[DocumentPresence] = create_model(  # type: ignore[call-overload]
    "PreCheckStep",
    __base__=DocumentPresence,
    __module__=__name__,
    **{f"presence_{document.lower()}": (Presence | None, None) for document in _DOCUMENTS},
)
CompletenessStep: type[DocumentVerdicts] = create_model(  # type: ignore[call-overload]
    "CompletenessStep",
    __base__=DocumentVerdicts,
    __module__=__name__,
    **{f"verdict_{document.lower()}": (Verdict | None, None) for document in _DOCUMENTS},
    **{f"note_{document.lower()}": (Note | None, None) for document in _DOCUMENTS},
)


class ManualVerificationStep(AskingEntry):
    """What a registry could not answer or did not agree with, looked up by hand."""

    result_field = "manual_verification_result"
    reason_field = "verification_note"
    no_reason_for = frozenset({"confirmed"})

    manual_verification_result: Literal["confirmed", "correction_needed", "rejected"]
    identity_verdict: Literal["confirmed", "not_confirmed"]
    land_verdict: Literal["confirmed", "not_confirmed"]
    evidence: Note
    verification_note: Note | None = None

    @model_validator(mode="after")
    def _confirmed_means_both(self) -> Self:
        both = self.identity_verdict == self.land_verdict == "confirmed"
        if both != (self.manual_verification_result == "confirmed"):
            raise ValueError("manual_verification_result contradicts the verdicts; correct one of them")
        return self

    def requests(self) -> dict[str, str]:
        if not self.asks_for_correction:
            return {}
        verdicts = {"IDENTITAS": self.identity_verdict, "TANAH": self.land_verdict}
        unconfirmed = tuple(subject for subject, verdict in verdicts.items() if verdict == "not_confirmed")
        return dict.fromkeys(self.correction_subjects or unconfirmed, self.verification_note or "")
