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

# --- connectors -------------------------------------------------------------------------------------------------------

CONNECTOR_CALL_SECONDS: Final = Histogram(
    "pena_connector_call_duration_seconds",
    "Time of one attempt to ask another system. Outcome: answered, timed_out, cut_off, server_error, overloaded, "
    "unreadable, refused (credentials or contract: a person has to look), circuit_open (not even asked), abandoned.",
    labelnames=("system", "outcome"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CONNECTOR_CIRCUIT_STATE: Final = Gauge(
    "pena_connector_circuit_state_count",
    "Circuit breaker of another system: 0 closed (it is asked), 1 trying, 2 open (it failed repeatedly and is left "
    "alone; cases go on by hand).",
    labelnames=("system",),
)
CONNECTOR_OUTAGES_OPEN: Final = Gauge(
    "pena_connector_outages_open_count",
    "Outages of another system that the workers have recorded by themselves and that are not over.",
    labelnames=("system",),
)
PAYMENTS_TAKEN_TOTAL: Final = Counter(
    "pena_payments_taken_total",
    "Payments that the treasury told of, by what became of them: taken, or set_aside (a person has to look). One that "
    "is told again counts once.",
    labelnames=("outcome",),
)

# --- history ----------------------------------------------------------------------------------------------------------

HISTORY_RECORDS_STORED_TOTAL: Final = Counter(
    "pena_history_records_stored_total",
    "Records stored durably, by feed: full (every record) or express (copies that officers see at once, "
    "until the full feed confirms them).",
    labelnames=("feed",),
)
HISTORY_DUPLICATES_TOTAL: Final = Counter(
    "pena_history_duplicates_total",
    "Records that were received again and dropped. The broker repeats a batch whose answer it has not "
    "seen, so some are normal.",
    labelnames=("feed",),
)
HISTORY_QUARANTINED_TOTAL: Final = Counter(
    "pena_history_quarantined_total",
    "Documents set aside because they contradict what is stored or cannot be read. Each needs a person: "
    "see the reason.",
    labelnames=("reason",),
)
HISTORY_REQUESTS_REFUSED_TOTAL: Final = Counter(
    "pena_history_requests_refused_total",
    "Requests to the intake that were refused: wrong_password, not_a_batch, too_large, broken_off, "
    "storage (the broker keeps the records "
    "and sends them again).",
    labelnames=("reason",),
)
HISTORY_BATCH_SECONDS: Final = Histogram(
    "pena_history_batch_duration_seconds",
    "Time from a whole batch received to the answer that all of it is durable.",
    labelnames=("feed",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
HISTORY_RECORD_LAG_SECONDS: Final = Gauge(
    "pena_history_record_lag_seconds",
    "Age of the newest record we have stored, by the engine's timestamp. Officers see the past by this "
    "much while the engine works.",
    labelnames=("partition",),
)
HISTORY_WEBHOOK_DELIVERIES_TOTAL: Final = Counter(
    "pena_history_webhook_deliveries_total",
    "Events offered to the webhook. A failed one is sent again, and nothing behind it is.",
    labelnames=("outcome",),  # confirmed, failed
)
HISTORY_DUTY_DONE_TIMESTAMP_SECONDS: Final = Gauge(
    "pena_history_duty_done_timestamp_seconds",
    "When a daily duty of the history was last done, in seconds since 1970: keep_records (compress and forget), "
    "mail_checkpoints (to the inspectorate).",
    labelnames=("duty",),
)
HISTORY_DUTY_OVERDUE_SECONDS: Final = Gauge(
    "pena_history_duty_overdue_seconds",
    "How long a daily duty has been due and not done; 0 when it is done. It is tried again until it succeeds.",
    labelnames=("duty",),
)
HISTORY_DUTY_FAILURES_TOTAL: Final = Counter(
    "pena_history_duty_failures_total",
    "Tries of a daily duty that failed. Each is repeated after a pause of five minutes to an hour.",
    labelnames=("duty",),
)
HISTORY_STORED_BYTES: Final = Gauge(
    "pena_history_stored_bytes",
    "Size of the history's database. Its growth says when the disk will be full.",
)
HISTORY_LAST_POSITION: Final = Gauge(
    "pena_history_last_position_count",
    "Position of the newest stored record: how many records the partition has written.",
    labelnames=("partition",),
)
HISTORY_MISSING_RECORDS: Final = Gauge(
    "pena_history_missing_records_count",
    "Positions that the feed has left out. Anything but 0 is a loss until they come.",
    labelnames=("partition",),
)
HISTORY_PROVISIONAL_RECORDS: Final = Gauge(
    "pena_history_provisional_records_count",
    "Express records that the full feed has not confirmed yet. A steady rise means that the full feed stands still.",
)

LEDGER_WAITING_RECORDS: Final = Gauge(
    "pena_ledger_waiting_records_count",
    "Records that are stored and under no checkpoint yet. It falls to 0 within a minute unless the ledger stands still "
    "or a gap stands open.",
)
LEDGER_HALTED_LOGS: Final = Gauge(
    "pena_ledger_halted_logs_count",
    "Logs that do not go on because what is stored, the files or a witness contradict each other. An officer decides.",
)
LEDGER_FAILURES_TOTAL: Final = Counter(
    "pena_ledger_failures_total",
    "Rounds of sealing that failed, by where: storage (the database) or files (the disk). Tried again all the time.",
    labelnames=("where",),
)
LEDGER_WITNESS_FAILURES_TOTAL: Final = Counter(
    "pena_ledger_witness_failures_total",
    "Checkpoints that a witness did not sign, by its name. It is asked again with the next one.",
    labelnames=("witness",),
)

# --- outbox ---

OUTBOX_OUTCOMES: Final = ("sent", "done", "refused", "put_off")

OUTBOX_WAITING_COUNT: Final = Gauge(
    "pena_outbox_waiting_count",
    "Commands of officers and applicants that the engine has not yet accepted.",
)
OUTBOX_UNCONFIRMED_COUNT: Final = Gauge(
    "pena_outbox_unconfirmed_count",
    "Commands that the engine accepted and whose record has not yet arrived in the history.",
)
OUTBOX_OLDEST_WAITING_AGE_SECONDS: Final = Gauge(
    "pena_outbox_oldest_waiting_age_seconds",
    "How long the oldest waiting command has waited; 0 when none waits. It rises while the engine is away.",
)
OUTBOX_COMMANDS_TOTAL: Final = Counter(
    "pena_outbox_commands_total",
    "Steps of the outbox: sent (accepted by the engine), done (its record arrived), refused (it will never happen: "
    "an officer is told why), put_off (to be tried again).",
    labelnames=("outcome",),
)

# --- messages to people outside ---

MESSAGE_OUTCOMES: Final = ("sent", "failed", "outcome_unknown", "by_hand", "put_off")

MESSAGES_TOTAL: Final = Counter(
    "pena_messages_total",
    "What became of messages to applicants: sent (the channel took it), failed (for good), outcome_unknown (it may "
    "have been sent: an officer decides), by_hand (prepared for an officer), put_off (to be tried again).",
    labelnames=("channel", "outcome"),  # channel: mail, whatsapp, by_hand
)
MESSAGES_WAITING_COUNT: Final = Gauge(
    "pena_messages_waiting_count",
    "Messages that have not been sent, by state: queued, by_hand, failed, outcome_unknown. The last two need a person.",
    labelnames=("state",),
)
MESSAGES_OLDEST_QUEUED_AGE_SECONDS: Final = Gauge(
    "pena_messages_oldest_queued_age_seconds",
    "How long the oldest queued message has waited; 0 when none waits. It rises while mail server or carrier are away.",
)
