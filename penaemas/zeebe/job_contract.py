"""What a worker module and the runtime have agreed: typed input, typed output, three kinds of failure.

How a job can end without success:

* JobFailure
  + BusinessRejection   the process goes on by another path: BPMN error, caught by a boundary event
  + TransientFailure    try again later: fewer retries, back-off from config/retry_policies.toml
  + ContractViolation   nobody can retry this away: incident at once, for an analyst

Any other exception counts as transient, and only its class is told to anyone: its text may contain what an applicant
typed. The texts of our own failures end in logs and incidents too: say what is wrong, never whose or which value.
"""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, Final, NewType

from pydantic import BaseModel, ConfigDict

from penaemas.zeebe.job_handler import HandlerSignature, read_signature

JobKey = NewType("JobKey", int)
"""The engine's number of a job: the same when the job is retried, a new one when the task is entered again."""


class JobInput(BaseModel):
    """What a worker reads from the process. Unknown variables are ignored, wrong ones stop the job.

    Only the variables that the model names are fetched; a field `case_id` is also bound to every log line of the job.
    `hide_input_in_errors` keeps personal data out of incident messages, which officers and logs can see.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class JobOutput(BaseModel):
    """What a worker writes to the process: only these fields, nothing more."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, revalidate_instances="always", ser_json_inf_nan="null"
    )


class JobFailure(Exception):
    """The job ends without success, as its subclass says. `reason` is in our own words, without any value."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.reason}" if self.reason else type(self).__name__


class BusinessRejection(JobFailure):
    """A result that the model has a path for. Subclasses name the BPMN error code and say where it is caught.

    Attributes:
        code: the error code in the language of the model, e.g. "APPLICANT_NOT_REGISTERED".
        variables: what the path after the boundary event may read; None for nothing.
    """

    code: ClassVar[str]

    def __init__(self, reason: str = "", *, variables: JobOutput | None = None) -> None:
        super().__init__(reason)
        self.variables = variables

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        code = getattr(cls, "code", None)
        if not isinstance(code, str) or not _ERROR_CODE.fullmatch(code):
            raise TypeError(f"{cls.__qualname__} needs a code such as APPLICANT_NOT_REGISTERED")


class TransientFailure(JobFailure):
    """It may work later: the engine offers the job again after the back-off of its retry policy."""

    def __init__(self, reason: str = "", *, retry_after: timedelta | None = None) -> None:
        """retry_after: when whoever failed us said how long to wait; it replaces the policy's wait."""
        super().__init__(reason)
        self.retry_after = retry_after


class ContractViolation(JobFailure):
    """Model and worker disagree, e.g. about a variable: an incident at once."""


@dataclass(frozen=True)
class JobContext:
    """What the runtime knows of the job, for a handler that asks for it by annotation.

    Attributes:
        attempt: 1 at the first try, by the retry policy's count.
        retries: tries left in the engine, this one included.
        deadline: when the engine gives the job to another worker unless it is extended, which the runtime does.
    """

    job_key: JobKey
    job_type: str
    process_instance_key: int
    process_id: str
    element_id: str
    element_instance_key: int
    attempt: int
    retries: int
    deadline: datetime
    case_id: str | None


Handler = Callable[..., Coroutine[Any, Any, JobOutput | None]]
"""`async def verify(job: VerifyInput, *, registry: Registry, …) -> VerifyOutput`"""


def seconds(count: float) -> timedelta:
    """`timeout=seconds(20)`."""
    return timedelta(seconds=count)


@dataclass(frozen=True)
class JobWorker:
    """One row of `workers/registry.py`: who does which job, and how much of it at a time.

    Attributes:
        job_type: path of the module below `workers/`, e.g. "population_registry.verify_identity".
        handler: the function that does it; its annotations are the contract.
        timeout: after this the engine believes that we are gone. It is extended while the handler works, so it says
            how soon another worker takes over, not how long the work may take.
        at_once: most handlers of this type that run together in one process.
        longest: a handler that works longer is cancelled, which counts as a transient failure. 10 × timeout unless set.

    Raises:
        HandlerMisdeclared: the handler's annotations are no contract.
    """

    job_type: str
    handler: Handler
    timeout: timedelta = timedelta(seconds=30)
    at_once: int = 8
    longest: timedelta | None = None

    def __post_init__(self) -> None:
        if not _JOB_TYPE.fullmatch(self.job_type):
            raise ValueError(f"{self.job_type!r} is no job type; it looks like population_registry.verify_identity")
        if self.timeout < timedelta(seconds=1):
            raise ValueError(f"{self.job_type}: a timeout under one second would give every job to two workers")
        if self.at_once < 1:
            raise ValueError(f"{self.job_type}: at_once is {self.at_once}, so nobody would ever work")
        _ = self.signature

    @cached_property
    def signature(self) -> HandlerSignature:
        """What the handler's annotations say."""
        return read_signature(
            self.handler, input_base=JobInput, output_base=JobOutput, context_type=JobContext, key_type=JobKey
        )

    @property
    def works_at_most(self) -> timedelta:
        """How long one handler may take before it is cancelled."""
        return self.longest or self.timeout * 10


_JOB_TYPE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_ERROR_CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
