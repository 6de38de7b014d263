"""Job `numbering.assign_registration_number`: the registration number of the sub-district and day.

Used by:  pbg_mbr_3_jam, Task_AssignRegistrationNumber
Asks:     the register
Effects:  one number in the register; the same when asked again
"""

from __future__ import annotations

from penaemas.casefiles.pbg.register import Register
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures


class AssignRegistrationNumberInput(JobInput):
    """Which case."""

    case_id: str


async def assign_registration_number(job: AssignRegistrationNumberInput, *, pbg_register: Register) -> None:
    """Give it."""
    with case_file_failures():
        await pbg_register.assign_registration_number(job.case_id)
