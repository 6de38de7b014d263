"""Job `licences.stop_clock`: the licence is issued, so the clock of the service stops.

Used by:  pena_emas, Task_StopServiceClock
Asks:     the case file
Effects:  the stop of the clock, pinned by a commitment; the breach on file if no ladder was in time to record it;
          safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.emas.lifecycle import Lifecycle
from penaemas.casefiles.escalations import Escalations
from penaemas.licensing.escalation_ladder import Rung
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class StopClockInput(JobInput):
    """Which case."""

    case_id: str
    region_code: str


class StopClockOutput(JobOutput):
    """Whether the limit was broken: later than its closing, exactly at it is kept."""

    service_breached: bool
    clock_commitment: str


async def stop_clock(job: StopClockInput, *, emas_lifecycle: Lifecycle, escalations: Escalations) -> StopClockOutput:
    """Stop it; a clock that stopped before keeps its instant and its answer."""
    with case_file_failures():
        stopped = await emas_lifecycle.stop_clock(job.case_id)
        if stopped.breached:
            await escalations.fire_for_service(job.case_id, job.region_code, Rung.LIMIT_BROKEN)
    return StopClockOutput(service_breached=stopped.breached, clock_commitment=stopped.commitment)
