"""The tables of the `history` database. `migrations/` makes them; a test holds the two together.

Two kinds: what was received (records, provisional_records, quarantine, partitions, gaps), which is the truth, and
projections, which can be dropped and rebuilt from it. `record_id` is partition and position in one number
(`record.Place`); instants are milliseconds since 1970 by the engine's clock, except where a comment says ours.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)

# In SQLite only INTEGER makes a primary key the row's own number, which appends without a second tree.
Key = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()

_ACTIVE = text("state = 'active'")
_NOT_ENDED = text("ended_at_ms IS NULL")
_ENDED = text("ended_at_ms IS NOT NULL")
_NOT_ENDED_NOR_TAKEN = text("ended_at_ms IS NULL AND assignee IS NULL")
_NOT_ENDED_BUT_TAKEN = text("ended_at_ms IS NULL AND assignee IS NOT NULL")
_ENDED_BY_SOMEBODY = text("ended_at_ms IS NOT NULL AND assignee IS NOT NULL")
_OPEN = text("state = 'open'")
_HAS_SUBJECT = text("subject_key IS NOT NULL")


def _key(name: str) -> Column[int]:
    return Column(name, Key, primary_key=True, autoincrement=False)


def _part(name: str, *columns: str, where: TextClause) -> Index:
    """An index of some of the rows."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


_LANE = ("bpmn_process_id", "candidate_groups")


records = Table(
    "records",
    metadata,
    _key("record_id"),
    Column("process_instance_key", BigInteger, nullable=False),  # 0: of no case
    Column("document", LargeBinary, nullable=False),  # exactly as received
)

provisional_records = Table(
    "provisional_records",
    metadata,
    _key("record_id"),
    Column("document", LargeBinary, nullable=False),  # by the express feed; gone when the full feed confirms it
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", Key, primary_key=True, autoincrement=True),
    Column("record_id", BigInteger, nullable=False),
    Column("feed", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),  # our clock
    Column("digest", LargeBinary, nullable=False),  # SHA-256, so that what is sent again is kept once
    Column("document", LargeBinary, nullable=False),
    UniqueConstraint("record_id", "feed", "reason", "digest", name="quarantine_once"),
)

partitions = Table(
    "partitions",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("first_position", BigInteger, nullable=False),
    Column("last_position", BigInteger, nullable=False),
    Column("newest_at_ms", BigInteger, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("from_position", BigInteger, primary_key=True, autoincrement=False),
    Column("to_position", BigInteger, primary_key=True, autoincrement=False),
    Column("opened_at_ms", BigInteger, nullable=False),  # our clock
    Column("closed_at_ms", BigInteger),  # our clock
)

cases = Table(
    "cases",
    metadata,
    _key("process_instance_key"),
    Column("last_record_id", BigInteger, nullable=False),
    Column("bpmn_process_id", Text, nullable=False),
    Column("version", Integer),
    Column("process_definition_key", BigInteger, nullable=False),
    Column("parent_process_instance_key", BigInteger),
    Column("state", Text),
    Column("started_at_ms", BigInteger),
    Column("ended_at_ms", BigInteger),
    Column("case_id", Text),
    Index("cases_by_case_id", "case_id"),
    Index("cases_by_parent", "parent_process_instance_key"),
    Index("cases_active", "process_instance_key", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
)

tasks = Table(
    "tasks",
    metadata,
    _key("user_task_key"),
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
    _part("tasks_open", "due_at_ms", "user_task_key", where=_NOT_ENDED),
    _part("tasks_open_by_lane", *_LANE, "due_at_ms", "user_task_key", where=_NOT_ENDED),
    _part("tasks_untaken_by_lane", *_LANE, "due_at_ms", "user_task_key", where=_NOT_ENDED_NOR_TAKEN),
    _part("tasks_open_by_assignee", "assignee", "due_at_ms", "user_task_key", where=_NOT_ENDED_BUT_TAKEN),
    _part("tasks_done", "ended_at_ms", "user_task_key", where=_ENDED),
    _part("tasks_done_by_lane", *_LANE, "ended_at_ms", "user_task_key", where=_ENDED),
    _part("tasks_done_by_assignee", "assignee", "ended_at_ms", "user_task_key", where=_ENDED_BY_SOMEBODY),
)

timeline = Table(
    "timeline",
    metadata,
    _key("record_id"),
    Column("process_instance_key", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("element_type", Text),
    Column("element_instance_key", BigInteger, nullable=False),
    Column("subject_key", BigInteger),  # the user task or incident that the row is about
    Column("source_position", BigInteger),
    Column("actor", Text),
    Column("detail", Text),
    Index("timeline_by_case", "process_instance_key", "record_id"),
    Index("timeline_by_subject", "subject_key", sqlite_where=_HAS_SUBJECT, postgresql_where=_HAS_SUBJECT),
)

incidents = Table(
    "incidents",
    metadata,
    _key("incident_key"),
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

definitions = Table(
    "definitions",
    metadata,
    _key("process_definition_key"),
    Column("record_id", BigInteger, nullable=False),  # the record holds the diagram
    Column("bpmn_process_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("resource_name", Text, nullable=False),
    Column("checksum", Text, nullable=False),
    Column("deployed_at_ms", BigInteger, nullable=False),
    Index("definitions_by_process", "bpmn_process_id", "version"),
)

resources = Table(
    "resources",
    metadata,
    _key("resource_key"),
    Column("record_id", BigInteger, nullable=False),  # the record holds the resource
    Column("resource_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("resource_name", Text, nullable=False),
    Column("checksum", Text, nullable=False),
    Column("deployed_at_ms", BigInteger, nullable=False),
    Index("resources_by_id", "resource_id", "version"),
)

messages = Table(
    "messages",
    metadata,
    _key("message_key"),
    Column("name", Text, nullable=False),
    Column("message_id", Text),
    Column("correlation_key", Text),
    Column("published_record_id", BigInteger),
    Column("published_at_ms", BigInteger),
    Column("process_instance_key", BigInteger),  # the case that it started
    Index("messages_by_id", "message_id"),
)
