"""Job `retribution.issue_zero_assessment`: the assessment (SKRD) of Rp0.

Used by:  pbg_mbr_3_jam, Task_IssueZeroAssessment
Asks:     the case file
Effects:  one number in the register; the same when asked again
"""

from __future__ import annotations

from penaemas.casefiles.pbg.retribution_sheets import RetributionSheets
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures


class IssueZeroAssessmentInput(JobInput):
    """Which case."""

    case_id: str


async def issue_zero_assessment(job: IssueZeroAssessmentInput, *, pbg_retribution: RetributionSheets) -> None:
    """Issue it; a case that is charged anything is refused."""
    with case_file_failures():
        await pbg_retribution.issue_zero_assessment(job.case_id)
