"""Job `corrections.receive_round`: the correction has come back: what was accepted and untouched stays accepted.

Used by:  pbg_mbr_3_jam, Task_ReceiveCorrection
Asks:     the case file
Effects:  the round is closed, the clocks go on from its submission; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.pbg.acceptances import ReceivedCorrections
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class ReceiveRoundInput(JobInput):
    """Which round of which case."""

    case_id: str
    correction_round: int


class ReceiveRoundOutput(JobOutput):
    """Each result as it was if it still stands, else "reopened" (`documents_present`: false)."""

    registration_result: str
    completeness_result: str
    identity_check: str
    land_check: str
    spatial_review_result: str
    technical_review_result: str
    documents_present: bool
    clock_commitments: tuple[str, ...]


async def receive_round(job: ReceiveRoundInput, *, pbg_received_corrections: ReceivedCorrections) -> ReceiveRoundOutput:
    """Close the round."""
    with case_file_failures():
        standing = await pbg_received_corrections.receive_round(job.case_id, job.correction_round)
    return ReceiveRoundOutput(
        registration_result=standing.registration_result,
        completeness_result=standing.completeness_result,
        identity_check=standing.identity_check,
        land_check=standing.land_check,
        spatial_review_result=standing.spatial_review_result,
        technical_review_result=standing.technical_review_result,
        documents_present=standing.documents_present,
        clock_commitments=standing.clock_commitments,
    )
