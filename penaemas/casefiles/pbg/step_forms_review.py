"""Forms of the reviews and of the joint decision."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from penaemas.casefiles.pbg.step_form_parts import AskingEntry, ShortText

Finding = Literal["MEMENUHI", "TIDAK_MEMENUHI", "TIDAK_BERLAKU"]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Metres = Annotated[Decimal, Field(ge=0, le=1000, max_digits=6, decimal_places=2)]


class SpatialReviewStep(AskingEntry):
    """KRK or KKPR against the plan: coverage, floor area ratio, building line."""

    result_field = "spatial_review_result"
    reason_for = frozenset({"does_not_fit"})

    spatial_review_result: Literal["fits", "correction_needed", "does_not_fit"]
    zone: ShortText
    spatial_statement_number: ShortText | None = None
    building_coverage_percent: Percent
    building_coverage_limit_percent: Percent
    floor_area_ratio: Annotated[Decimal, Field(ge=0, le=20, decimal_places=2)]
    floor_area_ratio_limit: Annotated[Decimal, Field(ge=0, le=20, decimal_places=2)]
    building_line_m: Metres
    building_line_limit_m: Metres

    @model_validator(mode="after")
    def _fits_its_own_numbers(self) -> Self:
        exceeds = (
            self.building_coverage_percent > self.building_coverage_limit_percent
            or self.floor_area_ratio > self.floor_area_ratio_limit
            or self.building_line_m < self.building_line_limit_m
        )
        if self.spatial_review_result == "fits" and exceeds:
            raise ValueError("fits contradicts a value beyond its limit; correct the value or the result")
        return self


class PrototypeReviewStep(AskingEntry):
    """A standard design: only its place on the plot is looked at."""

    result_field = "technical_review_result"
    reason_for = frozenset({"does_not_meet"})

    technical_review_result: Literal["meets", "correction_needed", "does_not_meet"]
    design_unchanged: bool
    layout_fits_plot: bool

    @model_validator(mode="after")
    def _meets_its_own_findings(self) -> Self:
        if self.technical_review_result == "meets" and not (self.design_unchanged and self.layout_fits_plot):
            raise ValueError("meets contradicts the findings; correct one of them")
        return self


class DrawingsReviewStep(AskingEntry):
    """Own drawings: the whole sheet."""

    result_field = "technical_review_result"
    reason_for = frozenset({"does_not_meet"})

    technical_review_result: Literal["meets", "correction_needed", "does_not_meet"]
    foundation: Finding
    columns: Finding
    beams: Finding
    roof: Finding
    sanitation: Finding
    light_and_air: Finding

    @model_validator(mode="after")
    def _meets_its_own_findings(self) -> Self:
        sheet = (self.foundation, self.columns, self.beams, self.roof, self.sanitation, self.light_and_air)
        if self.technical_review_result == "meets" and "TIDAK_MEMENUHI" in sheet:
            raise ValueError("meets contradicts a finding; correct one of them")
        return self


class JointDecisionStep(AskingEntry):
    """Both reviews put together, with the minutes of the meeting."""

    result_field = "joint_decision"
    reason_for = frozenset({"rejected"})

    joint_decision: Literal["meets", "correction_needed", "rejected"]
    minutes_number: ShortText

    @model_validator(mode="after")
    def _correction_is_named(self) -> Self:
        # The reviews have named what to mend; here it may be added to, and need not be repeated.
        if bool(self.correction_subjects) != bool(self.correction_request):
            raise ValueError("correction_subjects and correction_request come together; add the other one")
        if self.correction_subjects and not self.asks_for_correction:
            raise ValueError("correction_subjects are named although nothing is to be mended; choose the other result")
        return self
