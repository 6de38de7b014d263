"""What became of a job, in one word for the metrics and in one line for the log."""

from typing import Any

import structlog

from penaemas.zeebe.job_answers import Answer, Completed, Failed, Rejected

log = structlog.get_logger(__name__)


def outcome_of(answer: Answer) -> str:
    """One of `metrics.JOB_OUTCOMES`, for an answer that the engine has accepted."""
    match answer:
        case Completed():
            return "completed"
        case Rejected():
            return "rejected"
        case Failed(retries=0):
            return "incident"
        case Failed():
            return "retried"


def tell(answer: Answer, *, attempt: int, duration_s: float) -> None:
    """The one line about it."""
    fields: dict[str, Any] = {"attempt": attempt, "duration_s": duration_s}
    match answer:
        case Completed():
            log.info("job_completed", **fields)
        case Rejected(code):
            log.info("job_rejected", code=code, **fields)
        case Failed(message, retries, wait) if retries:
            log.info("job_retried", failure=message, retries=retries, wait_s=wait.total_seconds(), **fields)
        case Failed(message):
            log.error("job_became_incident", failure=message, **fields)
