"""Is a household low-income (MBR)? The table in force on the application day in WIB decides.

The income itself stays in the case file. Process and decision tables see only the answer.
"""

from dataclasses import dataclass, field
from datetime import date

from penaemas.licensing.legal_values import INCOME_CEILINGS, HouseholdStatus, IncomeCeiling, in_force


class NoIncomeTable(Exception):
    """No ceiling is entered for that zone and day: nobody can say whether the household is low-income."""

    def __init__(self, zone: int, day: date) -> None:
        super().__init__(f"no income ceiling for zone {zone} on {day.isoformat()}; enter the rule of that day")
        self.zone = zone
        self.day = day


@dataclass(frozen=True, slots=True)
class Household:
    """What counts against the ceiling: own income, and with a marriage also the other's.

    Whole rupiah a month, at least 0.
    """

    status: HouseholdStatus
    own_income_idr: int = field(repr=False)
    partner_income_idr: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        if self.own_income_idr < 0 or self.partner_income_idr < 0:
            raise ValueError("an income is at least 0")

    @property
    def counted_income_idr(self) -> int:
        """Unmarried and Tapera: the applicant's own income ("one person"); married: the joint one."""
        joint = self.own_income_idr + self.partner_income_idr
        return joint if self.status is HouseholdStatus.MARRIED else self.own_income_idr


def ceiling_row(zone: int, day: date) -> IncomeCeiling:
    """The row of a zone on a day, WIB.

    Raises:
        NoIncomeTable: no row holds.
    """
    rows = [row for row in in_force(INCOME_CEILINGS, day) if row.zone == zone]
    if not rows:
        raise NoIncomeTable(zone, day)
    return rows[0]


def ceiling_idr(row: IncomeCeiling, status: HouseholdStatus) -> int:
    """The column of a household's status, in rupiah a month."""
    columns = {
        HouseholdStatus.UNMARRIED: row.unmarried_idr,
        HouseholdStatus.MARRIED: row.married_idr,
        HouseholdStatus.TAPERA: row.tapera_idr,
    }
    return columns[status]


def is_within_ceiling(household: Household, zone: int, application_day: date) -> bool:
    """Whether the counted income is at most the ceiling of the day on which the application was made.

    Raises:
        NoIncomeTable: no ceiling holds on that day.

    Source: Permen PKP 5/2025.
    """
    row = ceiling_row(zone, application_day)
    return household.counted_income_idr <= ceiling_idr(row, household.status)
