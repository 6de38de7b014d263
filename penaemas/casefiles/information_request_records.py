"""What the case file of a public information request tells, and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class CaseUnknown(LookupError):
    """No such case file."""


class RequestIdReused(Exception):
    """The request id was used before, for another content."""


class ExtensionUsed(Exception):
    """The deadline was extended before; the law allows it once."""


class AnswerMissing(Exception):
    """No answer with this decision is on file: the task was completed by something else than this program."""


class AlreadyAnswered(Exception):
    """Another answer to the same task is on its way or has arrived."""

    def __init__(self, officer: str, at: datetime) -> None:
        super().__init__(f"{officer} answered this task at {at:%Y-%m-%dT%H:%M:%SZ}")
        self.officer = officer
        self.at = at


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the applicant is told. `is_new` is false when the same submission had arrived before."""

    case_id: str
    received_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Registration:
    """A request in the register."""

    request_number: str
    registered_at: datetime
    answer_warn_at: datetime
    answer_due_at: datetime
    request_commitment: str


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed request."""

    closed_at: datetime
    answer_commitment: str
