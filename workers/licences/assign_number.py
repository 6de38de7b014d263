"""Job `licences.assign_number`: the licence gets its number in the register.

Used by:  pena_emas, Task_AssignLicenceNumber
Asks:     the register
Effects:  one number; the same when asked again
"""

from __future__ import annotations

from penaemas.casefiles.emas.papers import Papers
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures


class AssignNumberInput(JobInput):
    """Which case."""

    case_id: str


async def assign_number(job: AssignNumberInput, *, emas_papers: Papers) -> None:
    """Give it."""
    with case_file_failures():
        await emas_papers.assign_number(job.case_id)
