"""Job `letters.render_permit`: the permit, unsigned and saying so.

Used by:  pbg_mbr_3_jam, Task_RenderPermit
Asks:     the case file, the templates of config/letters
Effects:  one sealed PDF for each content; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.pbg.papers import Papers
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class RenderPermitInput(JobInput):
    """Which case, and whether SIMBG's number stands behind its permit."""

    case_id: str
    simbg_registration: bool


class RenderPermitOutput(JobOutput):
    """`case_file_commitment` pins the PDF without containing it."""

    case_file_commitment: str


async def render_permit(job: RenderPermitInput, *, pbg_papers: Papers) -> RenderPermitOutput:
    """Typeset it; titled "Konsep" where the region does not register in SIMBG."""
    with case_file_failures():
        paper = await pbg_papers.render_permit(job.case_id, simbg_registration=job.simbg_registration)
    return RenderPermitOutput(case_file_commitment=paper.commitment)
