"""Everything that the projections hold of one case up to a position, read in one state of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, or_, select

from penaemas.history import record_store, tables
from penaemas.history.queries import rows
from penaemas.history.queries.facts import Case
from penaemas.history.record import Place


@dataclass(frozen=True)
class CaseRows:
    """Rows of one case, each list in the order of the log.

    Args:
        last_record_id: nothing behind it was read.
        commands: record id of a source → the document of the command, for causes that no event explains.
    """

    case: Case
    last_record_id: int
    timeline: list[Row[Any]]
    variables: list[Row[Any]]
    decisions: list[Row[Any]]
    commands: dict[int, bytes]

    @property
    def partition(self) -> int:
        """The case's own."""
        return Place.of(self.case.process_instance_key).partition

    def element_of(self) -> dict[int, str]:
        """Element instance → element."""
        return {row.element_instance_key: row.element_id for row in self.timeline if row.element_type is not None}


def read_case_rows(connection: Connection, process_instance_key: int, position: int | None) -> CaseRows | None:
    """None: the history knows no such case, or nothing of it so far back.

    Args:
        position: None for all of it.
    """
    chosen = select(tables.cases).where(
        tables.cases.c.process_instance_key == process_instance_key, tables.cases.c.state.isnot(None)
    )
    found = connection.execute(chosen).first()
    if found is None:
        return None
    case = rows.case(found)
    place = Place.of(process_instance_key)
    last = Place(place.partition + 1, 0).record_id - 1
    if position is not None:
        last = min(last, Place(place.partition, position).record_id)
    timeline = _of_case(connection, tables.timeline, process_instance_key, last)
    if not timeline:
        return None
    variables = _of_case(connection, tables.variables, process_instance_key, last)
    decisions = _of_case(connection, tables.decisions, process_instance_key, last)
    explained = {row.source_position for row in timeline if row.event in EXPLAINING}
    unexplained = {
        Place(place.partition, row.source_position).record_id
        for row in (*timeline, *variables)
        if row.source_position is not None and row.source_position not in explained
    }
    commands = record_store.documents(connection, sorted(unexplained))
    return CaseRows(case, last, timeline, variables, decisions, commands)


EXPLAINING = frozenset(
    {
        "task_completed",
        "task_assigned",
        "task_updated",
        "job_completed",
        "job_failed",
        "job_error_thrown",
        "timer_triggered",
        "message_correlated",
    }
)
"""Events that tell the cause of what happened with them; for others the command is read."""


def read_waits(connection: Connection, process_instance_key: int, last_record_id: int) -> list[Row[Any]]:
    """What the case waited for at a position."""
    wait = tables.waits.c
    chosen = select(tables.waits).where(
        wait.process_instance_key == process_instance_key,
        wait.begun_record_id <= last_record_id,
        or_(wait.ended_record_id.is_(None), wait.ended_record_id > last_record_id),
    )
    return list(connection.execute(chosen.order_by(wait.wait_key)))


def read_children(connection: Connection, process_instance_key: int) -> list[Row[Any]]:
    """All processes that the case has called."""
    child = tables.cases.c
    chosen = select(tables.cases).where(child.parent_process_instance_key == process_instance_key)
    return list(connection.execute(chosen.where(child.state.isnot(None)).order_by(child.process_instance_key)))


def first_record_ids(connection: Connection, keys: list[int]) -> dict[int, int]:
    """Case → its first record in the timeline."""
    first = {}
    for key in keys:
        entry = tables.timeline.c
        chosen = select(entry.record_id).where(entry.process_instance_key == key).order_by(entry.record_id).limit(1)
        record_id = connection.execute(chosen).scalar()
        if record_id is not None:
            first[key] = record_id
    return first


def _of_case(connection: Connection, table: Table, process_instance_key: int, last: int) -> list[Row[Any]]:
    column = table.c
    chosen = select(table).where(column.process_instance_key == process_instance_key, column.record_id <= last)
    return list(connection.execute(chosen.order_by(column.record_id)))
