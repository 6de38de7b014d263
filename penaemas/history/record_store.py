"""The stored bytes: the only SQL on what was received."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, delete, select

from penaemas.history import tables
from penaemas.history.intake.quarantine import SetAside
from penaemas.history.projections.projection import placeholder

# SQLite binds at most 32,766 values in one statement.
_IDS_AT_ONCE = 1_000


def insert(connection: Connection, rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Add records: record id, process instance key, document."""
    mark = placeholder(connection.dialect.paramstyle)
    connection.exec_driver_sql(f"INSERT INTO records VALUES ({mark}, {mark}, {mark})", list(rows))  # noqa: S608  # marks only


def documents(connection: Connection, record_ids: Sequence[int]) -> dict[int, bytes]:
    """The stored documents of these records."""
    found: dict[int, bytes] = {}
    for ids in _portions(record_ids):
        chosen = select(tables.records.c.record_id, tables.records.c.document).where(
            tables.records.c.record_id.in_(ids)
        )
        found.update((record_id, bytes(document)) for record_id, document in connection.execute(chosen))
    return found


def with_keys(connection: Connection, after: int, before: int, limit: int) -> list[tuple[int, int, bytes]]:
    """Record id, process instance key and document of records between two ids, in order."""
    mark = placeholder(connection.dialect.paramstyle)
    rows = connection.exec_driver_sql(
        "SELECT record_id, process_instance_key, document FROM records "  # noqa: S608  # marks only
        f"WHERE record_id > {mark} AND record_id < {mark} ORDER BY record_id LIMIT {mark}",
        (after, before, limit),
    )
    return [(record_id, key, bytes(document)) for record_id, key, document in rows]


def documents_between(connection: Connection, first: int, last: int) -> list[bytes]:
    """The stored documents from one record id to another, both included, in order."""
    column = tables.records.c
    chosen = select(column.document).where(column.record_id.between(first, last)).order_by(column.record_id)
    return [bytes(document) for document in connection.execute(chosen).scalars()]


def insert_provisional(connection: Connection, rows: Sequence[tuple[int, bytes]]) -> None:
    """Add express records: record id, document."""
    mark = placeholder(connection.dialect.paramstyle)
    connection.exec_driver_sql(f"INSERT INTO provisional_records VALUES ({mark}, {mark})", list(rows))  # noqa: S608  # marks only


def provisional(connection: Connection, record_id: int) -> bytes:
    """The stored document of an express record that waits for the full feed."""
    chosen = select(tables.provisional_records.c.document).where(tables.provisional_records.c.record_id == record_id)
    return bytes(connection.execute(chosen).scalar_one())


def all_provisional(connection: Connection) -> list[bytes]:
    """The express records that wait for the full feed, in order."""
    chosen = select(tables.provisional_records.c.document).order_by(tables.provisional_records.c.record_id)
    return [bytes(document) for document in connection.execute(chosen).scalars()]


def take_provisional(connection: Connection, record_ids: Sequence[int]) -> dict[int, bytes]:
    """Read and remove express records."""
    taken: dict[int, bytes] = {}
    column = tables.provisional_records.c
    for ids in _portions(record_ids):
        chosen = select(column.record_id, column.document).where(column.record_id.in_(ids)).order_by(column.record_id)
        taken.update((record_id, bytes(document)) for record_id, document in connection.execute(chosen))
        connection.execute(delete(tables.provisional_records).where(column.record_id.in_(ids)))
    return taken


def quarantine(connection: Connection, set_aside: Iterable[SetAside], feed: str, now_ms: int) -> None:
    """Keep documents with the reason; the same one sent again is kept once."""
    mark = placeholder(connection.dialect.paramstyle)
    connection.exec_driver_sql(
        "INSERT INTO quarantine (record_id, feed, reason, received_at_ms, digest, document) "  # noqa: S608  # marks only
        f"VALUES ({', '.join([mark] * 6)}) ON CONFLICT (record_id, feed, reason, digest) DO NOTHING",
        [
            (document.record_id, str(feed), str(reason), now_ms, hashlib.sha256(document.body).digest(), document.body)
            for document, reason, _ in set_aside
        ],
    )


def _portions(record_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(record_ids), _IDS_AT_ONCE):
        yield record_ids[start : start + _IDS_AT_ONCE]
