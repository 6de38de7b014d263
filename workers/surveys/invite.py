"""Job `surveys.invite`: the applicant is asked for an opinion on the service.

Used by:  pbg_mbr_3_jam, Task_InviteSurvey
Asks:     the case file
Effects:  one outgoing message for each case; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.pbg.notices import ApplicantNotices
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures


class InviteInput(JobInput):
    """Which case."""

    case_id: str


async def invite(job: InviteInput, *, pbg_notices: ApplicantNotices) -> None:
    """Queue the invitation for a channel."""
    with case_file_failures():
        await pbg_notices.send(job.case_id, "survey_invitation")
