"""Job `applications.hand_over`: everything that is on file, packed for the ordinary PBG with the reason.

Used by:  pbg_mbr_3_jam, Task_HandOverFile
Asks:     the case file
Effects:  one sealed package for each content; safe to run twice
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from penaemas.casefiles.pbg.papers import Papers
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class EligibilityDecision(BaseModel):
    """What the eligibility table answered."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    way: str
    faults: tuple[str, ...] = ()


class HandOverInput(JobInput):
    """Which case, and why it leaves this service."""

    case_id: str
    eligibility: EligibilityDecision | None = None


class HandOverOutput(JobOutput):
    """`case_file_commitment` pins the package without containing it."""

    case_file_commitment: str


async def hand_over(job: HandOverInput, *, pbg_papers: Papers) -> HandOverOutput:
    """Pack it. Past the pre-check the reason is the officer's, written in the step that refused the exemption."""
    reasons = job.eligibility.faults if job.eligibility else ()
    with case_file_failures():
        package = await pbg_papers.hand_over(job.case_id, reasons)
    return HandOverOutput(case_file_commitment=package.commitment)
