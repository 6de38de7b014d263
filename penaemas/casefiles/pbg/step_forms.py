"""The forms of the officers' steps of PBG MBR, by element of the diagram: fields, rules, and what routes.

Source: domain facts, section 8.1, step forms.
"""

from __future__ import annotations

import re

from penaemas.casefiles.pbg.step_forms_intake import (
    CompletenessStep,
    LateEntryStep,
    ManualVerificationStep,
    PreCheckStep,
    RegistrationStep,
)
from penaemas.casefiles.pbg.step_forms_issue import (
    BreachReasonStep,
    ComplianceStatementStep,
    DraftVerificationStep,
    HandOverStep,
    RejectionStep,
    RetributionStep,
    SigningStep,
    SimbgPermitStep,
    SimbgRegistrationStep,
    TakeOverStep,
)
from penaemas.casefiles.pbg.step_forms_review import (
    DrawingsReviewStep,
    JointDecisionStep,
    PrototypeReviewStep,
    SpatialReviewStep,
)
from penaemas.casefiles.step_entries import StepEntry

STEP_FORMS: dict[str, type[StepEntry]] = {
    "Task_ConfirmLateEntry": LateEntryStep,
    "Task_PreCheckApplication": PreCheckStep,
    "Task_RegisterApplication": RegistrationStep,
    "Task_CheckCompleteness": CompletenessStep,
    "Task_VerifyManually": ManualVerificationStep,
    "Task_ReviewSpatialFit": SpatialReviewStep,
    "Task_ReviewPrototypeLayout": PrototypeReviewStep,
    "Task_ReviewTechnicalDrawings": DrawingsReviewStep,
    "Task_RecordSimbgRegistration": SimbgRegistrationStep,
    "Task_DecideJointly": JointDecisionStep,
    "Task_IssueComplianceStatement": ComplianceStatementStep,
    "Task_ConfirmRetribution": RetributionStep,
    "Task_VerifyDraftPermit": DraftVerificationStep,
    "Task_RecordSimbgPermitNumber": SimbgPermitStep,
    "Task_SignPermit": SigningStep,
    "Task_HandOverPermit": HandOverStep,
    "Task_StateBreachReason": BreachReasonStep,
    "Task_DecideRejection": RejectionStep,
    "Task_TakeOverAsOrdinaryPbg": TakeOverStep,
}


def form_id_of(element_id: str) -> str:
    """`Task_PreCheckApplication` → `pbg_mbr_3_jam_pre_check_application`."""
    return "pbg_mbr_3_jam_" + re.sub(r"(?<!^)(?=[A-Z])", "_", element_id.removeprefix("Task_")).lower()


FORM_ENTRIES: dict[str, type[StepEntry]] = {
    **{form_id_of(element): form for element, form in STEP_FORMS.items()},
    "breach_reason_v1_state_breach_reason": BreachReasonStep,
}
"""Form id → what it fills in, for the agreements between forms and case files."""
