"""Job `archive.close_case`: the case is closed: clocks stopped, unused numbers void, everything pinned.

Used by:  pbg_mbr_3_jam, Task_ArchiveIssued, Task_ArchiveRejected, Task_ArchiveWithdrawn, Task_ArchiveExpired,
          Task_ArchiveHandedOver
Asks:     the case file, the register, the legal clock
Effects:  the closing, once; the breach on file if no ladder was in time to record it; safe to run twice
"""

from __future__ import annotations

from typing import Literal

from penaemas.casefiles.escalations import Escalations
from penaemas.casefiles.pbg.closing import Closing
from penaemas.licensing.escalation_ladder import Rung
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class CloseCaseInput(JobInput):
    """Which case, and how it ended."""

    case_id: str
    region_code: str
    case_outcome: Literal["issued", "rejected", "withdrawn", "expired", "handed_over"]


class CloseCaseOutput(JobOutput):
    """Commitments over the whole case file, and over every entry of its clocks, without containing them.

    `breach_reason_missing`: the promise was broken and no officer has said why.
    """

    case_file_commitment: str
    clock_commitments: tuple[str, ...]
    breach_reason_missing: bool


async def close_case(job: CloseCaseInput, *, pbg_closing: Closing, escalations: Escalations) -> CloseCaseOutput:
    """Close it; a closed one keeps its outcome."""
    with case_file_failures():
        closed = await pbg_closing.close_case(job.case_id, job.case_outcome)
        if closed.promise_broken:
            # It may have left the window, and with it the ladder, before the promise ran out.
            await escalations.fire_for_service(job.case_id, job.region_code, Rung.SERVICE_BREACHED)
        reason_missing = await pbg_closing.lacks_breach_reason(job.case_id)
    return CloseCaseOutput(
        case_file_commitment=closed.commitment,
        clock_commitments=closed.clock_commitments,
        breach_reason_missing=reason_missing,
    )
