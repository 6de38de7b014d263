"""Projections of what belongs to no case: deployed models, and messages with the cases that they began."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from penaemas.history.tables.shapes import key, metadata

definitions = Table(
    "definitions",
    metadata,
    key("process_definition_key"),
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
    key("resource_key"),
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
    key("message_key"),
    Column("name", Text, nullable=False),
    Column("message_id", Text),
    Column("correlation_key", Text),
    Column("published_record_id", BigInteger),
    Column("published_at_ms", BigInteger),
    Column("process_instance_key", BigInteger),  # the case that it started
    Index("messages_by_id", "message_id"),
)
