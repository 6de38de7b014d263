"""Job `licences.open_window`: the file is complete: the clock of the service runs, and the agencies are known.

Used by:  pena_emas, Task_OpenServiceWindow
Asks:     the case file, the service catalogue, the office calendars
Effects:  one entry of the clock, pinned by a commitment; safe to run twice
"""

from __future__ import annotations

from pydantic import AwareDatetime

from penaemas.casefiles.emas.lifecycle import Lifecycle
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class OpenWindowInput(JobInput):
    """Which case."""

    case_id: str


class OpenWindowOutput(JobOutput):
    """Openings, alarms of the window, and the agencies that are asked now: none whose recommendation still stands."""

    office: tuple[dict[str, str | int], ...]  # from, to: instants; before_s, seconds: office seconds
    back_office: tuple[dict[str, str | int], ...]
    service_due_at: AwareDatetime
    service_warning_alarm_at: AwareDatetime
    service_breach_alarm_at: AwareDatetime
    agencies: tuple[dict[str, str | int], ...]  # agency_id, role, minutes of the back office
    clock_commitment: str
    case_file_commitment: str


async def open_window(job: OpenWindowInput, *, emas_lifecycle: Lifecycle) -> OpenWindowOutput:
    """Open it; a clock that runs already keeps its start."""
    with case_file_failures():
        opened = await emas_lifecycle.open_window(job.case_id)
    return OpenWindowOutput(
        office=tuple(window.as_variable() for window in opened.office),
        back_office=tuple(window.as_variable() for window in opened.back_office),
        service_due_at=opened.alarms.due_at,
        service_warning_alarm_at=opened.alarms.warning_at,
        service_breach_alarm_at=opened.alarms.breach_at,
        agencies=tuple(
            {"agency_id": one.agency_id, "role": one.role, "minutes": one.minutes} for one in opened.open_requests
        ),
        clock_commitment=opened.clock_commitment,
        case_file_commitment=opened.commitment,
    )
