"""Messages: what was published, and which case a message has started. The outbox asks here what became of a command."""

from __future__ import annotations

from typing import NamedTuple

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import MessageStartValue, MessageValue, Record


class MessageRow(NamedTuple):
    """Two records make one row: the publication, and the start of a case if there was one."""

    message_key: int
    name: str
    message_id: str | None
    correlation_key: str | None
    published_record_id: int | None
    published_at_ms: int | None
    process_instance_key: int | None


def published(record: Record[MessageValue]) -> MessageRow:
    """The engine has taken a message."""
    value = record.value
    return MessageRow(
        record.key,
        value.name,
        value.message_id or None,
        value.correlation_key,
        record.record_id,
        record.at_ms,
        None,
    )


def started_case(record: Record[MessageStartValue]) -> MessageRow:
    """A message has started a case."""
    value = record.value
    return MessageRow(value.message_key, value.message_name, None, None, None, None, value.process_instance_key)


PROJECTION = Projection(
    table=tables.messages,
    reactions={
        ("MESSAGE", "PUBLISHED"): published,
        ("MESSAGE_START_EVENT_SUBSCRIPTION", "CORRELATED"): started_case,
    },
    first=MessageRow._fields[2:],
)
