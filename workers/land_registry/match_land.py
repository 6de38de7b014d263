"""Job `land_registry.match_land`: does the land belong to whom the application says, and is it as large?

Used by:  pbg_mbr_3_jam, Task_MatchLand
Asks:     the case file, the land registry (connectors/land_registry)
Effects:  the answer in the case file, a warning if the land tax differs; safe to run twice
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from penaemas.casefiles.pbg.checks import Checks
from penaemas.connectors.land_registry.port import (
    LandAnswer,
    LandClaim,
    LandMatch,
    LandRegistry,
    LandRegistryUnavailable,
)
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class MatchLandInput(JobInput):
    """Which case."""

    case_id: str


class MatchLandOutput(JobOutput):
    """`unknown` is never a pass: an officer looks it up by hand."""

    land_check: Literal["matched", "mismatch", "unknown"]


async def match_land(job: MatchLandInput, *, pbg_checks: Checks, land_registry: LandRegistry) -> MatchLandOutput:
    """Ask, unless a good answer still stands."""
    with case_file_failures():
        answer = await pbg_checks.standing_answer(job.case_id, "land_check")
        if answer is None:
            plot = await pbg_checks.plot_to_match(job.case_id)
            match = await _matched(
                land_registry,
                LandClaim(
                    plot.land_right,
                    plot.land_right_number,
                    plot.sub_district,
                    plot.holder_name,
                    Decimal(plot.area_m2),
                    plot.property_tax_number,
                ),
            )
            warnings = {"property_tax_differs": "land_tax_number"} if match.tax_number_differs else {}
            answer = await pbg_checks.keep_answer(
                job.case_id, "land_check", match.answer, land_registry.source, warnings=warnings
            )
    return MatchLandOutput(land_check=LandAnswer(answer).value)


async def _matched(registry: LandRegistry, claim: LandClaim) -> LandMatch:
    try:
        return await registry.match(claim)
    except LandRegistryUnavailable:
        return LandMatch(LandAnswer.UNKNOWN)
