"""Job `escalations.record_breach`: the promise is broken: apology with a new time, compensation, notices. Once.

Used by:  step_escalation_v1, Task_RecordBreach
Asks:     the clock's ledger, the case file for posts and decrees
Effects:  breach and compensation on file, one message to the applicant, notices, priority; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.escalations import Escalations
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.licensing.escalation_ladder import BREACHES
from penaemas.zeebe.job_contract import ContractViolation, JobInput


class RecordBreachInput(JobInput):
    """Which case, and the rung that says so."""

    case_id: str
    region_code: str
    step_id: str
    escalation_level: str


async def record_breach(job: RecordBreachInput, *, escalations: Escalations) -> None:
    """Fire the rung of the breach; one that has fired changes nothing."""
    if job.escalation_level not in BREACHES:
        raise ContractViolation("no promise is broken at this level")
    try:
        await escalations.fire_for_service(job.case_id, job.region_code, job.escalation_level)
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id") from unknown
    except KeyError as unknown:
        raise ContractViolation("this office has no such region") from unknown
