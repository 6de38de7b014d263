"""What this program asks of SIMBG, whoever answers. A PBG exists in law only there; here its numbers are recorded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class SimbgAnswer(StrEnum):
    """`UNKNOWN` is never a pass: an officer looks it up in SIMBG."""

    REGISTERED = "registered"  # the registration is there, without a permit yet
    ISSUED = "issued"  # and the permit is the one that was asked about
    MISMATCH = "mismatch"  # the registration is there, with another permit or none
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SimbgNumbers:
    """A registration as an officer recorded it, and the permit's number once there is one."""

    registration: str
    permit: str | None = None


class Simbg(Protocol):
    """Compares numbers."""

    source: str
    """Who answers, for the case file."""

    async def compare(self, numbers: SimbgNumbers) -> SimbgAnswer:
        """Whether SIMBG has this registration, and this permit for it.

        Raises:
            ConnectorFault: no usable answer.
        """
        ...
