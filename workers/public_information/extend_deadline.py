"""Job `public_information.extend_deadline`: the one extension that the law allows.

Used by:  public_information_request, Task_ExtendDeadline
Asks:     the case file
Effects:  the case file's deadline, once; safe to run twice
"""

from __future__ import annotations

from pydantic import AwareDatetime

from penaemas.casefiles.information_request_records import CaseUnknown, ExtensionUsed
from penaemas.casefiles.information_requests import InformationRequests
from penaemas.zeebe.job_contract import BusinessRejection, ContractViolation, JobInput, JobOutput


class ExtensionAlreadyUsed(BusinessRejection):
    """The deadline was extended before. Caught at BoundaryEvent_ExtensionAlreadyUsed."""

    code = "EXTENSION_ALREADY_USED"


class ExtendDeadlineInput(JobInput):
    """Which case, and the deadline to be replaced."""

    case_id: str
    region_code: str
    answer_due_at: AwareDatetime


class ExtendDeadlineOutput(JobOutput):
    """The new instants."""

    answer_warn_at: AwareDatetime
    answer_due_at: AwareDatetime


async def extend_deadline(
    job: ExtendDeadlineInput, *, information_requests: InformationRequests
) -> ExtendDeadlineOutput:
    """Extend the deadline; the same deadline extended again gives the same answer."""
    try:
        warn_at, due_at = await information_requests.extend(job.case_id, job.answer_due_at)
    except ExtensionUsed as used:
        raise ExtensionAlreadyUsed("the deadline was extended before") from used
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id") from unknown
    return ExtendDeadlineOutput(answer_warn_at=warn_at, answer_due_at=due_at)
