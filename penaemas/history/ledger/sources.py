"""What a log is made of, in order of position: the stored records of a partition, or the portal's."""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection, func, select

from penaemas.history import record_store, tables
from penaemas.history.record import NOBODY, AnyValue, Place

PORTAL: Final = 0
"""Stands where a partition's number stands."""


class Stored(NamedTuple):
    """One record to be sealed."""

    position: int
    process_instance_key: int
    document: bytes


class Source(Protocol):
    """Where the records of one log are."""

    partition: int

    def reaches(self, connection: Connection, since: int) -> int:
        """The last position up to which nothing is missing from `since` on; 0 of nothing."""
        ...

    def read(self, connection: Connection, after: int, limit: int) -> list[Stored]:
        """Records with a higher position, in order; fewer than `limit` only at the end."""
        ...

    def document_at(self, connection: Connection, position: int) -> bytes | None:
        """The bytes of one record, None if they are not there."""
        ...


class PartitionRecords:
    """The records of one partition."""

    def __init__(self, partition: int) -> None:
        self.partition = partition

    def reaches(self, connection: Connection, since: int) -> int:
        """Up to the first gap that stands open."""
        last = select(tables.partitions.c.last_position).where(tables.partitions.c.partition == self.partition)
        open_gap = select(func.min(tables.gaps.c.from_position)).where(
            tables.gaps.c.partition == self.partition,
            tables.gaps.c.closed_at_ms.is_(None),
            tables.gaps.c.from_position >= since,
        )
        gap_at: int | None = connection.execute(open_gap).scalar()
        position: int = connection.execute(last).scalar() or 0
        return position if gap_at is None else gap_at - 1

    def read(self, connection: Connection, after: int, limit: int) -> list[Stored]:
        first, last = Place(self.partition, after).record_id, Place(self.partition + 1, 0).record_id
        rows = record_store.with_keys(connection, first, last, limit)
        zero = Place(self.partition, 0).record_id
        return [Stored(number - zero, key or _key_in(body), body) for number, key, body in rows]

    def document_at(self, connection: Connection, position: int) -> bytes | None:
        record_id = Place(self.partition, position).record_id
        return record_store.documents(connection, [record_id]).get(record_id)


class PortalRecords:
    """The portal's acts, and what else its log says."""

    partition = PORTAL

    def reaches(self, connection: Connection, since: int) -> int:
        return connection.execute(select(func.max(tables.portal_records.c.position))).scalar() or 0

    def read(self, connection: Connection, after: int, limit: int) -> list[Stored]:
        column = tables.portal_records.c
        chosen = select(column.position, column.document).where(column.position > after).order_by(column.position)
        rows = connection.execute(chosen.limit(limit))
        return [Stored(position, NOBODY, bytes(document)) for position, document in rows]

    def document_at(self, connection: Connection, position: int) -> bytes | None:
        column = tables.portal_records.c
        found = connection.execute(select(column.document).where(column.position == position)).scalar()
        return None if found is None else bytes(found)


class _AnyRecord(msgspec.Struct, gc=False):
    value: AnyValue


_decode = msgspec.json.Decoder(_AnyRecord).decode


def _key_in(document: bytes) -> int:
    """The case of a record that intake has filed under none; it may only have been unreadable for a projection."""
    try:
        key = _decode(document).value.process_instance_key
    except (msgspec.DecodeError, UnicodeDecodeError):
        return NOBODY
    return max(key, NOBODY)
