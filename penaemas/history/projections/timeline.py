"""The timeline of a case: what happened, in the order of the engine's log."""

from __future__ import annotations

from typing import NamedTuple

from penaemas.history import tables
from penaemas.history.projections.projection import Projection, Reaction, Trigger
from penaemas.history.record import (
    IncidentValue,
    JobValue,
    ProcessInstanceValue,
    ProcessMessageSubscriptionValue,
    Record,
    TimerValue,
    UserTaskValue,
)


class TimelineRow(NamedTuple):
    """`event` is the lower-case name from `_EVENTS`; `actor` who or what did it, where the record says so;
    `subject_key` the user task or incident that the event is about."""

    process_instance_key: int
    record_id: int
    at_ms: int
    event: str
    element_id: str
    element_type: str | None
    element_instance_key: int
    subject_key: int | None
    source_position: int | None
    actor: str | None
    detail: str | None


_EVENTS: dict[Trigger, str] = {
    ("PROCESS_INSTANCE", "ELEMENT_ACTIVATED"): "element_activated",
    ("PROCESS_INSTANCE", "ELEMENT_COMPLETED"): "element_completed",
    ("PROCESS_INSTANCE", "ELEMENT_TERMINATED"): "element_terminated",
    ("PROCESS_INSTANCE", "ELEMENT_MIGRATED"): "element_migrated",
    ("PROCESS_INSTANCE", "SEQUENCE_FLOW_TAKEN"): "sequence_flow_taken",
    ("TIMER", "TRIGGERED"): "timer_triggered",
    ("PROCESS_MESSAGE_SUBSCRIPTION", "CORRELATED"): "message_correlated",
    ("JOB", "COMPLETED"): "job_completed",
    ("JOB", "FAILED"): "job_failed",
    ("JOB", "TIMED_OUT"): "job_timed_out",
    ("JOB", "ERROR_THROWN"): "job_error_thrown",
    ("JOB", "RETRIES_UPDATED"): "job_retries_updated",
    ("INCIDENT", "CREATED"): "incident_opened",
    ("INCIDENT", "RESOLVED"): "incident_resolved",
    ("USER_TASK", "CREATED"): "task_created",
    ("USER_TASK", "ASSIGNED"): "task_assigned",
    ("USER_TASK", "UPDATED"): "task_updated",
    ("USER_TASK", "MIGRATED"): "task_migrated",
    ("USER_TASK", "COMPLETED"): "task_completed",
    ("USER_TASK", "CANCELED"): "task_canceled",
}
_EVENT_OF_ELEMENT = {
    intent: event for (value_type, intent), event in _EVENTS.items() if value_type == "PROCESS_INSTANCE"
}
_EVENT_OF_JOB = {intent: event for (value_type, intent), event in _EVENTS.items() if value_type == "JOB"}
_EVENT_OF_TASK = {intent: event for (value_type, intent), event in _EVENTS.items() if value_type == "USER_TASK"}
_EVENT_OF_INCIDENT = {intent: event for (value_type, intent), event in _EVENTS.items() if value_type == "INCIDENT"}


def _source(position: int) -> int | None:
    return position if position > 0 else None


def element(record: Record[ProcessInstanceValue]) -> TimelineRow:
    """A token has moved."""
    value = record.value
    return TimelineRow(
        value.process_instance_key,
        record.record_id,
        record.at_ms,
        _EVENT_OF_ELEMENT[record.intent],
        value.element_id,
        value.bpmn_element_type,
        record.key,
        None,
        _source(record.source_position),
        None,
        None,
    )


def timer(record: Record[TimerValue]) -> TimelineRow | None:
    """A moment has come. The timer of a start event belongs to no case yet."""
    value = record.value
    if value.process_instance_key <= 0:
        return None
    return TimelineRow(
        value.process_instance_key,
        record.record_id,
        record.at_ms,
        "timer_triggered",
        value.target_element_id,
        None,
        value.element_instance_key,
        None,
        _source(record.source_position),
        None,
        None,
    )


def message(record: Record[ProcessMessageSubscriptionValue]) -> TimelineRow:
    """A message has reached the element that waited for it."""
    value = record.value
    return TimelineRow(
        value.process_instance_key,
        record.record_id,
        record.at_ms,
        "message_correlated",
        value.element_id,
        None,
        value.element_instance_key,
        None,
        _source(record.source_position),
        None,
        value.message_name,
    )


def job(record: Record[JobValue]) -> TimelineRow:
    """A worker has answered, or has not. The text of an error stays in the record."""
    value = record.value
    return TimelineRow(
        value.process_instance_key,
        record.record_id,
        record.at_ms,
        _EVENT_OF_JOB[record.intent],
        value.element_id,
        None,
        value.element_instance_key,
        None,
        _source(record.source_position),
        value.worker or None,
        value.error_code or value.type,
    )


def incident(record: Record[IncidentValue]) -> TimelineRow:
    """A case is stuck, or goes on."""
    value = record.value
    return TimelineRow(
        value.process_instance_key,
        record.record_id,
        record.at_ms,
        _EVENT_OF_INCIDENT[record.intent],
        value.element_id,
        None,
        value.element_instance_key,
        record.key,
        _source(record.source_position),
        None,
        value.error_type,
    )


def task(record: Record[UserTaskValue]) -> TimelineRow:
    """An officer's task has changed; its assignee is the actor."""
    value = record.value
    return TimelineRow(
        value.process_instance_key,
        record.record_id,
        record.at_ms,
        _EVENT_OF_TASK[record.intent],
        value.element_id,
        "USER_TASK",
        value.element_instance_key,
        record.key,
        _source(record.source_position),
        value.assignee or None,
        value.action or None,
    )


_REACTIONS: dict[str, Reaction] = {
    "PROCESS_INSTANCE": element,
    "TIMER": timer,
    "PROCESS_MESSAGE_SUBSCRIPTION": message,
    "JOB": job,
    "INCIDENT": incident,
    "USER_TASK": task,
}

PROJECTION = Projection(
    table=tables.timeline,
    reactions={(value_type, intent): _REACTIONS[value_type] for value_type, intent in _EVENTS},
)
