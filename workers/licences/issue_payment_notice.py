"""Job `licences.issue_payment_notice`: the applicant is asked to pay, and the clock stands.

Used by:  pena_emas, Task_IssuePaymentNotice
Asks:     the case file, the service catalogue
Effects:  one notice with its number; a pause of the clock; safe to run twice
"""

from __future__ import annotations

from pydantic import AwareDatetime

from penaemas.casefiles.emas.fees import Fees
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class IssuePaymentNoticeInput(JobInput):
    """Which case."""

    case_id: str


class IssuePaymentNoticeOutput(JobOutput):
    """`payment_due_at`: closing of the last day for the payment."""

    payment_due_at: AwareDatetime
    clock_commitments: tuple[str, ...]
    case_file_commitment: str


async def issue_payment_notice(job: IssuePaymentNoticeInput, *, emas_fees: Fees) -> IssuePaymentNoticeOutput:
    """Issue it; one that was issued stays."""
    with case_file_failures():
        notice = await emas_fees.issue_notice(job.case_id)
    return IssuePaymentNoticeOutput(
        payment_due_at=notice.due_at,
        clock_commitments=notice.clock_commitments,
        case_file_commitment=notice.commitment,
    )
