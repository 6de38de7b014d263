"""Job `licences.receive_payment`: the payment has come, and the clock goes on from its instant.

Used by:  pena_emas, Task_ReceivePayment
Asks:     the case file
Effects:  the pause ends, pinned by a commitment; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.emas.fees import Fees
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class ReceivePaymentInput(JobInput):
    """Which case."""

    case_id: str


class ReceivePaymentOutput(JobOutput):
    """What pins the end of the pause."""

    clock_commitments: tuple[str, ...]


async def receive_payment(job: ReceivePaymentInput, *, emas_fees: Fees) -> ReceivePaymentOutput:
    """Let the clock go on."""
    with case_file_failures():
        return ReceivePaymentOutput(clock_commitments=await emas_fees.receive_payment(job.case_id))
