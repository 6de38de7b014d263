"""Job `applications.find_duplicate`: does an earlier application for the same land and owner run?

Used by:  pbg_mbr_3_jam, Task_FindDuplicate
Asks:     the case files, by keyed digests
Effects:  a warning to officers if a permit was issued there before; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.pbg.checks import Checks
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class FindDuplicateInput(JobInput):
    """Which case."""

    case_id: str


class FindDuplicateOutput(JobOutput):
    """Whether an earlier one runs."""

    duplicate_running: bool


async def find_duplicate(job: FindDuplicateInput, *, pbg_checks: Checks) -> FindDuplicateOutput:
    """Look for it; of two that run, only the later one is a duplicate."""
    with case_file_failures():
        return FindDuplicateOutput(duplicate_running=await pbg_checks.find_duplicate(job.case_id))
