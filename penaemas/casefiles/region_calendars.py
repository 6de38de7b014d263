"""The office hours of every region: counters and back office, by region code.

The mappings may grow while the office runs: whoever adds a region adds its calendars here.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Self

from penaemas.licensing.calendar_rules import CalendarKind
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.region import Region


@dataclass(frozen=True, slots=True)
class RegionCalendars:
    """Both calendars of each region."""

    counter: MutableMapping[str, OfficeCalendar]
    back_office: MutableMapping[str, OfficeCalendar]

    @classmethod
    def of_regions(cls, regions: Mapping[str, Region]) -> Self:
        """The calendars that the regions' files describe."""
        return cls(
            {code: OfficeCalendar(region.calendar, "counter") for code, region in regions.items()},
            {code: OfficeCalendar(region.calendar, "back_office") for code, region in regions.items()},
        )

    def of(self, region_code: str, kind: CalendarKind) -> OfficeCalendar:
        """One calendar.

        Raises:
            KeyError: no region of this office.
        """
        return (self.counter if kind == "counter" else self.back_office)[region_code]
