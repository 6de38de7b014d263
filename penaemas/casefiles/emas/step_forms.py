"""The forms of the officers' steps of PENA EMAS, by element of the diagrams: fields, rules, and what routes.

Source: domain facts, section 8.2. What can be asked to be mended is the licence's own list (its `subjects`).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from penaemas.casefiles.breaches import BreachReason
from penaemas.casefiles.step_entries import Note, ShortText, StepEntry, Tick
from penaemas.licensing.service_standard import EVERYTHING

Subject = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{1,39}$")]


def _separate(names: object) -> object:
    return tuple(name.strip() for name in names.split(",") if name.strip()) if isinstance(names, str) else names


class AskingEntry(StepEntry):
    """A step that can ask the applicant for corrections; `new_item_reason`: why something is named only now."""

    # On a page they are typed with commas between.
    correction_subjects: Annotated[tuple[Subject, ...], Field(max_length=40), BeforeValidator(_separate)] = ()
    new_item_reason: Note | None = None

    @model_validator(mode="after")
    def _nothing_is_asked_for_without_a_correction(self) -> Self:
        if self.correction_subjects and self.result != "correction_needed":
            raise ValueError("correction_subjects are named although nothing is to be mended; choose the other result")
        return self

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the applicant is asked to mend."""
        return (self.correction_subjects or (EVERYTHING,)) if self.result == "correction_needed" else ()


class IdentityStep(AskingEntry):
    """Identity seen, consent explained, and that nobody takes money or gifts here."""

    result_field = "identity_result"
    reason_field = "identity_note"
    no_reason_for = frozenset({"accepted"})

    identity_seen: bool = False
    consent_explained: bool = False
    no_gratuity_explained: bool = False
    identity_result: Literal["accepted", "correction_needed"]
    identity_note: Note | None = None

    @model_validator(mode="after")
    def _seen_when_accepted(self) -> Self:
        if self.result == "accepted" and not (
            self.identity_seen and self.consent_explained and self.no_gratuity_explained
        ):
            raise ValueError("identity, consent and the statement on gifts are needed to accept; do all three")
        return self


class CompletenessStep(AskingEntry):
    """Whether the file is complete; every document that is not named as wrong counts as conforming."""

    result_field = "completeness_result"
    reason_field = "completeness_note"
    no_reason_for = frozenset({"complete"})

    completeness_result: Literal["complete", "correction_needed"]
    completeness_note: Note | None = None


class RecommendationStep(AskingEntry):
    """What an agency says. `speaks_for_the_agency` is the officer's own statement; it is no electronic signature."""

    result_field = "recommendation_result"
    reason_field = "recommendation_note"
    no_reason_for = frozenset({"recommended"})

    recommendation_result: Literal["recommended", "correction_needed", "not_recommended", "visit_needed"]
    recommendation_basis: Note
    recommendation_note: Note | None = None
    speaks_for_the_agency: Tick


class FieldVisitStep(StepEntry):
    """What was seen on the spot."""

    visited_on: date
    visit_findings: Note


class FeeStep(StepEntry):
    """The computed fee is right and goes to the applicant, through the official channel only."""

    fee_checked: Tick
    official_channel_named: Tick


class DraftStep(StepEntry):
    """The draft: conditions that the agencies named, and until when it holds; or why it should be refused."""

    result_field = "draft_result"
    reason_field = "rejection_proposal"
    no_reason_for = frozenset({"drafted"})

    draft_result: Literal["drafted", "rejection_proposed"]
    valid_until: date | None = None
    conditions: Note | None = None
    recommendations_observed: Tick
    rejection_proposal: Note | None = None


class VerificationStep(StepEntry):
    """The second pair of eyes: never the one who drafted."""

    result_field = "verification_result"
    reason_field = "verification_note"
    no_reason_for = frozenset({"approved"})

    check_identity: bool = False
    check_recommendations: bool = False
    check_fee: bool = False
    verification_result: Literal["approved", "returned"]
    verification_note: Note | None = None

    @model_validator(mode="after")
    def _checked_when_approved(self) -> Self:
        if self.result == "approved" and not (self.check_identity and self.check_recommendations and self.check_fee):
            raise ValueError("every point has to be checked to approve; check it, or return the draft")
        return self


class SigningStep(StepEntry):
    """The signature: the licence itself is signed outside until signing comes; the certificate is written down."""

    result_field = "signing_result"
    reason_field = "return_reason"
    no_reason_for = frozenset({"signed"})

    signing_result: Literal["signed", "returned"]
    certificate_serial: ShortText | None = None
    return_reason: Note | None = None


class BreachReasonStep(StepEntry):
    """Why the limit was broken."""

    breach_reason_code: Literal[
        "BEBAN_LOKET", "PETUGAS_TIDAK_ADA", "SISTEM_LAIN", "KUALITAS_BERKAS", "INSTANSI_TEKNIS", "LAINNYA"
    ]
    breach_reason: Note
    breach_remedy: Note

    @property
    def code(self) -> BreachReason:
        """The reason as it is counted."""
        return BreachReason(self.breach_reason_code)


class RejectionStep(StepEntry):
    """A rejection with its reasons."""

    rejection_reasons: Note
    rejection_legal_basis: Note
    objection_right_stated: Tick


class AuditStep(StepEntry):
    """What the inspectorate found in a case of its sample."""

    result_field = "audit_result"
    reason_field = "audit_note"
    no_reason_for = frozenset({"in_order"})

    audit_result: Literal["in_order", "findings"]
    audit_note: Note | None = None


STEP_FORMS: dict[str, type[StepEntry]] = {
    "Task_VerifyIdentity": IdentityStep,
    "Task_CheckCompleteness": CompletenessStep,
    "Task_GiveRecommendation": RecommendationStep,
    "Task_RecordFieldVisit": FieldVisitStep,
    "Task_ConfirmFee": FeeStep,
    "Task_DraftLicence": DraftStep,
    "Task_VerifyDraft": VerificationStep,
    "Task_SignLicence": SigningStep,
    "Task_StateBreachReason": BreachReasonStep,
    "Task_DecideRejection": RejectionStep,
    "Task_AuditCase": AuditStep,
}
_PROCESS_OF = {
    "Task_GiveRecommendation": "agency_recommendation_v1",
    "Task_RecordFieldVisit": "agency_recommendation_v1",
}


def form_id_of(element_id: str) -> str:
    """`Task_DraftLicence` → `pena_emas_draft_licence`; an agency's steps have the prefix of their own process."""
    process = _PROCESS_OF.get(element_id, "pena_emas")
    return f"{process}_" + re.sub(r"(?<!^)(?=[A-Z])", "_", element_id.removeprefix("Task_")).lower()


FORM_ENTRIES: dict[str, type[StepEntry]] = {form_id_of(element): form for element, form in STEP_FORMS.items()}
"""Form id → what it fills in, for the agreements between forms and case files."""
