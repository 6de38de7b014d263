"""Projections that lists and searches read: one row per case, task, incident, with the indexes that answer them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, text

from penaemas.history.tables.shapes import key, metadata, part

_ACTIVE = text("state = 'active'")
_TAKEN = text("assignee IS NOT NULL")
_NOT_ENDED = text("ended_at_ms IS NULL")
_ENDED = text("ended_at_ms IS NOT NULL")
_NOT_ENDED_NOR_TAKEN = text("ended_at_ms IS NULL AND assignee IS NULL")
_NOT_ENDED_BUT_TAKEN = text("ended_at_ms IS NULL AND assignee IS NOT NULL")
_ENDED_BY_SOMEBODY = text("ended_at_ms IS NOT NULL AND assignee IS NOT NULL")
_OPEN = text("state = 'open'")
_NUMBERED = text("case_number IS NOT NULL")
_CHILD = text("parent_process_instance_key IS NOT NULL")
_ROOT = text("parent_process_instance_key IS NULL AND state IS NOT NULL")
_ROOT_ACTIVE = text("parent_process_instance_key IS NULL AND state = 'active'")
_ROOT_DECIDED = text("parent_process_instance_key IS NULL AND state IS NOT NULL AND outcome IS NOT NULL")
_LANE = ("bpmn_process_id", "candidate_groups")

cases = Table(
    "cases",
    metadata,
    key("process_instance_key"),
    Column("last_record_id", BigInteger, nullable=False),
    Column("bpmn_process_id", Text, nullable=False),
    Column("version", Integer),
    Column("process_definition_key", BigInteger, nullable=False),
    Column("parent_process_instance_key", BigInteger),
    Column("state", Text),
    Column("started_at_ms", BigInteger),
    Column("ended_at_ms", BigInteger),
    Column("case_id", Text),
    Column("parent_element_instance_key", BigInteger),
    Column("case_number", Text),
    Column("region_code", Text),
    Column("due_at_ms", BigInteger),
    Column("due_record_id", BigInteger),
    Column("outcome", Text),
    Column("outcome_record_id", BigInteger),
    Index("cases_by_case_id", "case_id"),
    part("cases_by_number", "case_number", where=_NUMBERED),
    part("cases_by_parent", "parent_process_instance_key", where=_CHILD),
    part("cases_active", "process_instance_key", where=_ACTIVE),
    part("cases_by_kind", "bpmn_process_id", "state", "started_at_ms", "process_instance_key", where=_ROOT),
    part(
        "cases_by_region",
        *("region_code", "bpmn_process_id", "state", "started_at_ms", "process_instance_key"),
        where=_ROOT,
    ),
    part("cases_by_due", "due_at_ms", "process_instance_key", where=_ROOT_ACTIVE),
    part(
        "cases_by_outcome", "bpmn_process_id", "outcome", "started_at_ms", "process_instance_key", where=_ROOT_DECIDED
    ),
)

tasks = Table(
    "tasks",
    metadata,
    key("user_task_key"),
    Column("last_record_id", BigInteger, nullable=False),
    Column("process_instance_key", BigInteger, nullable=False),
    Column("bpmn_process_id", Text, nullable=False),
    Column("process_definition_key", BigInteger, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("element_instance_key", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("assignee", Text),
    Column("candidate_groups", Text, nullable=False),  # JSON array
    Column("due_at_ms", BigInteger),
    Column("follow_up_at_ms", BigInteger),
    Column("form_reference", Text),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("last_action", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Index("tasks_by_case", "process_instance_key"),
    part("tasks_by_officer", "assignee", "process_instance_key", where=_TAKEN),
    part("tasks_open_by_element", "element_id", "process_instance_key", where=_NOT_ENDED),
    part("tasks_open", "due_at_ms", "user_task_key", where=_NOT_ENDED),
    part("tasks_open_by_lane", *_LANE, "due_at_ms", "user_task_key", where=_NOT_ENDED),
    part("tasks_untaken_by_lane", *_LANE, "due_at_ms", "user_task_key", where=_NOT_ENDED_NOR_TAKEN),
    part("tasks_open_by_assignee", "assignee", "due_at_ms", "user_task_key", where=_NOT_ENDED_BUT_TAKEN),
    part("tasks_done", "ended_at_ms", "user_task_key", where=_ENDED),
    part("tasks_done_by_lane", *_LANE, "ended_at_ms", "user_task_key", where=_ENDED),
    part("tasks_done_by_assignee", "assignee", "ended_at_ms", "user_task_key", where=_ENDED_BY_SOMEBODY),
)

incidents = Table(
    "incidents",
    metadata,
    key("incident_key"),
    Column("last_record_id", BigInteger, nullable=False),
    Column("process_instance_key", BigInteger, nullable=False),
    Column("bpmn_process_id", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("element_instance_key", BigInteger, nullable=False),
    Column("job_key", BigInteger),
    Column("state", Text, nullable=False),
    Column("error_type", Text, nullable=False),
    Column("error_message", Text, nullable=False),
    Column("opened_at_ms", BigInteger),
    Column("resolved_at_ms", BigInteger),
    Column("provisional", Boolean, nullable=False),
    Index("incidents_by_case", "process_instance_key"),
    Index("incidents_open", "incident_key", sqlite_where=_OPEN, postgresql_where=_OPEN),
)
