"""Job `licences.close_case`: the case is over: outcome, clocks, void number, one commitment over all that was pinned.

Used by:  pena_emas, Task_ArchiveIssued, Task_ArchiveRejected, Task_ArchiveWithdrawn, Task_ArchiveExpired
Asks:     the case file
Effects:  the case is closed; safe to run twice
"""

from __future__ import annotations

from typing import Literal

from penaemas.casefiles.emas.lifecycle import Lifecycle
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class CloseCaseInput(JobInput):
    """Which case, and how it ended."""

    case_id: str
    case_outcome: Literal["issued", "rejected", "withdrawn", "expired"]


class CloseCaseOutput(JobOutput):
    """What covers everything that was pinned on the way."""

    case_file_commitment: str
    clock_commitments: tuple[str, ...]


async def close_case(job: CloseCaseInput, *, emas_lifecycle: Lifecycle) -> CloseCaseOutput:
    """Close it; a closed one keeps its outcome."""
    with case_file_failures():
        closed = await emas_lifecycle.close_case(job.case_id, job.case_outcome)
    return CloseCaseOutput(case_file_commitment=closed.commitment, clock_commitments=closed.clock_commitments)
