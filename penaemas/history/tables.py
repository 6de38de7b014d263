"""The tables of the `history` database. `migrations/` makes them; a test holds the two together.

Two kinds: what was received (records, provisional_records, quarantine, partitions, gaps, portal_records) and how far
the ledger has sealed it (ledger_logs), which is the truth, and projections, which can be dropped and rebuilt from it.
`record_id` is partition and position in one number (`record.Place`); instants are milliseconds since 1970 by the
engine's clock, except where a comment says ours.
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
_TAKEN = text("assignee IS NOT NULL")
_NOT_ENDED = text("ended_at_ms IS NULL")
_ENDED = text("ended_at_ms IS NOT NULL")
_NOT_ENDED_NOR_TAKEN = text("ended_at_ms IS NULL AND assignee IS NULL")
_NOT_ENDED_BUT_TAKEN = text("ended_at_ms IS NULL AND assignee IS NOT NULL")
_ENDED_BY_SOMEBODY = text("ended_at_ms IS NOT NULL AND assignee IS NOT NULL")
_OPEN = text("state = 'open'")
_NOT_OVER = text("ended_record_id IS NULL")
_NUMBERED = text("case_number IS NOT NULL")
_CHILD = text("parent_process_instance_key IS NOT NULL")
_ROOT = text("parent_process_instance_key IS NULL AND state IS NOT NULL")
_ROOT_ACTIVE = text("parent_process_instance_key IS NULL AND state = 'active'")
_ROOT_DECIDED = text("parent_process_instance_key IS NULL AND state IS NOT NULL AND outcome IS NOT NULL")
_HAS_SUBJECT = text("subject_key IS NOT NULL")


def _key(name: str) -> Column[int]:
    return Column(name, Key, primary_key=True, autoincrement=False)


def _part(name: str, *columns: str, where: TextClause) -> Index:
    """An index of some of the rows."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def _of_case(name: str) -> tuple[Column[int], Column[int]]:
    """The primary key of rows that stand together by case."""
    return Column("process_instance_key", Key, primary_key=True, autoincrement=False), _key(name)


_LANE = ("bpmn_process_id", "candidate_groups")


records = Table(
    "records",
    metadata,
    _key("record_id"),
    Column("process_instance_key", BigInteger, nullable=False),  # 0: of no case
    Column("document", LargeBinary),  # as received, or deflated (`stored_form`); null when its time was over
)

record_dictionaries = Table(
    "record_dictionaries",
    metadata,
    Column("dictionary_id", Integer, primary_key=True, autoincrement=False),
    Column("dictionary", LargeBinary, nullable=False),
)

deflated_up_to = Table(
    "deflated_up_to",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, nullable=False),
)

webhook_cursors = Table(
    "webhook_cursors",
    metadata,
    Column("webhook", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, nullable=False),  # everything up to it was confirmed
)

daily_duties = Table(
    "daily_duties",
    metadata,
    Column("duty", Text, primary_key=True),
    Column("done_for_ms", BigInteger, nullable=False),  # when what was last done had fallen due; our clock, as all here
    Column("done_at_ms", BigInteger),
    Column("tried_at_ms", BigInteger),  # of the last try in vain since then
    Column("failures", Integer, nullable=False),
    Column("failure", Text),
)

forgotten_cases = Table(
    "forgotten_cases",
    metadata,
    _key("process_instance_key"),
    Column("bpmn_process_id", Text, nullable=False),
    Column("ended_at_ms", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),  # of the case and of what it called; their entries stay
    Column("forgotten_at_ms", BigInteger, nullable=False),  # our clock
    Column("basis", Text, nullable=False),
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

ledger_logs = Table(
    "ledger_logs",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("partition", Integer, nullable=False),  # 0: the portal's acts
    Column("epoch", Integer, nullable=False),
    Column("from_position", BigInteger, nullable=False),  # records from here on belong to this epoch
    Column("first_position", BigInteger),  # of the first record sealed; null before that
    Column("statement", LargeBinary),  # the first entry's bytes, of every epoch but the first
    Column("size", BigInteger, nullable=False),  # of the last checkpoint
    Column("root", LargeBinary, nullable=False),
    UniqueConstraint("partition", "epoch", name="ledger_logs_once"),
)

portal_records = Table(
    "portal_records",
    metadata,
    _key("position"),
    Column("kind", Text, nullable=False),
    Column("act_number", BigInteger),  # of the office's row; null if it is no act
    Column("document", LargeBinary, nullable=False),
    UniqueConstraint("act_number", name="portal_records_once"),
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
    Column("parent_element_instance_key", BigInteger),
    Column("case_number", Text),
    Column("region_code", Text),
    Column("due_at_ms", BigInteger),
    Column("due_record_id", BigInteger),
    Column("outcome", Text),
    Column("outcome_record_id", BigInteger),
    Index("cases_by_case_id", "case_id"),
    _part("cases_by_number", "case_number", where=_NUMBERED),
    _part("cases_by_parent", "parent_process_instance_key", where=_CHILD),
    _part("cases_active", "process_instance_key", where=_ACTIVE),
    _part("cases_by_kind", "bpmn_process_id", "state", "started_at_ms", "process_instance_key", where=_ROOT),
    _part("cases_by_due", "due_at_ms", "process_instance_key", where=_ROOT_ACTIVE),
    _part(
        "cases_by_outcome", "bpmn_process_id", "outcome", "started_at_ms", "process_instance_key", where=_ROOT_DECIDED
    ),
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
    _part("tasks_by_officer", "assignee", "process_instance_key", where=_TAKEN),
    _part("tasks_open_by_element", "element_id", "process_instance_key", where=_NOT_ENDED),
    _part("tasks_open", "due_at_ms", "user_task_key", where=_NOT_ENDED),
    _part("tasks_open_by_lane", *_LANE, "due_at_ms", "user_task_key", where=_NOT_ENDED),
    _part("tasks_untaken_by_lane", *_LANE, "due_at_ms", "user_task_key", where=_NOT_ENDED_NOR_TAKEN),
    _part("tasks_open_by_assignee", "assignee", "due_at_ms", "user_task_key", where=_NOT_ENDED_BUT_TAKEN),
    _part("tasks_done", "ended_at_ms", "user_task_key", where=_ENDED),
    _part("tasks_done_by_lane", *_LANE, "ended_at_ms", "user_task_key", where=_ENDED),
    _part("tasks_done_by_assignee", "assignee", "ended_at_ms", "user_task_key", where=_ENDED_BY_SOMEBODY),
)

# Rows of a case that are written once stand together by case, in one tree (`WITHOUT ROWID` in SQLite).
timeline = Table(
    "timeline",
    metadata,
    *_of_case("record_id"),
    Column("at_ms", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("element_type", Text),
    Column("element_instance_key", BigInteger, nullable=False),
    Column("subject_key", BigInteger),  # the user task or incident that the row is about
    Column("source_position", BigInteger),
    Column("actor", Text),
    Column("detail", Text),
    _part("timeline_by_subject", "subject_key", where=_HAS_SUBJECT),
    sqlite_with_rowid=False,
)

variables = Table(
    "variables",
    metadata,
    *_of_case("record_id"),
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
    *_of_case("wait_key"),
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
    _part("waits_open_by_element", "element_id", "process_instance_key", where=_NOT_OVER),
    sqlite_with_rowid=False,
)

decisions = Table(
    "decisions",
    metadata,
    *_of_case("record_id"),
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
    *_of_case("record_id"),
    Column("at_ms", BigInteger, nullable=False),
    Column("level", Text, nullable=False),
    Index("escalations_by_time", "at_ms"),
    sqlite_with_rowid=False,
)


def _statistics(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("bpmn_process_id", Text, primary_key=True),
        Column("element_id", Text, primary_key=True),
        Column("day", Text, primary_key=True),  # YYYY-MM-DD, WIB
        Column("completed", BigInteger, nullable=False),
        Column("late", BigInteger, nullable=False),
        Column("total_ms", BigInteger, nullable=False),
        Column("longest_ms", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


step_statistics = _statistics("step_statistics")

# Of cases whose records are gone; a rebuild begins with them. No projection.
kept_step_statistics = _statistics("kept_step_statistics")

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
