"""Job `numbering.assign_permit_number`: SIMBG's number where the region registers there, else one of our own prefix.

Used by:  pbg_mbr_3_jam, Task_AssignPermitNumber
Asks:     the register, SIMBG (connectors/simbg) whether it knows the numbers that officers recorded
Effects:  one number in the register; a warning if SIMBG has another; an outage if it gave no answer; the same when
          asked again
"""

from __future__ import annotations

from penaemas.casefiles.pbg.checks import Checks
from penaemas.casefiles.pbg.register import Register
from penaemas.casefiles.watched_outages import WatchedOutages
from penaemas.connectors.faults import ConnectorFault
from penaemas.connectors.serving import Serving
from penaemas.connectors.simbg.port import Simbg, SimbgAnswer, SimbgNumbers
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures


class AssignPermitNumberInput(JobInput):
    """Which case of which region, and whether the region registers in SIMBG."""

    case_id: str
    region_code: str
    simbg_registration: bool


async def assign_permit_number(
    job: AssignPermitNumberInput,
    *,
    pbg_register: Register,
    pbg_checks: Checks,
    simbg: Serving[Simbg],
    watched_outages: WatchedOutages,
) -> None:
    """Give it."""
    with case_file_failures():
        await pbg_register.assign_permit_number(job.case_id, simbg_registration=job.simbg_registration)
        recorded = await pbg_register.simbg_numbers(job.case_id) if job.simbg_registration else None
        if recorded is not None:
            try:
                answer = await simbg.of(job.region_code).compare(SimbgNumbers(*recorded))
            except ConnectorFault as fault:
                # An officer has copied the numbers from SIMBG by hand; that stands, and the outage is on record.
                await watched_outages.begin(job.region_code, fault.system, fault.cause.value)
            else:
                if answer is SimbgAnswer.MISMATCH:
                    await pbg_checks.warn(job.case_id, "simbg_has_another_number", "simbg_permit_number")
