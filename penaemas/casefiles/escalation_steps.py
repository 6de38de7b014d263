"""Which step of the escalation ladder an officer's task of a diagram is, and whose group is let in when it is late.

The one table between the ids of the diagrams and `licensing.escalation_ladder.STEPS`. Tasks that the ladder of the
law's service does not name (late entry, explanation of a breach …) have steps of their own here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from penaemas.licensing.escalation_ladder import STEPS, Step
from penaemas.licensing.posts import Post
from penaemas.licensing.service_standard import head_of_officers

SERVICE_WINDOW = "SubProcess_ServiceWindow"
"""The step id of the ladder of the whole service."""
SIGNER_ABSENT = "signer_absent"
STAND_IN_OFFERED = "stand_in_offered"


@dataclass(frozen=True, slots=True)
class LadderStep:
    """An officer's task as the ladder sees it.

    `supervisors_role` may take the task once its time is over, beside those who may already. None where the law names
    the one who acts: then only a stand-in with a decree may, and `signer` is the post. `of_agency`: the step belongs to
    whichever agency the task was given to, and its head answers for it.
    """

    step: Step
    supervisors_role: str | None
    signer: Post | None = None
    of_agency: bool = False

    def of_task(self, groups: Sequence[str]) -> LadderStep:
        """The row for a task of these candidate groups, `<region>/<role>`.

        Raises:
            ValueError: the step is an agency's, and no group is one of an agency's officers.
        """
        if not self.of_agency:
            return self
        roles = (group.rpartition("/")[2] for group in groups)
        head = next((head for head in map(head_of_officers, roles) if head), None)
        if head is None:
            raise ValueError("no agency's officers are among the groups of this task")
        step = replace(self.step, division=head, escalate_to=(head,), agency_head=head)
        return replace(self, step=step, supervisors_role=head)


_LADDER = {step.id: step for step in STEPS}
# KABID is the head of the division of DPMPTSP, whose accounts carry the role PENGAWAS.
_KABID, _KADIS = "PENGAWAS", "KADIS"

LADDER_STEPS: dict[str, LadderStep] = {
    "Task_ConfirmLateEntry": LadderStep(Step("late_entry", 30, Post.KABID, (Post.KADIS,)), _KADIS),
    "Task_PreCheckApplication": LadderStep(_LADDER["pre_check"], _KABID),
    "Task_RegisterApplication": LadderStep(_LADDER["registration"], _KABID),
    "Task_CheckCompleteness": LadderStep(_LADDER["completeness"], _KABID),
    "Task_VerifyManually": LadderStep(_LADDER["automatic_checks"], _KABID),
    "Task_ReviewSpatialFit": LadderStep(_LADDER["spatial_review"], "KABID_TARU"),
    "Task_ReviewPrototypeLayout": LadderStep(_LADDER["technical_review"], "KETUA_TPT"),
    "Task_ReviewTechnicalDrawings": LadderStep(_LADDER["technical_review"], "KETUA_TPT"),
    "Task_RecordSimbgRegistration": LadderStep(Step("simbg_registration", 20, Post.KABID, (Post.KABID,)), _KABID),
    "Task_DecideJointly": LadderStep(_LADDER["joint_decision"], "KABID_TEKNIS"),
    "Task_IssueComplianceStatement": LadderStep(_LADDER["statement_of_compliance"], None, Post.KADIS_TEKNIS),
    "Task_ConfirmRetribution": LadderStep(_LADDER["retribution"], _KABID),
    "Task_VerifyDraftPermit": LadderStep(_LADDER["draft_verification"], _KADIS),
    "Task_RecordSimbgPermitNumber": LadderStep(_LADDER["issue"], _KABID),
    "Task_SignPermit": LadderStep(_LADDER["signing"], None, Post.KADIS),
    "Task_HandOverPermit": LadderStep(_LADDER["issue"], _KABID),
    "Task_StateBreachReason": LadderStep(Step("breach_reason", 60, Post.KABID, (Post.KADIS,)), _KADIS),
    "Task_DecideRejection": LadderStep(Step("rejection", 60, Post.KABID, (Post.SEKDA,)), None, Post.KADIS),
    "Task_VerifyIdentity": LadderStep(Step("identity", 15, Post.KABID, (Post.KABID,)), _KABID),
    # In an agency's step division and head are those of the agency that the task was given to.
    "Task_GiveRecommendation": LadderStep(Step("recommendation", 360, Post.KADIS, ()), None, of_agency=True),
    "Task_RecordFieldVisit": LadderStep(Step("field_visit", 360, Post.KADIS, ()), None, of_agency=True),
    "Task_ConfirmFee": LadderStep(Step("fee", 60, Post.KABID, (Post.KABID,)), _KABID),
    "Task_DraftLicence": LadderStep(Step("draft", 60, Post.KABID, (Post.KABID,)), _KABID),
    "Task_VerifyDraft": LadderStep(Step("draft_verification", 60, Post.KABID, (Post.KADIS,)), _KADIS),
    "Task_SignLicence": LadderStep(Step("signing", 120, Post.KABID, (Post.SEKDA,)), None, Post.KADIS),
    "Task_AuditCase": LadderStep(Step("audit", 2100, Post.INSPEKTORAT, (Post.SEKDA,)), None),
    "Task_TakeOverAsOrdinaryPbg": LadderStep(Step("hand_over", 60, Post.KABID, (Post.KABID,)), _KABID),
}


def ladder_step(step_id: str) -> LadderStep:
    """The row of a task.

    Raises:
        KeyError: the table does not know the task.
    """
    return LADDER_STEPS[step_id]
