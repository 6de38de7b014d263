"""How long the office may take to answer a public information request.

The data is config/services/public_information_request.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from penaemas.licensing.calendar_rules import CalendarKind
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.region import NumberPrefix


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limit(_Part):
    """A number of working days and where it is written."""

    working_days: Annotated[int, Field(ge=1, le=365)]
    basis: Annotated[str, Field(min_length=3)]
    certainty: Literal["S", "K"]


class _Register(_Part):
    number_prefix: NumberPrefix


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the answer is due, and when the supervisor is warned that it is not there; whole seconds, UTC."""

    warn_at: datetime
    due_at: datetime


class AnswerLimits(_Part):
    """The limits of the law and the office's own warning."""

    calendar: CalendarKind
    warn_at_percent: Annotated[int, Field(ge=1, le=99)]
    answer: Limit
    extension: Limit
    register_numbers: Annotated[_Register, Field(alias="register")]

    def first_deadline(self, calendar: OfficeCalendar, received_at: datetime) -> Deadline:
        """Counted from the receipt, so that an outage of ours does not move it."""
        return self._deadline(calendar, received_at, self.answer)

    def extended_deadline(self, calendar: OfficeCalendar, due_at: datetime) -> Deadline:
        """Counted from the deadline that it replaces."""
        return self._deadline(calendar, due_at, self.extension)

    def _deadline(self, calendar: OfficeCalendar, start: datetime, limit: Limit) -> Deadline:
        due_at = calendar.closing_of_working_day(start, limit.working_days)
        share = calendar.net_between(start, due_at) * self.warn_at_percent // 100
        warn_at = calendar.due_after(start, share)
        return Deadline(warn_at - timedelta(microseconds=warn_at.microsecond), due_at)


def load_answer_limits(file: Path) -> AnswerLimits:
    """The limits of a file.

    Raises:
        pydantic.ValidationError: a value is missing or out of range.
    """
    return AnswerLimits.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
