"""Job `eligibility.compare_income`: is the household's income within the ceiling of the application day?

Used by:  pbg_mbr_3_jam, Task_CompareIncome
Asks:     the case file
Effects:  the answer with the basis of the table, once for each revision; safe to run twice
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from penaemas.casefiles.pbg.checks import Checks
from penaemas.licensing.legal_values import HouseholdStatus
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class IncomeCeiling(BaseModel):
    """The row of the decision `pbg_mbr_income_ceiling`: rupiah a month, inclusive."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    unmarried_idr: int
    married_idr: int
    tapera_idr: int

    def by_status(self) -> dict[HouseholdStatus, int]:
        """The column of each household status."""
        return {
            HouseholdStatus.UNMARRIED: self.unmarried_idr,
            HouseholdStatus.MARRIED: self.married_idr,
            HouseholdStatus.TAPERA: self.tapera_idr,
        }


class CompareIncomeInput(JobInput):
    """Which case, and the ceilings in force; None when no table is."""

    case_id: str
    income_ceiling: IncomeCeiling | None


class CompareIncomeOutput(JobOutput):
    """The answer, and not the income. Without a table it is false."""

    income_table_found: bool
    income_within_ceiling: bool


async def compare_income(job: CompareIncomeInput, *, pbg_checks: Checks) -> CompareIncomeOutput:
    """Compare inside the case file."""
    ceilings = job.income_ceiling.by_status() if job.income_ceiling else None
    with case_file_failures():
        within = await pbg_checks.compare_income(job.case_id, ceilings)
    return CompareIncomeOutput(income_table_found=ceilings is not None, income_within_ceiling=within)
