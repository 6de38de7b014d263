"""Job `retribution.calculate`: the retribution to the rupiah, and what of it is waived.

Used by:  pbg_mbr_3_jam, Task_CalculateRetribution
Asks:     the case file, the tariff of the region
Effects:  one sheet for each computation that differs; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.pbg.retribution_sheets import RetributionSheets
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures


class CalculateInput(JobInput):
    """Which case. `retribution_exemption`: the decision of that name; None when no rule holds, so nothing is waived."""

    case_id: str
    retribution_exemption: bool | None


async def calculate(job: CalculateInput, *, pbg_retribution: RetributionSheets) -> None:
    """Compute and keep the sheet."""
    with case_file_failures():
        await pbg_retribution.calculate(job.case_id, exempt=job.retribution_exemption is True)
