"""Job `numbering.assign_permit_number`: SIMBG's number where the region registers there, else one of our own prefix.

Used by:  pbg_mbr_3_jam, Task_AssignPermitNumber
Asks:     the register
Effects:  one number in the register; the same when asked again
"""

from __future__ import annotations

from penaemas.casefiles.pbg.register import Register
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures


class AssignPermitNumberInput(JobInput):
    """Which case, and whether its region registers in SIMBG."""

    case_id: str
    simbg_registration: bool


async def assign_permit_number(job: AssignPermitNumberInput, *, pbg_register: Register) -> None:
    """Give it."""
    with case_file_failures():
        await pbg_register.assign_permit_number(job.case_id, simbg_registration=job.simbg_registration)
