"""When the shorter hours of Ramadan hold: a dated table, because the months are declared, not computed.

Each period runs from the first day of fasting to the day before Eid al-Fitr, both included. Periods that lie in the
past follow the government's declaration as generally known; coming ones are counted back thirty days from the Eid dates
that `holidays` 0.109 estimates and are marked approximate until the Ministry of Religious Affairs has declared them. A
region replaces the table in its calendar file. 2030 has two Ramadans: the second begins in December.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RamadanPeriod:
    """One month of Ramadan, both days included, WIB dates."""

    first_day: date
    last_day: date
    approximate: bool


RAMADAN_PERIODS = (
    RamadanPeriod(date(2024, 3, 12), date(2024, 4, 9), approximate=False),
    RamadanPeriod(date(2025, 3, 1), date(2025, 3, 30), approximate=False),
    RamadanPeriod(date(2026, 2, 19), date(2026, 3, 20), approximate=True),
    RamadanPeriod(date(2027, 2, 8), date(2027, 3, 9), approximate=True),
    RamadanPeriod(date(2028, 1, 28), date(2028, 2, 26), approximate=True),
    RamadanPeriod(date(2029, 1, 16), date(2029, 2, 14), approximate=True),
    RamadanPeriod(date(2030, 1, 5), date(2030, 2, 3), approximate=True),
    RamadanPeriod(date(2030, 12, 26), date(2031, 1, 24), approximate=True),
)
