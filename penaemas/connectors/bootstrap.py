"""Wires the connectors: every port with the office's own tables, and with the systems that have an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urlsplit

from penaemas.connectors.calling.caller import Caller, ReadAnswer, SystemAddress
from penaemas.connectors.imports.csv_rows import OfficeTable
from penaemas.connectors.land_registry.http import HttpLandRegistry
from penaemas.connectors.land_registry.local import LocalLandRegistry
from penaemas.connectors.land_registry.port import LandRegistry
from penaemas.connectors.office_tables import Blind
from penaemas.connectors.oss.http import HttpOss
from penaemas.connectors.oss.local import LocalOss
from penaemas.connectors.oss.port import Oss
from penaemas.connectors.population_registry.http import HttpPopulationRegistry
from penaemas.connectors.population_registry.local import LocalPopulationRegistry
from penaemas.connectors.population_registry.port import PopulationRegistry
from penaemas.connectors.property_tax.http import HttpPropertyTax
from penaemas.connectors.property_tax.local import LocalPropertyTax
from penaemas.connectors.property_tax.port import PropertyTax
from penaemas.connectors.retribution_payment.http import HttpRetributionPayment
from penaemas.connectors.retribution_payment.local import LocalRetributionPayment
from penaemas.connectors.retribution_payment.port import RetributionPayment
from penaemas.connectors.serving import EVERY_REGION, Serving
from penaemas.connectors.simbg.http import HttpSimbg
from penaemas.connectors.simbg.local import LocalSimbg
from penaemas.connectors.simbg.port import Simbg
from penaemas.connectors.spatial_plan.http import HttpSpatialPlan
from penaemas.connectors.spatial_plan.local import LocalSpatialPlan
from penaemas.connectors.spatial_plan.port import SpatialPlan
from penaemas.licensing.outside_systems import OutsideSystem
from penaemas.licensing.region import Region
from penaemas.storage.database import Database

_PLACE: Final = re.compile(r"(?P<region>\*|[0-9]{2}\.[0-9]{2})/(?P<system>[a-z_]+)")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

Port = TypeVar("Port")


class _Health(ReadAnswer):
    status: str


@dataclass(frozen=True, slots=True)
class Connectors:
    """Every port, region by region. `close` them at the end."""

    population_registry: Serving[PopulationRegistry]
    land_registry: Serving[LandRegistry]
    property_tax: Serving[PropertyTax]
    spatial_plan: Serving[SpatialPlan]
    simbg: Serving[Simbg]
    oss: Serving[Oss]
    retribution_payment: Serving[RetributionPayment]
    callers: Mapping[tuple[str, OutsideSystem], Caller]
    regions: Mapping[str, Region]

    def collaborators(self) -> dict[str, object]:
        """What the job handlers ask for, by name."""
        return {system.value: self.serving(system) for system in OutsideSystem}

    def serving(self, system: OutsideSystem) -> Serving[object]:
        """The implementations of one system's port."""
        found = getattr(self, system.value)
        if not isinstance(found, Serving):
            raise TypeError(f"{system} has no port")
        return found

    async def require_answer(self, region_code: str, system: OutsideSystem) -> None:
        """Ask a system whether it is well; the office's own tables always are.

        Raises:
            ConnectorFault: it is not.
        """
        if self.serving(system).is_local(region_code):
            return
        caller = self.callers.get((region_code, system), self.callers.get((EVERY_REGION, system)))
        if caller is not None:
            await caller.ask("/health", _Health)

    async def close(self) -> None:
        """Give every connection back."""
        for caller in self.callers.values():
            await caller.close()


def office_tables(database: Database, blind: Blind) -> dict[OutsideSystem, OfficeTable]:
    """The tables that can be filled from files."""
    return {
        OutsideSystem.POPULATION_REGISTRY: LocalPopulationRegistry(database, blind),
        OutsideSystem.LAND_REGISTRY: LocalLandRegistry(database, blind),
        OutsideSystem.PROPERTY_TAX: LocalPropertyTax(database, blind),
        OutsideSystem.SPATIAL_PLAN: LocalSpatialPlan(database),
        OutsideSystem.SIMBG: LocalSimbg(database, blind),
        OutsideSystem.OSS: LocalOss(database, blind),
        OutsideSystem.RETRIBUTION_PAYMENT: LocalRetributionPayment(database),
    }


def wire(
    database: Database,
    blind: Blind,
    regions: Mapping[str, Region],
    addresses: Mapping[str, SystemAddress] | None = None,
    *,
    caller: Callable[[OutsideSystem, SystemAddress], Caller] = Caller,
) -> Connectors:
    """The connectors of an office.

    Args:
        addresses: `<region code>/<system>` or `*/<system>` → where it answers.

    Raises:
        ValueError: an address is for no system, or would send personal data over the network in clear.
        AddressMissing: a region wants a system itself, which has no address.
    """
    callers = {
        place: caller(place[1], address)
        for place, address in ((_place(key), _safe(key, given)) for key, given in (addresses or {}).items())
    }

    def serving(system: OutsideSystem, local: Port, over_http: Callable[[Caller], Port]) -> Serving[Port]:
        by_region = {region: over_http(one) for (region, of), one in callers.items() if of is system}
        found = Serving(system, regions, local, by_region)
        for region_code in regions:
            found.of(region_code)
        return found

    return Connectors(
        population_registry=serving(
            OutsideSystem.POPULATION_REGISTRY, LocalPopulationRegistry(database, blind), HttpPopulationRegistry
        ),
        land_registry=serving(OutsideSystem.LAND_REGISTRY, LocalLandRegistry(database, blind), HttpLandRegistry),
        property_tax=serving(OutsideSystem.PROPERTY_TAX, LocalPropertyTax(database, blind), HttpPropertyTax),
        spatial_plan=serving(OutsideSystem.SPATIAL_PLAN, LocalSpatialPlan(database), HttpSpatialPlan),
        simbg=serving(OutsideSystem.SIMBG, LocalSimbg(database, blind), HttpSimbg),
        oss=serving(OutsideSystem.OSS, LocalOss(database, blind), HttpOss),
        retribution_payment=serving(
            OutsideSystem.RETRIBUTION_PAYMENT, LocalRetributionPayment(database), HttpRetributionPayment
        ),
        callers=callers,
        regions=regions,
    )


def _place(key: str) -> tuple[str, OutsideSystem]:
    found = _PLACE.fullmatch(key)
    if found is None or found["system"] not in {system.value for system in OutsideSystem}:
        known = ", ".join(OutsideSystem)
        raise ValueError(f"PENA_CONNECTORS: {key!r} is no `<region code>/<system>`; systems are {known}")
    return found["region"], OutsideSystem(found["system"])


def _safe(key: str, address: SystemAddress) -> SystemAddress:
    parts = urlsplit(address.url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError(f"PENA_CONNECTORS: the address of {key} must begin with https://, personal data goes there")
    return address
