"""Job `service_clock.stop`: the permit is handed over, so the promise clock stops.

Used by:  pbg_mbr_3_jam, Task_StopPromiseClock
Asks:     the case file
Effects:  the stop of the promise and statutory clocks, pinned by a commitment; the breach on file if no ladder was in
          time to record it; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.escalations import Escalations
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.ladders import ClockNotStarted
from penaemas.casefiles.service_window import ServiceWindow
from penaemas.licensing.escalation_ladder import Rung
from penaemas.zeebe.job_contract import ContractViolation, JobInput, JobOutput


class StopInput(JobInput):
    """Which case."""

    case_id: str
    region_code: str


class StopOutput(JobOutput):
    """Whether the promise was broken: later than its due instant, exactly at it is kept."""

    service_breached: bool
    clock_commitment: str


async def stop(job: StopInput, *, service_window: ServiceWindow, escalations: Escalations) -> StopOutput:
    """Stop the clock; one that stopped before keeps its instant and its answer."""
    try:
        stopped = await service_window.stop(job.case_id)
        if stopped.breached:
            await escalations.fire_for_service(job.case_id, job.region_code, Rung.SERVICE_BREACHED)
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id") from unknown
    except ClockNotStarted as early:
        raise ContractViolation("the promise clock of this case never started") from early
    return StopOutput(service_breached=stopped.breached, clock_commitment=stopped.commitment)
