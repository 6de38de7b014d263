"""Job `service_clock.open_window`: the promise clock starts, or goes on with the minutes that remain.

Used by:  pbg_mbr_3_jam, Task_OpenServiceWindow
Asks:     the case file, the office calendars of the region
Effects:  the pre-check's clock stops, the promise clock runs: one entry each, pinned by a commitment; safe to run twice
"""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.service_window import ServiceWindow
from penaemas.zeebe.job_contract import ContractViolation, JobInput, JobOutput


class OpenWindowInput(JobInput):
    """Which case of which region."""

    case_id: str
    region_code: str


class OpenWindowOutput(JobOutput):
    """The coming openings of both calendars and the instants of the window's alarms.

    `clock_commitment` pins the ledger entry without containing it.
    """

    office: tuple[dict[str, str | int], ...]  # from, to: instants; before_s, seconds: office seconds
    back_office: tuple[dict[str, str | int], ...]
    pre_check_passed: Literal[True] = True
    service_due_at: AwareDatetime
    service_warning_alarm_at: AwareDatetime
    service_breach_alarm_at: AwareDatetime
    clock_commitment: str


async def open_window(job: OpenWindowInput, *, service_window: ServiceWindow) -> OpenWindowOutput:
    """Open the window; a promise that runs already keeps its start."""
    try:
        opened = await service_window.open(job.case_id, job.region_code)
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id") from unknown
    except KeyError as unknown:
        raise ContractViolation("this office has no calendar of the region") from unknown
    return OpenWindowOutput(
        office=tuple(window.as_variable() for window in opened.office),
        back_office=tuple(window.as_variable() for window in opened.back_office),
        service_due_at=opened.alarms.due_at,
        service_warning_alarm_at=opened.alarms.warning_at,
        service_breach_alarm_at=opened.alarms.breach_at,
        clock_commitment=opened.commitment,
    )
