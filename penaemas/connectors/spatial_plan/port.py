"""What this program asks of the regional spatial plan (RTR; its confirmation is the KKPR), whoever answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

DWELLING = "rumah_tinggal"
"""The use of a house, as plans and tables write it here."""


class PlanAnswer(StrEnum):
    """`UNKNOWN` is never a pass, and no answer replaces the officer's review of the spatial fit."""

    ALLOWED = "allowed"
    CONDITIONAL = "conditional"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PlaceAndUse:
    """A point in degrees (WGS 84) and what shall be there, e.g. `rumah_tinggal`."""

    region_code: str
    latitude: float
    longitude: float
    use: str


@dataclass(frozen=True, slots=True)
class PlanFit:
    """The answer, the zone it rests on and the rule behind it; both empty if the place is in no known zone."""

    answer: PlanAnswer
    zone: str = ""
    basis: str = ""


class SpatialPlan(Protocol):
    """Says what the plan says of a place."""

    source: str
    """Who answers, for the case file."""

    async def assess(self, place: PlaceAndUse) -> PlanFit:
        """Whether the plan allows the use there.

        Raises:
            ConnectorFault: no usable answer.
        """
        ...
