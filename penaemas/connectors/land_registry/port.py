"""What this program asks of the land registry (ATR/BPN) and of the land tax (PBB), whoever answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

CERTIFIED_RIGHTS = frozenset({"HM", "HGB", "HP"})
"""Rights that the land office has certificates of; the others cannot be matched, so the answer is unknown."""


class LandAnswer(StrEnum):
    """`UNKNOWN` is never a pass: an officer looks it up by hand."""

    MATCHED = "matched"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LandClaim:
    """What an application says of its land. `sub_district` in six digits, the tax number in 18 or None."""

    right: str
    number: str = field(repr=False)
    sub_district: str
    holder_name: str = field(repr=False)
    area_m2: Decimal
    property_tax_number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class LandMatch:
    """The answer. `tax_number_differs` is a warning only: the tax office writes its own records."""

    answer: LandAnswer
    tax_number_differs: bool = False


class LandRegistry(Protocol):
    """Compares; it never hands out what it knows of a plot."""

    source: str
    """Who answers, for the case file."""

    async def match(self, claim: LandClaim) -> LandMatch:
        """Whether right, number, holder and area agree.

        Raises:
            ConnectorFault: no usable answer.
        """
        ...
