"""Where a case stands, in the few stages that an applicant thinks in. Steps of the diagrams → stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from penaemas.casefiles.applicants.status import PBG_SERVICE, CaseStatus
from penaemas.casefiles.clock_ledger import CaseClock
from penaemas.portal.forms.sentences import Words

State = Literal["done", "now", "to_come"]

PBG_STAGES: Final = (
    Words("Permohonan diterima", "Application received"),
    Words("Pra-pemeriksaan oleh loket", "Pre-check by the counter"),
    Words("Pendaftaran dan kelengkapan berkas", "Registration and completeness"),
    Words("Pemeriksaan tata ruang dan teknis", "Spatial and technical review"),
    Words("Keputusan bersama dan surat pernyataan", "Joint decision and statement of compliance"),
    Words("Retribusi Rp0, pemeriksaan konsep dan tanda tangan", "Retribution of Rp0, check of the draft, signature"),
    Words("Izin diserahkan", "Permit handed over"),
)
_PBG_STEPS: Final[Mapping[str, int]] = {
    "Task_ConfirmLateEntry": 1,
    "Task_PreCheckApplication": 1,
    "Task_RegisterApplication": 2,
    "Task_CheckCompleteness": 2,
    "Task_VerifyManually": 3,
    "Task_ReviewSpatialFit": 3,
    "Task_ReviewPrototypeLayout": 3,
    "Task_ReviewTechnicalDrawings": 3,
    "Task_RecordSimbgRegistration": 3,
    "Task_DecideJointly": 4,
    "Task_IssueComplianceStatement": 4,
    "Task_ConfirmRetribution": 5,
    "Task_VerifyDraftPermit": 5,
    "Task_RecordSimbgPermitNumber": 5,
    "Task_SignPermit": 5,
    "Task_HandOverPermit": 6,
    "Task_StateBreachReason": 6,
}
LICENCE_STAGES: Final = (
    Words("Permohonan diterima", "Application received"),
    Words("Pemeriksaan identitas dan persetujuan", "Check of identity and consent"),
    Words("Pemeriksaan kelengkapan berkas", "Check of completeness"),
    Words("Rekomendasi teknis dan retribusi", "Technical recommendations and fee"),
    Words("Penyusunan dan pemeriksaan konsep", "Drafting and verification"),
    Words("Tanda tangan", "Signature"),
    Words("Izin terbit", "Licence issued"),
)
_LICENCE_STEPS: Final[Mapping[str, int]] = {
    "Task_VerifyIdentity": 1,
    "Task_CheckCompleteness": 2,
    "Task_GiveRecommendation": 3,
    "Task_RecordFieldVisit": 3,
    "Task_ConfirmFee": 3,
    "Task_DraftLicence": 4,
    "Task_VerifyDraft": 4,
    "Task_SignLicence": 5,
    "Task_StateBreachReason": 6,
    "Task_AuditCase": 6,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a case."""

    name: Words
    state: State


def stages_of(status: CaseStatus, open_steps: Iterable[str]) -> tuple[Stage, ...]:
    """Every stage of the service with its state.

    Args:
        open_steps: elements at which officers' tasks wait; none if nobody can tell now.
    """
    is_pbg = status.service == PBG_SERVICE
    names, steps = (PBG_STAGES, _PBG_STEPS) if is_pbg else (LICENCE_STAGES, _LICENCE_STEPS)
    if status.closed_at is not None:
        whole: State = "done" if status.outcome == "TERBIT" else "to_come"
        return tuple(Stage(name, whole if number else "done") for number, name in enumerate(names))
    reached = [steps[step] for step in open_steps if step in steps]
    now = min(reached) if reached else _by_the_case_file(status)
    return tuple(
        Stage(name, "done" if number < now else "now" if number == now else "to_come")
        for number, name in enumerate(names)
    )


def _by_the_case_file(status: CaseStatus) -> int:
    started = {which for which, _ in status.entries}
    if status.signed_at is not None:
        return 6
    if CaseClock.STATUTORY in started or CaseClock.SERVICE in started:
        return 3
    if CaseClock.PROMISE in started:
        return 2
    return 1 if status.number is not None else 0
