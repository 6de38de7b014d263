"""Job `licences.draw_audit_sample`: is this one of the cases that the inspectorate looks at?

Used by:  pena_emas, Task_DrawAuditSample
Asks:     the key of the month
Effects:  one draw; the first answer stays
"""

from __future__ import annotations

from penaemas.casefiles.emas.audit import AuditSample
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class DrawAuditSampleInput(JobInput):
    """Which case."""

    case_id: str


class DrawAuditSampleOutput(JobOutput):
    """About one case in twenty."""

    audit_selected: bool


async def draw_audit_sample(job: DrawAuditSampleInput, *, emas_audit: AuditSample) -> DrawAuditSampleOutput:
    """Draw."""
    with case_file_failures():
        return DrawAuditSampleOutput(audit_selected=await emas_audit.draw(job.case_id))
