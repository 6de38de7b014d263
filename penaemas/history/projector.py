"""Runs the projections over records and writes what they say, in the transaction that is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select

from penaemas.history import record_store, tables
from penaemas.history.projections import PROJECTIONS
from penaemas.history.projections.projection import Projection, Reaction, Row, Trigger
from penaemas.history.record import (
    NOBODY,
    Envelope,
    RecordUnreadable,
    may_hold_nul,
    process_instance_key,
    read_envelope,
    typed_record,
)


class Changes:
    """Rows that wait to be merged, by projection."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {projection.name: [] for projection in PROJECTIONS}

    def write(self, connection: Connection, names: Mapping[str, str] | None = None) -> None:
        """Merge every row.

        Args:
            names: of the tables to write to, by projection, when it is not their own.
        """
        for projection in PROJECTIONS:
            rows = self.rows[projection.name]
            if rows:
                name = names[projection.name] if names else None
                connection.exec_driver_sql(projection.merge_statement(connection.dialect.paramstyle, name), rows)


def _by_trigger(projections: Iterable[Projection]) -> dict[Trigger, tuple[tuple[str, Reaction], ...]]:
    table: dict[Trigger, tuple[tuple[str, Reaction], ...]] = {}
    for projection in projections:
        for trigger, reaction in projection.reactions.items():
            table[trigger] = (*table.get(trigger, ()), (projection.name, reaction))
    return table


_FULL = _by_trigger(PROJECTIONS)
_EXPRESS = _by_trigger(projection for projection in PROJECTIONS if projection.express)


def reacts_to(envelope: Envelope, *, provisional: bool) -> bool:
    """Does any projection take this record from this feed?"""
    table = _EXPRESS if provisional else _FULL
    return envelope.record_type == "EVENT" and (envelope.value_type, envelope.intent) in table


def project(envelope: Envelope, changes: Changes, *, provisional: bool = False) -> int:
    """Add a record's rows to `changes`.

    Args:
        provisional: the record came by the express feed; only the projections that take that feed react.

    Returns:
        The process instance key of the record, `NOBODY` if it belongs to none.

    Raises:
        RecordUnreadable: the record lacks what a projection reads; nothing was added.
    """
    reactions = (_EXPRESS if provisional else _FULL).get((envelope.value_type, envelope.intent))
    if reactions is None or envelope.record_type != "EVENT":
        return process_instance_key(envelope)
    record = typed_record(envelope, provisional=provisional)
    try:
        rows = [(name, reaction(record)) for name, reaction in reactions]
    except msgspec.DecodeError as error:
        raise RecordUnreadable("a variable is not JSON") from error
    has_nul = may_hold_nul(envelope)
    for name, row in rows:
        if row is not None:
            changes.rows[name].append(_without_nul(row) if has_nul else row)
    key = getattr(record.value, "process_instance_key", NOBODY)
    return key if key > 0 else NOBODY


def _without_nul(row: Row) -> Row:
    # The record keeps the exact bytes; a row that shows another sign is better than none.
    return tuple(value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value for value in row)


def forget_provisional(connection: Connection, documents: Iterable[bytes]) -> None:
    """Put the rows that express records have touched back to what the full feed, and the other express records, say.

    Args:
        documents: express records that the full feed contradicts; no longer among the provisional records.
    """
    touched = Changes()
    for document in documents:
        try:
            project(read_envelope(document), touched, provisional=True)
        except RecordUnreadable:
            continue  # it has changed no row
    for projection in PROJECTIONS:
        for key in {row[0] for row in touched.rows[projection.name]}:
            _reproject(connection, projection, key)


def _reproject(connection: Connection, projection: Projection, key: int) -> None:
    table = projection.table
    connection.execute(delete(table).where(table.c[projection.keys[0]] == key))
    entry = tables.timeline.c
    told = select(entry.record_id).where(entry.subject_key == key).order_by(entry.record_id)
    confirmed = record_store.documents(connection, list(connection.execute(told).scalars()))
    changes = Changes()
    for _, document in sorted(confirmed.items()):
        project(read_envelope(document), changes)
    for document in record_store.all_provisional(connection):
        project(read_envelope(document), changes, provisional=True)
    rows: list[Any] = [row for row in changes.rows[projection.name] if row[0] == key]
    if rows:
        connection.exec_driver_sql(projection.merge_statement(connection.dialect.paramstyle), rows)
