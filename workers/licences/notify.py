"""Job `licences.notify`: the applicant is told.

Used by:  pena_emas, Task_NotifyCorrection, Task_NotifyPaymentDue, Task_NotifyIssued, Task_NotifyRejected,
          Task_NotifyWithdrawn, Task_NotifyExpired, Task_InviteSurvey
Asks:     the case file
Effects:  one outgoing message for each case, kind and round; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.emas.notices import ApplicantNotices, NoticeKind
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures


class NotifyInput(JobInput):
    """Which case, and what is said."""

    case_id: str
    notice_kind: NoticeKind


async def notify(job: NotifyInput, *, emas_notices: ApplicantNotices) -> None:
    """Queue it for a channel."""
    with case_file_failures():
        await emas_notices.send(job.case_id, job.notice_kind)
