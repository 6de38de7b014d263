"""Who answers for a system in a region: the office's own tables, or the system itself. The region's rule says which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

from penaemas.licensing.outside_systems import OutsideSystem
from penaemas.licensing.region import Region

EVERY_REGION: Final = "*"

Port = TypeVar("Port")


class AddressMissing(ValueError):
    """A region's rule names a system that is to be asked itself, and nobody says where it is."""

    def __init__(self, system: OutsideSystem, region_code: str) -> None:
        super().__init__(
            f"region {region_code} has {system.value} served by http; give PENA_CONNECTORS an address for "
            f"{region_code}/{system.value} or {EVERY_REGION}/{system.value}, or write local into connectors.toml"
        )


class Serving(Generic[Port]):
    """The implementations of one port. `regions` is asked each time, so that a region may be added while we run."""

    def __init__(
        self,
        system: OutsideSystem,
        regions: Mapping[str, Region],
        local: Port,
        by_region: Mapping[str, Port] | None = None,
    ) -> None:
        """by_region: HTTP implementations by region code, or `*` for every region without one of its own."""
        self.system = system
        self._regions = regions
        self._local = local
        self._by_region = by_region or {}

    def of(self, region_code: str) -> Port:
        """Who answers there.

        Raises:
            KeyError: no region of this office.
            AddressMissing: the region wants the system itself, which has no address.
        """
        if self.is_local(region_code):
            return self._local
        found = self._by_region.get(region_code, self._by_region.get(EVERY_REGION))
        if found is None:
            raise AddressMissing(self.system, region_code)
        return found

    def place_of(self, region_code: str) -> str:
        """Whose implementation answers there: that of the region itself, or `*` for one that regions share."""
        return region_code if not self.is_local(region_code) and region_code in self._by_region else EVERY_REGION

    def is_local(self, region_code: str) -> bool:
        """Whether the office's own tables answer there."""
        return self._regions[region_code].systems.of(self.system).served_by == "local"
