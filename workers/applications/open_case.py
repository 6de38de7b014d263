"""Job `applications.open_case`: the case gets its number, and the switches of its region.

Used by:  pbg_mbr_3_jam, Task_OpenCase
Asks:     the case file, the region
Effects:  case number and start of the pre-check clock, once; safe to run twice
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg.opening import Opening
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class OpenCaseInput(JobInput):
    """Which case of which region."""

    case_id: str
    region_code: str


class OpenCaseOutput(JobOutput):
    """Routing facts of case and region. `application_date`: WIB day of receipt, the true one for a late entry.

    `clock_commitment` pins the start of the pre-check clock without containing it.
    """

    case_number: str
    application_date: date
    late_entry: bool
    income_zone: int  # 1 to 4
    simbg_registration: bool
    neighbours_consent_required: bool
    spatial_statement_made_at_counter: bool
    local_exemption_in_force: bool
    pre_check_passed: Literal[False] = False
    back_office: tuple[dict[str, str | int], ...]  # from, to: instants; before_s, seconds: office seconds
    clock_commitment: str


async def open_case(job: OpenCaseInput, *, pbg_cases: Desk, pbg_opening: Opening) -> OpenCaseOutput:
    """Open the case; an open one keeps its number."""
    with case_file_failures():
        opened = await pbg_opening.open_case(job.case_id)
    _, back_office = pbg_cases.windows(job.region_code)
    return OpenCaseOutput(
        case_number=opened.case_number,
        application_date=opened.application_date,
        late_entry=opened.late_entry,
        income_zone=opened.income_zone,
        simbg_registration=opened.simbg_registration,
        neighbours_consent_required=opened.neighbours_consent_required,
        spatial_statement_made_at_counter=opened.spatial_statement_made_at_counter,
        local_exemption_in_force=opened.local_exemption_in_force,
        back_office=tuple(window.as_variable() for window in back_office),
        clock_commitment=opened.clock_commitment,
    )
