"""The stored bytes: the only SQL on what was received."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, delete, select

from penaemas.history import stored_form, tables
from penaemas.history.intake.quarantine import SetAside
from penaemas.history.projections.projection import placeholder

# SQLite binds at most 32,766 values in one statement.
_IDS_AT_ONCE = 1_000


def insert(connection: Connection, rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Add records: record id, process instance key, document."""
    mark = placeholder(connection.dialect.paramstyle)
    connection.exec_driver_sql(f"INSERT INTO records VALUES ({mark}, {mark}, {mark})", list(rows))  # noqa: S608  # marks only


def documents(connection: Connection, record_ids: Sequence[int]) -> dict[int, bytes]:
    """The documents of these records as received; without those whose bytes are gone."""
    found: dict[int, bytes] = {}
    read = _Reader(connection)
    for ids in _portions(record_ids):
        chosen = select(tables.records.c.record_id, tables.records.c.document).where(
            tables.records.c.record_id.in_(ids), tables.records.c.document.isnot(None)
        )
        found.update((record_id, read(document)) for record_id, document in connection.execute(chosen))
    return found


class _Reader:
    """Stored bytes → bytes as received. Reads the dictionaries when they are first needed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dictionaries: dict[int, bytes] | None = None

    def __call__(self, stored: bytes) -> bytes:
        stored = bytes(stored)
        if not stored_form.is_deflated(stored):
            return stored
        if self._dictionaries is None:
            rows = self._connection.execute(select(tables.record_dictionaries))
            self._dictionaries = {number: bytes(dictionary) for number, dictionary in rows}
        return stored_form.as_received(stored, self._dictionaries)


def with_keys(connection: Connection, after: int, before: int, limit: int) -> list[tuple[int, int, bytes]]:
    """Record id, process instance key and document of records between two ids, in order."""
    mark = placeholder(connection.dialect.paramstyle)
    rows = connection.exec_driver_sql(
        "SELECT record_id, process_instance_key, document FROM records "  # noqa: S608  # marks only
        f"WHERE record_id > {mark} AND record_id < {mark} ORDER BY record_id LIMIT {mark}",
        (after, before, limit),
    ).fetchall()
    read = _Reader(connection)
    return [(record_id, key, read(document)) for record_id, key, document in rows]


def records_behind(connection: Connection, after: int, before: int, limit: int) -> list[tuple[int, bytes]]:
    """Record id and document of records between two ids, in order; without those whose bytes are gone."""
    column = tables.records.c
    chosen = select(column.record_id, column.document).where(
        column.record_id > after, column.record_id < before, column.document.isnot(None)
    )
    read = _Reader(connection)
    rows = connection.execute(chosen.order_by(column.record_id).limit(limit))
    return [(record_id, read(document)) for record_id, document in rows]


def documents_between(connection: Connection, first: int, last: int) -> list[bytes]:
    """The documents from one record id to another, both included, in order; without those whose bytes are gone."""
    column = tables.records.c
    chosen = select(column.document).where(column.record_id.between(first, last), column.document.isnot(None))
    read = _Reader(connection)
    return [read(document) for document in connection.execute(chosen.order_by(column.record_id)).scalars()]


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
