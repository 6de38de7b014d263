"""Job `regions.locate_building`: does the building lie in the region?

Used by:  pbg_mbr_3_jam, Task_LocateBuilding
Asks:     the case file, the region
Effects:  a warning to officers if the coordinates lie outside; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.pbg.checks import Checks
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class LocateBuildingInput(JobInput):
    """Which case."""

    case_id: str


class LocateBuildingOutput(JobOutput):
    """By the sub-district code; coordinates only warn."""

    building_in_region: bool


async def locate_building(job: LocateBuildingInput, *, pbg_checks: Checks) -> LocateBuildingOutput:
    """Look it up."""
    with case_file_failures():
        return LocateBuildingOutput(building_in_region=await pbg_checks.locate_building(job.case_id))
