"""Job `notices.send`: the applicant is told.

Used by:  pbg_mbr_3_jam, Task_NotifyCorrection, Task_NotifyIssued, Task_NotifyRejected, Task_NotifyWithdrawn,
          Task_NotifyExpired, Task_NotifyHandedOver
Asks:     the case file
Effects:  one outgoing message for each case, kind and round; safe to run twice
"""

from __future__ import annotations

from typing import Literal

from penaemas.casefiles.pbg.notices import ApplicantNotices
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures

NoticeKind = Literal[
    "correction_requested",
    "permit_issued",
    "application_rejected",
    "application_withdrawn",
    "application_expired",
    "handed_to_ordinary_pbg",
]


class SendInput(JobInput):
    """Which case, and what is said."""

    case_id: str
    notice_kind: NoticeKind


async def send(job: SendInput, *, pbg_notices: ApplicantNotices) -> None:
    """Queue it for a channel."""
    with case_file_failures():
        await pbg_notices.send(job.case_id, job.notice_kind)
