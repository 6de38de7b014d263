"""`./pena history rebuild`: drop every projection and make it again from the stored records, while the office works.

Each projection gets a double, filled from the records in short transactions between those of the intake. When a double
knows as much as the records, it takes the place of its table in one transaction that also catches up. Readers see the
old rows or the new, never a part; intake waits for the copying of one table at most. A rebuild that is broken off
changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.schema import CreateTable

from penaemas.history import record_store, tables
from penaemas.history.intake.coverage import Span, without_spans
from penaemas.history.intake.received import Received
from penaemas.history.projections import PROJECTIONS
from penaemas.history.projections.projection import Projection
from penaemas.history.projector import Changes, project
from penaemas.history.record import Place, RecordUnreadable, read_envelope
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageBusy
from penaemas.storage.only_one import OnlyOne

_RECORDS_AT_ONCE: Final = 1_000
# What may be left to catch up while intake waits: well under a second of work.
_FEW_RECORDS: Final = 5_000

OnProgress = Callable[[int, int], None]
"""Records done, records in all."""

Spans = dict[int, list[Span]]
"""Partition → positions."""


def rebuild(database: Database, on_progress: OnProgress = lambda done, total: None) -> int:
    """Make every projection again.

    Returns:
        How many records were read.

    Raises:
        StorageError: what was not yet replaced has not changed; StorageBusy also when another rebuild is under way.
    """
    claim = OnlyOne(database, "history_rebuild")
    if not claim.held():
        raise StorageBusy(f"{database.name}: another rebuild is under way")
    try:
        return _Rebuild(database, on_progress).run()
    finally:
        claim.release()


class _Rebuild:
    def __init__(self, database: Database, on_progress: OnProgress) -> None:
        self._database = database
        self._on_progress = on_progress
        self._doubles = {projection.name: f"rebuilt_{projection.name}" for projection in PROJECTIONS}
        self._seen: Spans = {}
        self._done = 0

    def run(self) -> int:
        with self._database.transaction() as connection:
            self._drop_doubles(connection)
            for projection in PROJECTIONS:
                _make_double(connection, projection, self._doubles[projection.name])
        try:
            while self._read_what_is_new() > _FEW_RECORDS:
                continue
            for projection in PROJECTIONS:
                with self._database.transaction() as connection:
                    self._replace(connection, projection)
                self._on_progress(self._done, self._done)
        finally:
            with self._database.transaction() as connection:
                self._drop_doubles(connection)
        return self._done

    def _read_what_is_new(self) -> int:
        """In transactions of their own; how many there were."""
        with self._database.reading() as connection:
            received = _received(connection)
        fresh = _count(received) - self._done
        for partition, span in _new_spans(received, self._seen):
            for portion in _portions(span):
                with self._database.reading() as connection:
                    changes, number = _changes_of(connection, partition, portion)
                with self._database.transaction() as connection:
                    changes.write(connection, self._doubles)
                self._done += number
                self._on_progress(self._done, max(self._done, _count(received)))
        self._seen = received
        return fresh

    def _replace(self, connection: Connection, projection: Projection) -> None:
        if not self._database.is_sqlite:  # SQLite's writer is alone already
            connection.execute(text("LOCK TABLE records, provisional_records IN SHARE ROW EXCLUSIVE MODE"))
        received = _received(connection)
        for partition, span in _new_spans(received, self._seen):
            changes, number = _changes_of(connection, partition, span)
            changes.write(connection, self._doubles)
            self._done += number
        self._seen = received
        double = self._doubles[projection.name]
        if projection.express:
            _add_provisional(connection, projection, double)
        columns = ", ".join(column.name for column in projection.table.columns)
        connection.exec_driver_sql(f"DELETE FROM {projection.name}")  # noqa: S608  # names of our own tables
        order = ", ".join(projection.keys)
        connection.exec_driver_sql(
            f"INSERT INTO {projection.name} ({columns}) SELECT {columns} FROM {double} ORDER BY {order}"  # noqa: S608
        )

    def _drop_doubles(self, connection: Connection) -> None:
        for double in self._doubles.values():
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {double}")


def _make_double(connection: Connection, projection: Projection, name: str) -> None:
    double: Table = projection.table.to_metadata(MetaData(), name=name)
    connection.execute(CreateTable(double))
    if projection.table is tables.step_statistics:  # cases whose records are gone were counted too
        connection.execute(
            double.insert().from_select(list(double.columns.keys()), tables.kept_step_statistics.select())
        )


def _received(connection: Connection) -> Spans:
    return {
        partition: without_spans(Span(state.coverage.first, state.coverage.last), state.coverage.missing)
        for partition, state in Received.load(connection).partitions.items()
    }


def _count(spans: Spans) -> int:
    return sum(span.last - span.first + 1 for of_partition in spans.values() for span in of_partition)


def _new_spans(received: Spans, seen: Spans) -> Iterator[tuple[int, Span]]:
    for partition, spans in received.items():
        for span in spans:
            for fresh in without_spans(span, seen.get(partition, [])):
                yield partition, fresh


def _portions(span: Span) -> Iterator[Span]:
    for first in range(span.first, span.last + 1, _RECORDS_AT_ONCE):
        yield Span(first, min(first + _RECORDS_AT_ONCE - 1, span.last))


def _changes_of(connection: Connection, partition: int, span: Span) -> tuple[Changes, int]:
    changes = Changes()
    first, last = Place(partition, span.first).record_id, Place(partition, span.last).record_id
    for document in record_store.documents_between(connection, first, last):
        _project_if_readable(document, changes)
    return changes, span.last - span.first + 1


def _add_provisional(connection: Connection, projection: Projection, double: str) -> None:
    changes = Changes()
    for document in record_store.all_provisional(connection):
        _project_if_readable(document, changes, provisional=True)
    rows = changes.rows[projection.name]
    if rows:
        connection.exec_driver_sql(projection.merge_statement(connection.dialect.paramstyle, double), rows)


def _project_if_readable(document: bytes, changes: Changes, *, provisional: bool = False) -> None:
    try:
        project(read_envelope(document), changes, provisional=provisional)
    except RecordUnreadable:
        return  # it stands in the quarantine since it came
