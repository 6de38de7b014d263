"""What the case files of every service of applications tell, and how they refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping

InSameTransaction = Callable[[Connection, RowMapping, str, datetime], None]
"""What else happens with a completed step: connection, case, command id, instant."""

SIGNATURE_NEEDED: Final = (
    "izin ditandatangani di halaman Tanda tangan (/signing), atau dengan ./pena task sign"
    " · a permit is signed on the page Tanda tangan (/signing), or with ./pena task sign"
)


class RequestIdReused(Exception):
    """The request id was used before, for another content."""


class NotAllowedNow(Exception):
    """The case is at a point where this cannot be done any more, or not yet. `reason` is for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StepAlreadyAnswered(Exception):
    """Another answer to the same task is on its way or has arrived."""

    def __init__(self, officer: str, at: datetime) -> None:
        super().__init__(f"{officer} completed this task at {at:%Y-%m-%dT%H:%M:%SZ}")
        self.officer = officer
        self.at = at


class StepMissing(Exception):
    """What this step needs was never recorded: the diagram led here by another way than this program knows."""


@dataclass(frozen=True, slots=True)
class ApplicationReceipt:
    """What the applicant is handed. Whoever has the codes acts for the applicant: never log them.

    `is_new` is false when the same submission had arrived before.
    """

    case_id: str
    received_at: datetime
    is_new: bool
    tracking_code: str = field(repr=False)
    secret: str = field(repr=False)
