"""`config/retention.toml`: how long the bytes of records are kept, per process, and on what legal basis."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class ProcessRule(BaseModel):
    """Of one process, all its versions together.

    Args:
        keep_years: of 365 days, counted from the end of a case.
        basis: the provision that says so.
        certainty: S = read in the legal text, K = general knowledge, to be confirmed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    keep_years: Annotated[int, Field(ge=1, le=1_000)]
    basis: Annotated[str, Field(min_length=10)]
    certainty: Literal["S", "K"]


class RetentionRules(BaseModel):
    """All rules. A process without one is kept for ever."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deflate_after_days: Annotated[int, Field(ge=0)]
    processes: dict[str, ProcessRule]


def read_rules(file: Path) -> RetentionRules:
    """Raises ValueError: the file is not as described above; OSError: it cannot be read."""
    return RetentionRules.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
