"""From a row of a table to the fact it states."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Row

from penaemas.history.queries.facts import (
    Case,
    Definition,
    Incident,
    QuarantinedDocument,
    TimelineEntry,
    UserTask,
    UserTaskFact,
)
from penaemas.history.record import Place


def instant(milliseconds: int) -> datetime:
    """An instant of the tables, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def written_instant(text: str) -> datetime | None:
    """A date as the engine writes it, with the zone's name behind; None if it is empty or no instant."""
    try:
        found = datetime.fromisoformat(text.partition("[")[0])
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def milliseconds(moment: datetime) -> int:
    """The reverse of `instant`, rounded down."""
    return int(moment.timestamp() * 1000)


def instant_or_none(milliseconds: int | None) -> datetime | None:
    """As `instant`, for a column that may be null."""
    return None if milliseconds is None else instant(milliseconds)


def case(row: Row[Any]) -> Case:
    """Of `cases`, whose state is known."""
    return Case(
        process_instance_key=row.process_instance_key,
        bpmn_process_id=row.bpmn_process_id,
        version=row.version,
        process_definition_key=row.process_definition_key,
        parent_process_instance_key=row.parent_process_instance_key,
        state=row.state,
        started_at=instant(row.started_at_ms),
        ended_at=instant_or_none(row.ended_at_ms),
        case_id=row.case_id,
        case_number=row.case_number,
        region_code=row.region_code,
        due_at=instant_or_none(row.due_at_ms),
        outcome=row.outcome,
        **_place(row.last_record_id),
    )


def user_task(row: Row[Any]) -> UserTask:
    """Of `tasks`, with the `case_id` of its case."""
    return UserTask(
        user_task_key=row.user_task_key,
        process_instance_key=row.process_instance_key,
        case_id=row.case_id,
        bpmn_process_id=row.bpmn_process_id,
        process_definition_key=row.process_definition_key,
        element_id=row.element_id,
        element_instance_key=row.element_instance_key,
        state=row.state,
        assignee=row.assignee,
        candidate_groups=msgspec.json.decode(row.candidate_groups, type=tuple[str, ...]),
        due_at=instant_or_none(row.due_at_ms),
        follow_up_at=instant_or_none(row.follow_up_at_ms),
        form_reference=row.form_reference,
        created_at=instant(row.created_at_ms),
        ended_at=instant_or_none(row.ended_at_ms),
        last_action=row.last_action,
        provisional=row.provisional,
        **_place(row.last_record_id),
    )


def user_task_fact(row: Row[Any]) -> UserTaskFact:
    """Of `tasks`."""
    return UserTaskFact(
        state=row.state,
        assignee=row.assignee,
        ended_at=instant_or_none(row.ended_at_ms),
        provisional=row.provisional,
        **_place(row.last_record_id),
    )


def timeline_entry(row: Row[Any]) -> TimelineEntry:
    """Of `timeline`."""
    return TimelineEntry(
        process_instance_key=row.process_instance_key,
        at=instant(row.at_ms),
        event=row.event,
        element_id=row.element_id,
        element_type=row.element_type,
        element_instance_key=row.element_instance_key,
        subject_key=row.subject_key,
        source_position=row.source_position,
        actor=row.actor,
        detail=row.detail,
        **_place(row.record_id),
    )


def incident(row: Row[Any]) -> Incident:
    """Of `incidents`."""
    return Incident(
        incident_key=row.incident_key,
        process_instance_key=row.process_instance_key,
        bpmn_process_id=row.bpmn_process_id,
        element_id=row.element_id,
        element_instance_key=row.element_instance_key,
        job_key=row.job_key,
        is_open=row.state == "open",
        error_type=row.error_type,
        error_message=row.error_message,
        opened_at=instant_or_none(row.opened_at_ms),
        resolved_at=instant_or_none(row.resolved_at_ms),
        provisional=row.provisional,
    )


def definition(row: Row[Any]) -> Definition:
    """Of `definitions`."""
    return Definition(
        process_definition_key=row.process_definition_key,
        bpmn_process_id=row.bpmn_process_id,
        version=row.version,
        resource_name=row.resource_name,
        checksum=row.checksum,
        deployed_at=instant(row.deployed_at_ms),
        **_place(row.record_id),
    )


def quarantined(row: Row[Any]) -> QuarantinedDocument:
    """Of `quarantine`."""
    return QuarantinedDocument(
        feed=row.feed,
        reason=row.reason,
        received_at=instant(row.received_at_ms),
        document=bytes(row.document),
        **_place(row.record_id),
    )


def _place(record_id: int) -> dict[str, int]:
    return Place.of(record_id)._asdict()
