"""What this program asks of a population registry (Dukcapil), whoever answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from penaemas.licensing.identifiers import Nik


class IdentityAnswer(StrEnum):
    """`UNKNOWN` is never a pass: an officer looks it up by hand."""

    VERIFIED = "verified"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


class PopulationRegistry(Protocol):
    """Compares; it never hands out what it knows of a person."""

    source: str
    """Who answers, for the case file."""

    async def compare(self, nik: Nik, full_name: str) -> IdentityAnswer:
        """Whether the number belongs to a person of this name.

        Raises:
            ConnectorFault: no usable answer.
        """
        ...
