"""Job `letters.render_rejection`: the rejection with its reasons and the right to object.

Used by:  pbg_mbr_3_jam, Task_RenderRejection
Asks:     the case file, the templates of config/letters
Effects:  one sealed PDF for each content; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.pbg.papers import Papers
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class RenderRejectionInput(JobInput):
    """Which case."""

    case_id: str


class RenderRejectionOutput(JobOutput):
    """`case_file_commitment` pins the PDF without containing it."""

    case_file_commitment: str


async def render_rejection(job: RenderRejectionInput, *, pbg_papers: Papers) -> RenderRejectionOutput:
    """Typeset it."""
    with case_file_failures():
        paper = await pbg_papers.render_rejection(job.case_id)
    return RenderRejectionOutput(case_file_commitment=paper.commitment)
