"""Waits: what a case waits for besides its officers. Deadlines and other timers, work for a worker, messages.

One row from the moment the engine begins to wait until it no longer does; so both what is open now and what was open
at any position are one condition on two columns.
"""

from __future__ import annotations

from typing import NamedTuple

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import JobValue, ProcessMessageSubscriptionValue, Record, TimerValue

TIMER, JOB, MESSAGE = "timer", "job", "message"


class WaitRow(NamedTuple):
    """`name` is the job's type or the message's name. `begun_record_id` is unknown while only the end has been seen.

    `outcome`: triggered or canceled; completed, error_thrown or canceled; correlated or deleted.
    """

    process_instance_key: int
    wait_key: int
    kind: str
    element_id: str
    element_instance_key: int
    name: str | None
    due_at_ms: int | None
    begun_record_id: int | None
    begun_at_ms: int | None
    ended_record_id: int | None
    ended_at_ms: int | None
    outcome: str | None


_BEGINS = "CREATED"


def timer(record: Record[TimerValue]) -> WaitRow | None:
    """A moment is awaited, has come, or no longer matters. The timer of a start event belongs to no case."""
    value = record.value
    if value.process_instance_key <= 0:
        return None
    return _row(record, TIMER, value.target_element_id, value.element_instance_key, None, value.due_date)


def job(record: Record[JobValue]) -> WaitRow:
    """Work is offered to workers, or is over."""
    value = record.value
    return _row(record, JOB, value.element_id, value.element_instance_key, value.type, None)


def message(record: Record[ProcessMessageSubscriptionValue]) -> WaitRow | None:
    """A message is awaited, has come, or no longer matters. One that does not interrupt may come again."""
    value = record.value
    if record.intent == "CORRELATED" and not value.interrupting:
        return None
    return _row(record, MESSAGE, value.element_id, value.element_instance_key, value.message_name, None)


def _row(
    record: Record[TimerValue] | Record[JobValue] | Record[ProcessMessageSubscriptionValue],
    kind: str,
    element_id: str,
    element_instance_key: int,
    name: str | None,
    due_at_ms: int | None,
) -> WaitRow:
    begins = record.intent == _BEGINS
    return WaitRow(
        record.value.process_instance_key,
        record.key,
        kind,
        element_id,
        element_instance_key,
        name,
        due_at_ms,
        record.record_id if begins else None,
        record.at_ms if begins else None,
        None if begins else record.record_id,
        None if begins else record.at_ms,
        None if begins else record.intent.lower(),
    )


PROJECTION = Projection(
    table=tables.waits,
    reactions={
        ("TIMER", "CREATED"): timer,
        ("TIMER", "TRIGGERED"): timer,
        ("TIMER", "CANCELED"): timer,
        ("JOB", "CREATED"): job,
        ("JOB", "COMPLETED"): job,
        ("JOB", "ERROR_THROWN"): job,
        ("JOB", "CANCELED"): job,
        ("PROCESS_MESSAGE_SUBSCRIPTION", "CREATED"): message,
        ("PROCESS_MESSAGE_SUBSCRIPTION", "CORRELATED"): message,
        ("PROCESS_MESSAGE_SUBSCRIPTION", "DELETED"): message,
    },
    first=("begun_record_id", "begun_at_ms"),
    # An error that nothing catches ends a job twice: when it is thrown, and when its case is ended.
    follows={column: "ended_record_id" for column in ("ended_record_id", "ended_at_ms", "outcome")},
)
