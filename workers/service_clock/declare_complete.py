"""Job `service_clock.declare_complete`: the file is complete, so the limits of law begin.

Used by:  pbg_mbr_3_jam, Task_DeclareComplete
Asks:     the case file
Effects:  one entry of the statutory clock, pinned by a commitment; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.service_window import ServiceWindow
from penaemas.zeebe.job_contract import ContractViolation, JobInput, JobOutput


class DeclareCompleteInput(JobInput):
    """Which case."""

    case_id: str
    region_code: str


class DeclareCompleteOutput(JobOutput):
    """`clock_commitment` pins the ledger entry without containing it."""

    clock_commitment: str


async def declare_complete(job: DeclareCompleteInput, *, service_window: ServiceWindow) -> DeclareCompleteOutput:
    """Start the statutory clock; one that runs already, or was held by a correction, keeps its start."""
    try:
        return DeclareCompleteOutput(clock_commitment=await service_window.declare_complete(job.case_id))
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id") from unknown
