"""The whole office in a few numbers, by counting rows and without reading a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, func, select

from penaemas.history import tables
from penaemas.history.queries.rows import instant
from penaemas.storage.database import Database


@dataclass(frozen=True)
class ProcessCounts:
    """What is going on in one process, all its versions together."""

    cases_active: int  # root process instances
    tasks_open: int
    incidents_open: int


@dataclass(frozen=True)
class Overview:
    """What the history holds.

    Args:
        positions: from the first record of each partition to its newest; what `History.gaps` lists is among them.
        newest_record_at: by the engine's clock; None before the first.
        by_process: process id → counts; a process in which nothing goes on may be absent.
    """

    positions: int
    newest_record_at: datetime | None
    records_quarantined: int
    by_process: dict[str, ProcessCounts]


def overview(database: Database) -> Overview:
    """The numbers as of now, from one consistent state.

    Raises:
        StorageError: the database does not answer.
    """
    partition = tables.partitions.c
    with database.reading() as connection:
        positions, newest_ms = connection.execute(
            select(
                func.coalesce(func.sum(partition.last_position - partition.first_position + 1), 0),
                func.max(partition.newest_at_ms),
            )
        ).one()
        quarantined = connection.execute(select(func.count()).select_from(tables.quarantine)).scalar_one()
        cases = _counted(
            connection,
            tables.cases,
            (tables.cases.c.state == "active") & tables.cases.c.parent_process_instance_key.is_(None),
        )
        tasks = _counted(connection, tables.tasks, tables.tasks.c.ended_at_ms.is_(None))
        incidents = _counted(connection, tables.incidents, tables.incidents.c.state == "open")
    return Overview(
        positions=int(positions),
        newest_record_at=None if newest_ms is None else instant(newest_ms),
        records_quarantined=quarantined,
        by_process={
            process_id: ProcessCounts(cases.get(process_id, 0), tasks.get(process_id, 0), incidents.get(process_id, 0))
            for process_id in cases.keys() | tasks.keys() | incidents.keys()
        },
    )


def _counted(connection: Connection, table: Table, condition: ColumnElement[bool]) -> dict[str, int]:
    process_id = table.c.bpmn_process_id
    rows = connection.execute(select(process_id, func.count()).where(condition).group_by(process_id))
    return {process: count for process, count in rows}


def feed_position(database: Database) -> tuple[int, ...]:
    """How far both feeds have come: moves whenever a projection may have changed. Blocks."""
    with database.reading() as connection:
        confirmed = connection.execute(select(func.sum(tables.partitions.c.last_position))).scalar()
        told = connection.execute(select(func.max(tables.provisional_records.c.record_id))).scalar()
    return int(confirmed or 0), int(told or 0)
