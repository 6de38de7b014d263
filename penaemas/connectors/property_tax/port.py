"""What this program asks of the property tax (PBB-P2), whoever answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from penaemas.licensing.identifiers import Nop


class TaxAnswer(StrEnum):
    """`UNKNOWN` is never a pass. A mismatch is a warning only: the tax office writes its own records."""

    MATCHED = "matched"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TaxClaim:
    """What an application says of its tax object. `year`: the tax year that the question is about."""

    number: Nop
    holder_name: str = field(repr=False)
    year: int


@dataclass(frozen=True, slots=True)
class TaxMatch:
    """The answer. `paid` says whether the tax is paid through the year; None if that is not known."""

    answer: TaxAnswer
    paid: bool | None = None


class PropertyTax(Protocol):
    """Compares; it never hands out whose object it is."""

    source: str
    """Who answers, for the case file."""

    async def match(self, claim: TaxClaim) -> TaxMatch:
        """Whether the object is known under this holder's name, and whether its tax is paid.

        Raises:
            ConnectorFault: no usable answer.
        """
        ...
