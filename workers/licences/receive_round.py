"""Job `licences.receive_round`: the correction has come back.

Used by:  pena_emas, Task_ReceiveCorrection
Asks:     the case file
Effects:  the round is closed, the clocks go on from its submission; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.emas.corrections import Corrections
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class ReceiveRoundInput(JobInput):
    """Which round of which case."""

    case_id: str
    correction_round: int


class ReceiveRoundOutput(JobOutput):
    """`identity_result`: "accepted" if it still stands, else "reopened"."""

    identity_result: str
    clock_commitments: tuple[str, ...]


async def receive_round(job: ReceiveRoundInput, *, emas_corrections: Corrections) -> ReceiveRoundOutput:
    """Close the round."""
    with case_file_failures():
        received = await emas_corrections.receive_round(job.case_id, job.correction_round)
    return ReceiveRoundOutput(identity_result=received.identity_result, clock_commitments=received.clock_commitments)
