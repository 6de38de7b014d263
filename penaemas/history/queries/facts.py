"""What a query answers. Instants are aware, in UTC, by the engine's clock; positions are the engine's log positions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CaseState = Literal["active", "completed", "terminated"]
TaskState = Literal["created", "completed", "canceled"]


@dataclass(frozen=True)
class Case:
    """A process instance, root or child.

    Args:
        case_id: the case file's id; None if the process has no variable `case_id`.
        position: of the record that last changed it.
        case_number: what people call it; None if the process has no variable `case_number`.
        due_at: the promise of the whole service, `service_due_at`.
        outcome: how it ended, `case_outcome`.
    """

    process_instance_key: int
    bpmn_process_id: str
    version: int
    process_definition_key: int
    parent_process_instance_key: int | None
    state: CaseState
    started_at: datetime
    ended_at: datetime | None
    case_id: str | None
    partition: int
    position: int
    case_number: str | None = None
    region_code: str | None = None
    due_at: datetime | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class UserTask:
    """A user task as its newest record left it.

    Args:
        case_id: of the case it belongs to; None while only the express feed has told of the case.
        last_action: created, assigned, updated, migrated, completed or canceled.
        provisional: the newest record came by the express feed and is not confirmed yet.
    """

    user_task_key: int
    process_instance_key: int
    case_id: str | None
    bpmn_process_id: str
    process_definition_key: int
    element_id: str
    element_instance_key: int
    state: TaskState
    assignee: str | None
    candidate_groups: tuple[str, ...]
    due_at: datetime | None
    follow_up_at: datetime | None
    form_reference: str | None
    created_at: datetime
    ended_at: datetime | None
    last_action: str
    partition: int
    position: int
    provisional: bool


@dataclass(frozen=True)
class UserTaskFact:
    """What the outbox asks of a task: who has it, has it ended, and by which record we know."""

    state: TaskState
    assignee: str | None
    ended_at: datetime | None
    partition: int
    position: int
    provisional: bool


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened in a case.

    Args:
        event: e.g. element_activated, sequence_flow_taken, timer_triggered, job_failed, task_assigned, incident_opened.
        actor: the officer or worker, where the record says who.
        detail: job type or error code, message name, error type, or the officer's action.
        source_position: of the command that caused it.
    """

    partition: int
    position: int
    process_instance_key: int
    at: datetime
    event: str
    element_id: str
    element_type: str | None
    element_instance_key: int
    subject_key: int | None
    source_position: int | None
    actor: str | None
    detail: str | None


@dataclass(frozen=True)
class PathStep:
    """An element or sequence flow that a case has passed.

    Args:
        state: active, completed or terminated; a sequence flow is taken.
    """

    element_id: str
    element_type: str
    state: Literal["active", "completed", "terminated", "taken"]


@dataclass(frozen=True)
class Incident:
    """What stopped a case."""

    incident_key: int
    process_instance_key: int
    bpmn_process_id: str
    element_id: str
    element_instance_key: int
    job_key: int | None
    is_open: bool
    error_type: str
    error_message: str
    opened_at: datetime | None
    resolved_at: datetime | None
    provisional: bool


@dataclass(frozen=True)
class Definition:
    """A deployed version of a process; the record at its position holds the diagram."""

    process_definition_key: int
    bpmn_process_id: str
    version: int
    resource_name: str
    checksum: str
    deployed_at: datetime
    partition: int
    position: int


@dataclass(frozen=True)
class PublishedMessage:
    """A message that the engine has taken, and the case it started, if any."""

    message_key: int
    name: str
    message_id: str
    correlation_key: str
    partition: int
    position: int
    process_instance_key: int | None


@dataclass(frozen=True)
class Gap:
    """Positions that the feed left out, from the first to the last. `missing` of them have not come yet."""

    partition: int
    first_position: int
    last_position: int
    missing: int
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class QuarantinedDocument:
    """A document that contradicts what is stored, or cannot be read."""

    partition: int
    position: int
    feed: str
    reason: str
    received_at: datetime
    document: bytes
