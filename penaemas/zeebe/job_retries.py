"""How often and how soon a failed job is tried again, per job type: the data is `config/retry_policies.toml`."""

import random
import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class RetryPolicy(BaseModel):
    """Waits grow from `first_wait_s` by `factor` up to `longest_wait_s`, each ± `jitter`.

    Attributes:
        attempts: tries in all. The model's `retries` (3 unless set) is the engine's own limit: the smaller one holds.
        jitter: share of the wait that is left to chance, so that jobs which failed together do not return together.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempts: int = Field(default=3, ge=1, le=100)
    first_wait_s: float = Field(default=2, ge=0)
    factor: float = Field(default=3, ge=1)
    longest_wait_s: float = Field(default=60, ge=0, le=7 * 24 * 3600)
    jitter: float = Field(default=0.2, ge=0, le=1)

    @model_validator(mode="after")
    def _waits_grow(self) -> Self:
        if self.longest_wait_s < self.first_wait_s:
            raise ValueError("longest_wait_s is shorter than first_wait_s")
        return self

    def attempt_of(self, retries: int) -> int:
        """Which try this is, 1 for the first, when the engine still counts `retries` (this one included)."""
        return max(1, self.attempts - retries + 1)

    def retries_after_failure(self, retries: int) -> int:
        """How many tries the engine may count after this one has failed; 0 makes an incident."""
        return max(0, min(retries, self.attempts) - 1)

    def wait_after(self, attempt: int, chance: random.Random) -> timedelta:
        """The wait after the given failed attempt."""
        steady = min(self.longest_wait_s, self.first_wait_s * self.factor ** min(attempt - 1, 100))
        return timedelta(seconds=steady * (1 + self.jitter * chance.uniform(-1, 1)))


class RetryPolicies(BaseModel):
    """The default policy and those of single job types. A job type's table repeats only what differs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: RetryPolicy = RetryPolicy()
    by_job_type: Mapping[str, RetryPolicy] = {}

    @classmethod
    def from_toml(cls, text: str, *, job_types: Iterable[str]) -> Self:
        """Reads and checks the file.

        Raises:
            ValueError: it is no TOML, a number is out of range, or a table names no known job type.
        """
        tables = tomllib.loads(text)
        default = tables.pop("default", {})
        unknown = sorted(set(tables) - set(job_types))
        if unknown:
            raise ValueError(f"retry_policies.toml names what is no job type: {', '.join(unknown)}")
        return cls(
            default=RetryPolicy(**default),
            by_job_type={job_type: RetryPolicy(**{**default, **table}) for job_type, table in tables.items()},
        )

    def of(self, job_type: str) -> RetryPolicy:
        """The policy of a job type."""
        return self.by_job_type.get(job_type, self.default)
