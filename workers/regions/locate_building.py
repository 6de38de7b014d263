"""Job `regions.locate_building`: does the building lie in the region, and what does the spatial plan say of the place?

Used by:  pbg_mbr_3_jam, Task_LocateBuilding
Asks:     the case file, the region, the spatial plan (connectors/spatial_plan)
Effects:  warnings to officers if the coordinates lie outside, or the plan forbids a house there; an outage if the plan
          gave no answer; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.pbg.checks import Checks
from penaemas.casefiles.watched_outages import WatchedOutages
from penaemas.connectors.faults import ConnectorFault
from penaemas.connectors.serving import Serving
from penaemas.connectors.spatial_plan.port import DWELLING, PlaceAndUse, PlanAnswer, SpatialPlan
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures

PLAN_WARNINGS = {
    PlanAnswer.NOT_ALLOWED: "plan_forbids_the_use",
    PlanAnswer.CONDITIONAL: "plan_allows_the_use_on_conditions",
}


class LocateBuildingInput(JobInput):
    """Which case of which region."""

    case_id: str
    region_code: str


class LocateBuildingOutput(JobOutput):
    """By the sub-district code; coordinates only warn."""

    building_in_region: bool


async def locate_building(
    job: LocateBuildingInput,
    *,
    pbg_checks: Checks,
    spatial_plan: Serving[SpatialPlan],
    watched_outages: WatchedOutages,
) -> LocateBuildingOutput:
    """Look it up. What the plan says is a warning; the officer who reviews the spatial fit decides."""
    with case_file_failures():
        in_region = await pbg_checks.locate_building(job.case_id)
        point = await pbg_checks.point_of_building(job.case_id)
        if point is not None:
            place = PlaceAndUse(job.region_code, *point, use=DWELLING)
            try:
                fit = await spatial_plan.of(job.region_code).assess(place)
            except ConnectorFault as fault:
                await watched_outages.begin(job.region_code, fault.system, fault.cause.value)
            else:
                if fit.answer in PLAN_WARNINGS:
                    await pbg_checks.warn(job.case_id, PLAN_WARNINGS[fit.answer], "latitude")
    return LocateBuildingOutput(building_in_region=in_region)
