"""Job `public_information.close_request`: the answer is pinned and the case file closed.

Used by:  public_information_request, Task_CloseRequest
Asks:     the case file
Effects:  one commitment and the closing of the case file; safe to run twice
"""

from __future__ import annotations

from pydantic import AwareDatetime

from penaemas.casefiles.information_request_forms import FinalDecision
from penaemas.casefiles.information_request_records import AnswerMissing, CaseUnknown
from penaemas.casefiles.information_requests import InformationRequests
from penaemas.casefiles.person_vault import PersonErased
from penaemas.zeebe.job_contract import ContractViolation, JobInput, JobOutput


class CloseRequestInput(JobInput):
    """Which case, and how it was decided."""

    case_id: str
    answer_decision: FinalDecision


class CloseRequestOutput(JobOutput):
    """The closing. `answer_commitment` pins the answer in the ledger without containing it."""

    closed_at: AwareDatetime
    answer_commitment: str


async def close_request(job: CloseRequestInput, *, information_requests: InformationRequests) -> CloseRequestOutput:
    """Close the case file; a closed one keeps its instant and its commitment."""
    try:
        closing = await information_requests.close(job.case_id, job.answer_decision)
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id") from unknown
    except AnswerMissing as missing:
        raise ContractViolation("no answer with this decision is in the case file") from missing
    except PersonErased as erased:
        raise ContractViolation("the person of this case file was erased before the answer was pinned") from erased
    return CloseRequestOutput(closed_at=closing.closed_at, answer_commitment=closing.answer_commitment)
