"""Projections that tell of one case what happened in it: many rows each.

Rows that are written once stand together by case, in one tree (`WITHOUT ROWID` in SQLite).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, text

from penaemas.history.tables.shapes import metadata, of_case, part

_NOT_OVER = text("ended_record_id IS NULL")
_HAS_SUBJECT = text("subject_key IS NOT NULL")

timeline = Table(
    "timeline",
    metadata,
    *of_case("record_id"),
    Column("at_ms", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("element_type", Text),
    Column("element_instance_key", BigInteger, nullable=False),
    Column("subject_key", BigInteger),  # the user task or incident that the row is about
    Column("source_position", BigInteger),
    Column("actor", Text),
    Column("detail", Text),
    part("timeline_by_subject", "subject_key", where=_HAS_SUBJECT),
    sqlite_with_rowid=False,
)

variables = Table(
    "variables",
    metadata,
    *of_case("record_id"),
    Column("at_ms", BigInteger, nullable=False),
    Column("scope_key", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),  # JSON
    Column("source_position", BigInteger),
    sqlite_with_rowid=False,
)

waits = Table(
    "waits",
    metadata,
    *of_case("wait_key"),
    Column("kind", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("element_instance_key", BigInteger, nullable=False),
    Column("name", Text),
    Column("due_at_ms", BigInteger),
    Column("begun_record_id", BigInteger),
    Column("begun_at_ms", BigInteger),
    Column("ended_record_id", BigInteger),
    Column("ended_at_ms", BigInteger),
    Column("outcome", Text),
    part("waits_open_by_element", "element_id", "process_instance_key", where=_NOT_OVER),
    sqlite_with_rowid=False,
)

decisions = Table(
    "decisions",
    metadata,
    *of_case("record_id"),
    Column("at_ms", BigInteger, nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("decision_name", Text, nullable=False),
    Column("decision_version", Integer, nullable=False),
    Column("decision_requirements_key", BigInteger, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("element_instance_key", BigInteger, nullable=False),
    Column("output", Text, nullable=False),  # JSON
    Column("evaluated", Text, nullable=False),  # JSON array: per table its inputs and matched rules
    Column("failed_decision_id", Text),
    Column("failure", Text),
    Column("source_position", BigInteger),
    sqlite_with_rowid=False,
)

escalations = Table(
    "escalations",
    metadata,
    *of_case("record_id"),
    Column("at_ms", BigInteger, nullable=False),
    Column("level", Text, nullable=False),
    Index("escalations_by_time", "at_ms"),
    sqlite_with_rowid=False,
)
