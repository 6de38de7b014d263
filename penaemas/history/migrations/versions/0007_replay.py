"""What a replay reads: variables over time, waits, decisions, escalations, step statistics; the timeline by case.

`./pena history rebuild` fills the new tables and columns from older records.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TIMELINE = (
    "process_instance_key, record_id, at_ms, event, element_id, element_type, element_instance_key, subject_key, "
    "source_position, actor, detail"
)
ROOT = "parent_process_instance_key IS NULL AND state IS NOT NULL"


def upgrade() -> None:
    """Make the tables; what the timeline holds is kept."""
    _timeline()
    _variables()
    _waits()
    _decisions()
    _escalations()
    _step_statistics()
    _cases()
    _partial_index("tasks_by_officer", "tasks", ["assignee", "process_instance_key"], "assignee IS NOT NULL")
    _partial_index("tasks_open_by_element", "tasks", ["element_id", "process_instance_key"], "ended_at_ms IS NULL")


def _timeline() -> None:
    op.drop_index("timeline_by_case", "timeline")
    op.drop_index("timeline_by_subject", "timeline")
    op.rename_table("timeline", "timeline_by_record")
    op.create_table(
        "timeline",
        *_of_case("record_id"),
        _number("at_ms"),
        _words("event"),
        _words("element_id"),
        _words("element_type", required=False),
        _number("element_instance_key"),
        _number("subject_key", required=False),
        _number("source_position", required=False),
        _words("actor", required=False),
        _words("detail", required=False),
        _primary_key("record_id"),
        sqlite_with_rowid=False,
    )
    op.execute(
        f"INSERT INTO timeline ({TIMELINE}) SELECT {TIMELINE} FROM timeline_by_record "  # noqa: S608  # names only
        "ORDER BY process_instance_key, record_id"
    )
    op.drop_table("timeline_by_record")
    _partial_index("timeline_by_subject", "timeline", ["subject_key"], "subject_key IS NOT NULL")


def _variables() -> None:
    op.create_table(
        "variables",
        *_of_case("record_id"),
        _number("at_ms"),
        _number("scope_key"),
        _words("name"),
        _words("value"),
        _number("source_position", required=False),
        _primary_key("record_id"),
        sqlite_with_rowid=False,
    )


def _waits() -> None:
    op.create_table(
        "waits",
        *_of_case("wait_key"),
        _words("kind"),
        _words("element_id"),
        _number("element_instance_key"),
        _words("name", required=False),
        _number("due_at_ms", required=False),
        _number("begun_record_id", required=False),
        _number("begun_at_ms", required=False),
        _number("ended_record_id", required=False),
        _number("ended_at_ms", required=False),
        _words("outcome", required=False),
        _primary_key("wait_key"),
        sqlite_with_rowid=False,
    )
    _partial_index("waits_open_by_element", "waits", ["element_id", "process_instance_key"], "ended_record_id IS NULL")


def _decisions() -> None:
    op.create_table(
        "decisions",
        *_of_case("record_id"),
        _number("at_ms"),
        _words("decision_id"),
        _words("decision_name"),
        sa.Column("decision_version", sa.Integer(), nullable=False),
        _number("decision_requirements_key"),
        _words("element_id"),
        _number("element_instance_key"),
        _words("output"),
        _words("evaluated"),
        _words("failed_decision_id", required=False),
        _words("failure", required=False),
        _number("source_position", required=False),
        _primary_key("record_id"),
        sqlite_with_rowid=False,
    )


def _escalations() -> None:
    op.create_table(
        "escalations",
        *_of_case("record_id"),
        _number("at_ms"),
        _words("level"),
        _primary_key("record_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("escalations_by_time", "escalations", ["at_ms"])


def _step_statistics() -> None:
    op.create_table(
        "step_statistics",
        _words("bpmn_process_id"),
        _words("element_id"),
        _words("day"),
        _number("completed"),
        _number("late"),
        _number("total_ms"),
        _number("longest_ms"),
        sa.PrimaryKeyConstraint("bpmn_process_id", "element_id", "day"),
        sqlite_with_rowid=False,
    )


def _cases() -> None:
    for column in (
        _number("parent_element_instance_key", required=False),
        _words("case_number", required=False),
        _words("region_code", required=False),
        _number("due_at_ms", required=False),
        _number("due_record_id", required=False),
        _words("outcome", required=False),
        _number("outcome_record_id", required=False),
    ):
        op.add_column("cases", column)
    op.drop_index("cases_by_parent", "cases")
    by_start = ["started_at_ms", "process_instance_key"]
    _partial_index("cases_by_number", "cases", ["case_number"], "case_number IS NOT NULL")
    _partial_index(
        "cases_by_parent", "cases", ["parent_process_instance_key"], "parent_process_instance_key IS NOT NULL"
    )
    _partial_index("cases_by_kind", "cases", ["bpmn_process_id", "state", *by_start], ROOT)
    _partial_index(
        "cases_by_due",
        "cases",
        ["due_at_ms", "process_instance_key"],
        "parent_process_instance_key IS NULL AND state = 'active'",
    )
    _partial_index(
        "cases_by_outcome", "cases", ["bpmn_process_id", "outcome", *by_start], f"{ROOT} AND outcome IS NOT NULL"
    )


def _of_case(name: str) -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("process_instance_key", KEY, nullable=False),
        sa.Column(name, KEY, nullable=False),
    )


def _primary_key(name: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("process_instance_key", name)


def _number(name: str, *, required: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=not required)


def _words(name: str, *, required: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=not required)


def _partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
