"""The systems around the office: their names, and a region's rules about each. A region's file is `connectors.toml`."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict


class OutsideSystem(StrEnum):
    """The systems that answer licensing questions. The name is that of the connector's folder."""

    POPULATION_REGISTRY = "population_registry"  # Dukcapil
    LAND_REGISTRY = "land_registry"  # ATR/BPN
    PROPERTY_TAX = "property_tax"  # PBB-P2, by its NOP
    SPATIAL_PLAN = "spatial_plan"  # RTR, KKPR
    SIMBG = "simbg"
    OSS = "oss"
    RETRIBUTION_PAYMENT = "retribution_payment"  # the treasury's billing


class SystemRule(BaseModel):
    """Who answers for a system in a region, and what its outages do there.

    Attributes:
        served_by: `local` = the office's own tables; `http` = the system itself, at the address of the settings.
        outage_pauses_clock: whether the region's rule lets an outage of this system hold the legal clocks. The gross
            time shows it either way.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    served_by: Literal["local", "http"] = "local"
    outage_pauses_clock: bool = False


class SystemRules(BaseModel):
    """A region's rules, one table for each system; a system without one is served locally and pauses nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    population_registry: SystemRule = SystemRule()
    land_registry: SystemRule = SystemRule()
    property_tax: SystemRule = SystemRule()
    spatial_plan: SystemRule = SystemRule()
    simbg: SystemRule = SystemRule()
    oss: SystemRule = SystemRule()
    retribution_payment: SystemRule = SystemRule()

    def of(self, system: OutsideSystem) -> SystemRule:
        """The rule of one system."""
        rule = getattr(self, system.value)
        if not isinstance(rule, SystemRule):
            raise TypeError(f"{system} has no rule")
        return rule
