"""What this program asks of OSS, whoever answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from penaemas.licensing.identifiers import Nib


class BusinessAnswer(StrEnum):
    """`UNKNOWN` is never a pass: an officer looks it up in OSS."""

    ACTIVE = "active"
    INACTIVE = "inactive"  # revoked or frozen
    UNKNOWN = "unknown"


class Oss(Protocol):
    """Says whether a business number is in force, and nothing else of the business."""

    source: str
    """Who answers, for the case file."""

    async def standing(self, nib: Nib) -> BusinessAnswer:
        """Whether the business number is in force.

        Raises:
            ConnectorFault: no usable answer.
        """
        ...
