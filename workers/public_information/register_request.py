"""Job `public_information.register_request`: number and deadline of a public information request.

Used by:  public_information_request, Task_RegisterRequest
Asks:     the case file
Effects:  one number of the region's register and one commitment per case; safe to run twice
"""

from __future__ import annotations

from pydantic import AwareDatetime

from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.information_requests import InformationRequests
from penaemas.zeebe.job_contract import ContractViolation, JobInput, JobOutput


class RegisterRequestInput(JobInput):
    """Which case."""

    case_id: str
    region_code: str


class RegisterRequestOutput(JobOutput):
    """The register's entry. `request_commitment` pins the request in the ledger without containing it."""

    request_number: str
    registered_at: AwareDatetime
    answer_warn_at: AwareDatetime
    answer_due_at: AwareDatetime
    request_commitment: str


async def register_request(
    job: RegisterRequestInput, *, information_requests: InformationRequests
) -> RegisterRequestOutput:
    """Register the request; a request that is registered already keeps what it has."""
    try:
        registration = await information_requests.register(job.case_id, job.region_code)
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id and region") from unknown
    return RegisterRequestOutput(
        request_number=registration.request_number,
        registered_at=registration.registered_at,
        answer_warn_at=registration.answer_warn_at,
        answer_due_at=registration.answer_due_at,
        request_commitment=registration.request_commitment,
    )
