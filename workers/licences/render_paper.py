"""Job `licences.render_paper`: a draft, the licence or a rejection as PDF, unsigned and saying so.

Used by:  pena_emas, Task_RenderDraft, Task_RenderLicence, Task_RenderRejection
Asks:     the case file, the templates of config/letters
Effects:  one sealed PDF for each content; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.emas.papers import PaperKind, Papers
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class RenderPaperInput(JobInput):
    """Which paper of which case."""

    case_id: str
    paper_kind: PaperKind


class RenderPaperOutput(JobOutput):
    """What pins the PDF without containing it."""

    case_file_commitment: str


async def render_paper(job: RenderPaperInput, *, emas_papers: Papers) -> RenderPaperOutput:
    """Typeset it."""
    with case_file_failures():
        paper = await emas_papers.render(job.case_id, job.paper_kind)
    return RenderPaperOutput(case_file_commitment=paper.commitment)
