"""Job `licences.open_case`: the case gets its number.

Used by:  pena_emas, Task_OpenCase
Asks:     the case file, the office calendars
Effects:  case number and start of the clock before the complete file, once; safe to run twice
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from penaemas.casefiles.emas.desk import EmasDesk
from penaemas.casefiles.emas.lifecycle import Lifecycle
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class OpenCaseInput(JobInput):
    """Which case of which region."""

    case_id: str
    region_code: str


class OpenCaseOutput(JobOutput):
    """Routing facts of the case. `identity_result` is open until an officer has seen the applicant."""

    case_number: str
    licence_type: str
    application_date: date
    identity_result: Literal["open"] = "open"
    office: tuple[dict[str, str | int], ...]  # from, to: instants; before_s, seconds: office seconds
    back_office: tuple[dict[str, str | int], ...]
    clock_commitment: str
    case_file_commitment: str


async def open_case(job: OpenCaseInput, *, emas_cases: EmasDesk, emas_lifecycle: Lifecycle) -> OpenCaseOutput:
    """Open the case; an open one keeps its number."""
    with case_file_failures():
        opened = await emas_lifecycle.open_case(job.case_id)
    office, back_office = emas_cases.windows(job.region_code)
    return OpenCaseOutput(
        case_number=opened.case_number,
        licence_type=opened.licence_type,
        application_date=opened.application_date,
        office=tuple(window.as_variable() for window in office),
        back_office=tuple(window.as_variable() for window in back_office),
        clock_commitment=opened.clock_commitment,
        case_file_commitment=opened.commitment,
    )
