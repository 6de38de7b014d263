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


class RegistryUnavailable(Exception):
    """No answer in time; `system` names who did not answer."""

    def __init__(self, system: str) -> None:
        super().__init__(f"{system} did not answer")
        self.system = system


class PopulationRegistry(Protocol):
    """Compares; it never hands out what it knows of a person."""

    source: str
    """Who answers, for the case file."""

    async def compare(self, nik: Nik, full_name: str) -> IdentityAnswer:
        """Whether the number belongs to a person of this name.

        Raises:
            RegistryUnavailable: no answer in time.
        """
        ...
