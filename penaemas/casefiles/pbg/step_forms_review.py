"""Forms of the reviews and of the joint decision."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from penaemas.casefiles.pbg.step_form_parts import AskingEntry
from penaemas.casefiles.step_entries import Note, ShortText, text

Finding = Literal["SESUAI", "TIDAK_SESUAI"]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Ratio = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Metres = Annotated[Decimal, Field(ge=0, le=1000, max_digits=6, decimal_places=2)]


class SpatialReviewStep(AskingEntry):
    """KRK or KKPR against the plan: coverage (KDB), floor area ratio (KLB), building line (GSB)."""

    result_field = "spatial_review_result"
    reason_field = "spatial_note"
    no_reason_for = frozenset({"fits"})
    whole_step = "TATA_RUANG"

    spatial_review_result: Literal["fits", "correction_needed", "does_not_fit"]
    zone: ShortText
    spatial_statement_number: ShortText
    kdb_planned_percent: Percent
    kdb_limit_percent: Percent
    klb_planned: Ratio
    klb_limit: Ratio
    gsb_planned_m: Metres
    gsb_limit_m: Metres
    spatial_note: Note | None = None

    @model_validator(mode="after")
    def _fits_its_own_numbers(self) -> Self:
        exceeds = (
            self.kdb_planned_percent > self.kdb_limit_percent
            or self.klb_planned > self.klb_limit
            or self.gsb_planned_m < self.gsb_limit_m
        )
        if self.spatial_review_result == "fits" and exceeds:
            raise ValueError("fits contradicts a value beyond its limit; correct the value or the result")
        return self


class _TechnicalReviewStep(AskingEntry):
    result_field = "technical_review_result"
    reason_field = "technical_note"
    no_reason_for = frozenset({"meets"})
    whole_step = "TEKNIS"

    technical_review_result: Literal["meets", "correction_needed", "does_not_meet"]
    technical_note: Note | None = None

    @model_validator(mode="after")
    def _meets_its_own_findings(self) -> Self:
        findings = [value for name, value in self if name.startswith("check_")]
        if self.technical_review_result == "meets" and "TIDAK_SESUAI" in findings:
            raise ValueError("meets contradicts a finding; correct one of them")
        return self


class PrototypeReviewStep(_TechnicalReviewStep):
    """A standard design: only its place on the plot is looked at."""

    check_design_unchanged: Finding
    check_site_layout: Finding
    check_soil: Finding
    check_sanitation: Finding


class DrawingsReviewStep(_TechnicalReviewStep):
    """Own drawings: the whole sheet."""

    check_foundation: Finding
    check_columns: Finding
    check_beams: Finding
    check_roof: Finding
    check_sanitation: Finding
    check_light_and_air: Finding


class JointDecisionStep(AskingEntry):
    """Both reviews put together, with the minutes. What they have named need not be repeated in `correction_items`."""

    result_field = "joint_decision"

    joint_decision: Literal["meets", "correction_needed", "rejected"]
    minutes_of_meeting: Annotated[str, text(1, 10_000)]
    correction_items: Note | None = None
    rejection_reasons: Note | None = None

    @model_validator(mode="after")
    def _rejection_has_reasons(self) -> Self:
        if self.joint_decision == "rejected" and not self.rejection_reasons:
            raise ValueError("rejection_reasons is required for this result; write the reason in plain words")
        return self

    def requests(self) -> dict[str, str]:
        if not self.asks_for_correction or not self.correction_items:
            return {}
        return dict.fromkeys(self.correction_subjects or (self.whole_step,), self.correction_items)
