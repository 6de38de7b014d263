"""Every metric of the platform. Names: `pena_<subject>_<measure>_<unit>`, base units, `_total` for counters.

Labels come from closed sets (job types, outcomes, partitions, feeds), never from a case, a person or a message.
One section per subject; the help text says what the number means to whom.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

# --- workers ---

JOB_OUTCOMES: Final = ("completed", "rejected", "retried", "incident", "abandoned")

JOB_DURATION_SECONDS: Final = Histogram(
    "pena_worker_job_duration_seconds",
    "Time from the job's arrival at this worker to the answer that the broker accepted. Outcome: completed, "
    "rejected (BPMN error), retried (failed with tries left), incident (failed without), "
    "abandoned (given back, or no longer ours).",
    labelnames=("job_type", "outcome"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
JOBS_IN_HAND: Final = Gauge(
    "pena_worker_jobs_in_hand_count",
    "Jobs that this worker has been given and not yet answered: running and waiting for a free hand.",
    labelnames=("job_type",),
)
JOBS_ACTIVATED_TOTAL: Final = Counter(
    "pena_worker_jobs_activated_total",
    "Jobs that reached this worker, by path: stream (pushed) or poll (asked for).",
    labelnames=("job_type", "path"),
)
STREAM_RECONNECTS_TOTAL: Final = Counter(
    "pena_worker_stream_reconnects_total",
    "Job streams that ended and were opened again. A steady rise means that the broker or the network is unwell.",
    labelnames=("job_type",),
)
LEASE_EXTENSIONS_TOTAL: Final = Counter(
    "pena_worker_lease_extensions_total",
    "Times that a running handler's job timeout was extended. A steady rise means a timeout too short for the work.",
    labelnames=("job_type",),
)
LATE_ANSWERS_TOTAL: Final = Counter(
    "pena_worker_late_answers_total",
    "Answers to jobs that the broker no longer knew: cancelled, or timed out and done by another worker.",
    labelnames=("job_type",),
)
ANSWERS_PUSHED_BACK_TOTAL: Final = Counter(
    "pena_worker_answers_pushed_back_total",
    "Answers that the broker refused for now (back-pressure, or not reachable) and that were sent again.",
    labelnames=("job_type",),
)
