"""Job `licences.calculate_fee`: what the licence costs.

Used by:  pena_emas, Task_CalculateFee
Asks:     the case file, the service catalogue
Effects:  none
"""

from __future__ import annotations

from penaemas.casefiles.emas.fees import Fees
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class CalculateFeeInput(JobInput):
    """Which case."""

    case_id: str


class CalculateFeeOutput(JobOutput):
    """Whether anything is to be paid."""

    fee_due: bool
    fee_amount_idr: int  # whole rupiah


async def calculate_fee(job: CalculateFeeInput, *, emas_fees: Fees) -> CalculateFeeOutput:
    """Compute it by the tariff of the application's day."""
    with case_file_failures():
        sheet = await emas_fees.calculate(job.case_id)
    amount_idr = sheet.amount_idr if sheet else 0
    return CalculateFeeOutput(fee_due=amount_idr > 0, fee_amount_idr=amount_idr)
