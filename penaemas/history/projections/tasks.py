"""Tasks: one row per user task, as its newest record left it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import Record, RecordUnreadable, UserTaskValue

CREATED, COMPLETED, CANCELED = "created", "completed", "canceled"


class TaskRow(NamedTuple):
    """`candidate_groups` is a JSON array of names."""

    user_task_key: int
    last_record_id: int
    process_instance_key: int
    bpmn_process_id: str
    process_definition_key: int
    element_id: str
    element_instance_key: int
    state: str
    assignee: str | None
    candidate_groups: str
    due_at_ms: int | None
    follow_up_at_ms: int | None
    form_reference: str | None
    created_at_ms: int
    ended_at_ms: int | None
    last_action: str
    provisional: bool


def instant_ms(text: str) -> int | None:
    """A date of a user task in milliseconds since 1970; None if it is empty.

    Raises:
        RecordUnreadable: it is no instant.
    """
    # The engine writes what FEEL gave it, with the zone's name behind: 2026-11-23T21:19:14.992Z[Etc/UTC].
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text.partition("[")[0])
    except ValueError as error:
        raise RecordUnreadable("a date of a user task is not ISO 8601") from error
    if instant.tzinfo is None:
        raise RecordUnreadable("a date of a user task has no time zone")
    return round(instant.timestamp() * 1000)


def _row(record: Record[UserTaskValue], state: str, ended_at_ms: int | None) -> TaskRow:
    value = record.value
    return TaskRow(
        value.user_task_key,
        record.record_id,
        value.process_instance_key,
        value.bpmn_process_id,
        value.process_definition_key,
        value.element_id,
        value.element_instance_key,
        state,
        value.assignee or None,
        msgspec.json.encode(value.candidate_groups_list).decode(),
        instant_ms(value.due_date),
        instant_ms(value.follow_up_date),
        value.external_form_reference or None,
        value.creation_timestamp,
        ended_at_ms,
        record.intent.lower(),
        record.provisional,
    )


def changed(record: Record[UserTaskValue]) -> TaskRow:
    """A task waits for its officer."""
    return _row(record, CREATED, None)


def completed(record: Record[UserTaskValue]) -> TaskRow:
    """An officer has finished a task."""
    return _row(record, COMPLETED, record.at_ms)


def canceled(record: Record[UserTaskValue]) -> TaskRow:
    """The process has ended a task."""
    return _row(record, CANCELED, record.at_ms)


PROJECTION = Projection(
    table=tables.tasks,
    reactions={
        ("USER_TASK", "CREATED"): changed,
        ("USER_TASK", "ASSIGNED"): changed,
        ("USER_TASK", "UPDATED"): changed,
        ("USER_TASK", "MIGRATED"): changed,
        ("USER_TASK", "COMPLETED"): completed,
        ("USER_TASK", "CANCELED"): canceled,
    },
    newest=tuple(field for field in TaskRow._fields if field != "user_task_key"),
    express=True,
)
