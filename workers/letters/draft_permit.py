"""Job `letters.draft_permit`: the draft of the permit for the supervisor.

Used by:  pbg_mbr_3_jam, Task_DraftPermit
Asks:     the case file, the templates of config/letters
Effects:  one sealed PDF for each content; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.pbg.papers import Papers
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class DraftPermitInput(JobInput):
    """Which case."""

    case_id: str


class DraftPermitOutput(JobOutput):
    """`case_file_commitment` pins the PDF without containing it."""

    case_file_commitment: str


async def draft_permit(job: DraftPermitInput, *, pbg_papers: Papers) -> DraftPermitOutput:
    """Typeset it, marked as a concept."""
    with case_file_failures():
        paper = await pbg_papers.draft_permit(job.case_id)
    return DraftPermitOutput(case_file_commitment=paper.commitment)
