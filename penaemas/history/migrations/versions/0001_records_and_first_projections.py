"""Records, and the projections cases, tasks, timeline, incidents, definitions and messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; nothing is dropped."""
    _received()
    _projected()
    _indexed()


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, KEY, primary_key=True, autoincrement=False)


def _number(name: str, *, required: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=not required)


def _words(name: str, *, required: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=not required)


def _received() -> None:
    document = ("document", sa.LargeBinary())
    op.create_table("records", _key("record_id"), _number("process_instance_key"), sa.Column(*document, nullable=False))
    op.create_table("provisional_records", _key("record_id"), sa.Column(*document, nullable=False))
    op.create_table(
        "quarantine",
        sa.Column("quarantine_id", KEY, primary_key=True, autoincrement=True),
        _number("record_id"),
        _words("feed"),
        _words("reason"),
        _number("received_at_ms"),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(*document, nullable=False),
        sa.UniqueConstraint("record_id", "feed", "reason", "digest", name="quarantine_once"),
    )
    op.create_table(
        "partitions",
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        _number("first_position"),
        _number("last_position"),
        _number("newest_at_ms"),
    )
    op.create_table(
        "gaps",
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("from_position", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("to_position", sa.BigInteger(), primary_key=True, autoincrement=False),
        _number("opened_at_ms"),
        _number("closed_at_ms", required=False),
    )


def _projected() -> None:
    op.create_table(
        "cases",
        _key("process_instance_key"),
        _number("last_record_id"),
        _words("bpmn_process_id"),
        sa.Column("version", sa.Integer()),
        _number("process_definition_key"),
        _number("parent_process_instance_key", required=False),
        _words("state", required=False),
        _number("started_at_ms", required=False),
        _number("ended_at_ms", required=False),
        _words("case_id", required=False),
    )
    op.create_table(
        "tasks",
        _key("user_task_key"),
        _number("last_record_id"),
        _number("process_instance_key"),
        _words("bpmn_process_id"),
        _number("process_definition_key"),
        _words("element_id"),
        _number("element_instance_key"),
        _words("state"),
        _words("assignee", required=False),
        _words("candidate_groups"),
        _number("due_at_ms", required=False),
        _number("follow_up_at_ms", required=False),
        _words("form_reference", required=False),
        _number("created_at_ms"),
        _number("ended_at_ms", required=False),
        _words("last_action"),
        sa.Column("provisional", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "timeline",
        _key("record_id"),
        _number("process_instance_key"),
        _number("at_ms"),
        _words("event"),
        _words("element_id"),
        _words("element_type", required=False),
        _number("element_instance_key"),
        _number("subject_key", required=False),
        _number("source_position", required=False),
        _words("actor", required=False),
        _words("detail", required=False),
    )
    op.create_table(
        "incidents",
        _key("incident_key"),
        _number("last_record_id"),
        _number("process_instance_key"),
        _words("bpmn_process_id"),
        _words("element_id"),
        _number("element_instance_key"),
        _number("job_key", required=False),
        _words("state"),
        _words("error_type"),
        _words("error_message"),
        _number("opened_at_ms", required=False),
        _number("resolved_at_ms", required=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "definitions",
        _key("process_definition_key"),
        _number("record_id"),
        _words("bpmn_process_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _words("resource_name"),
        _words("checksum"),
        _number("deployed_at_ms"),
    )
    op.create_table(
        "messages",
        _key("message_key"),
        _words("name"),
        _words("message_id", required=False),
        _words("correlation_key", required=False),
        _number("published_record_id", required=False),
        _number("published_at_ms", required=False),
        _number("process_instance_key", required=False),
    )


def _indexed() -> None:
    op.create_index("cases_by_case_id", "cases", ["case_id"])
    op.create_index("cases_by_parent", "cases", ["parent_process_instance_key"])
    _partial_index("cases_active", "cases", ["process_instance_key"], "state = 'active'")
    op.create_index("tasks_by_case", "tasks", ["process_instance_key"])
    _partial_index("tasks_open", "tasks", ["due_at_ms"], "ended_at_ms IS NULL")
    op.create_index("timeline_by_case", "timeline", ["process_instance_key", "record_id"])
    _partial_index("timeline_by_subject", "timeline", ["subject_key"], "subject_key IS NOT NULL")
    op.create_index("incidents_by_case", "incidents", ["process_instance_key"])
    _partial_index("incidents_open", "incidents", ["incident_key"], "state = 'open'")
    op.create_index("definitions_by_process", "definitions", ["bpmn_process_id", "version"])
    op.create_index("messages_by_id", "messages", ["message_id"])


def _partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
