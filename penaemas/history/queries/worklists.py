"""Lists of tasks for officers: what waits, what is done, how many; page by page, by index alone.

An office has many tasks and few *lanes*: pairs of a process and the groups to which a task is offered. The lanes that
stand in an index are read by jumping from one to the next; a filter by process, group or region chooses lanes, and a
page is merged from the heads of the chosen ones. So its time depends on the number of lanes, not of tasks.

A group is named `<region code>/<role>`; that is how a region's tasks are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, TextClause, func, select, text, tuple_

from penaemas.history import tables
from penaemas.history.queries import rows
from penaemas.history.queries.facts import UserTask
from penaemas.history.queries.pages import Page, page_size, read_cursor, write_cursor
from penaemas.storage.database import Database

COUNTED_AT_MOST: Final = 1_000
"""Where counting stops: a screen says “1.000+”, and a count takes as long in a large office as in a small one."""

_TASK: Final = tables.tasks.c
_OPEN: Final = _TASK.ended_at_ms.is_(None)
_ENDED: Final = _TASK.ended_at_ms.isnot(None)
_BEFORE_ALL: Final = -(1 << 62)


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks; every part that is given must hold.

    Args:
        assignee: who has it, or had it when it ended.
        unassigned: only tasks that nobody has taken.
        groups: offered to at least one of these.
        region_code: offered to a group of this region.
        due_from, due_before: the due instant lies at or after, before; a task without one is left out.
    """

    assignee: str | None = None
    unassigned: bool = False
    groups: frozenset[str] | None = None
    region_code: str | None = None
    bpmn_process_id: str | None = None
    element_id: str | None = None
    process_instance_key: int | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None


@dataclass(frozen=True)
class Count:
    """How many.

    Args:
        is_exact: False when there are `number` and more.
    """

    number: int
    is_exact: bool


class Lane(NamedTuple):
    """Tasks of one process that are offered to the same groups."""

    bpmn_process_id: str
    candidate_groups: str

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups."""
        return msgspec.json.decode(self.candidate_groups, type=tuple[str, ...])


class Worklists:
    """Read-only. Blocks: from an event loop, `await database.run(worklists.open_page, …)`.

    Raises StorageError when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_page(self, wanted: TaskFilter, *, cursor: str | None = None, size: int = 50) -> Page[UserTask]:
        """Tasks that wait, the earliest due first, those without a due date last.

        Args:
            cursor: `next_cursor` of the page before.

        Raises:
            CursorUnreadable: it is not from this list.
        """
        size = page_size(size)
        due_at_ms, key = (_BEFORE_ALL, 0) if cursor is None else read_cursor(cursor, 2)
        needs_due_date = wanted.due_from is not None or wanted.due_before is not None
        with self._database.reading() as connection:
            branches = _branches(connection, wanted, _OPEN)
            keys: list[tuple[int | None, int]] = []
            if due_at_ms is not None:
                keys += _earliest_due(connection, branches, (due_at_ms, key or 0), size + 1)
                key = 0
            if len(keys) <= size and not needs_due_date:
                keys += _without_due_date(connection, branches, key or 0, size + 1 - len(keys))
            found = _tasks(connection, [key for _, key in keys[:size]])
        return Page(found, write_cursor(keys[size - 1]) if len(keys) > size else None)

    def done_page(self, wanted: TaskFilter, *, cursor: str | None = None, size: int = 50) -> Page[UserTask]:
        """Tasks that have ended, completed or canceled, the newest first.

        Raises:
            CursorUnreadable: it is not from this list.
        """
        size = page_size(size)
        order = (_TASK.ended_at_ms, _TASK.user_task_key)
        before = [] if cursor is None else [tuple_(*order) < tuple_(*(part or 0 for part in read_cursor(cursor, 2)))]
        keys: list[tuple[int, int]] = []
        with self._database.reading() as connection:
            for branch in _branches(connection, wanted, _ENDED):
                newest = select(*order).where(*branch, *before).order_by(*(part.desc() for part in order))
                keys += [(row[0], row[1]) for row in connection.execute(newest.limit(size + 1))]
            keys.sort(reverse=True)
            found = _tasks(connection, [key for _, key in keys[:size]])
        return Page(found, write_cursor(keys[size - 1]) if len(keys) > size else None)

    def count_open(self, wanted: TaskFilter) -> Count:
        """How many tasks wait, up to `COUNTED_AT_MOST`."""
        number = 0
        with self._database.reading() as connection:
            for branch in _branches(connection, wanted, _OPEN):
                some = select(_TASK.user_task_key).where(*branch).limit(COUNTED_AT_MOST + 1 - number).subquery()
                number += connection.execute(select(func.count()).select_from(some)).scalar_one()
                if number > COUNTED_AT_MOST:
                    return Count(COUNTED_AT_MOST, is_exact=False)
        return Count(number, is_exact=True)

    def open_lanes(self) -> tuple[Lane, ...]:
        """The lanes in which something waits."""
        with self._database.reading() as connection:
            return _lanes(connection, _OPEN)


Conditions = list[ColumnElement[bool]]


def _branches(connection: Connection, wanted: TaskFilter, state: ColumnElement[bool]) -> list[Conditions]:
    """Conditions that no task meets twice; all together, what is wanted. Each is answered by one index."""
    common = [state, *_common_conditions(connection, wanted)]
    if wanted.groups is None and wanted.region_code is None and wanted.bpmn_process_id is None:
        return [common]
    lanes = [lane for lane in _lanes(connection, state) if _fits(lane, wanted)]
    if wanted.assignee is not None or wanted.process_instance_key is not None:
        # One officer or case has few tasks: theirs are read, and the lanes only sort out.
        processes = _TASK.bpmn_process_id.in_({lane.bpmn_process_id for lane in lanes})
        return [[*common, processes, _TASK.candidate_groups.in_({lane.candidate_groups for lane in lanes})]]
    return [
        [*common, _TASK.bpmn_process_id == lane.bpmn_process_id, _TASK.candidate_groups == lane.candidate_groups]
        for lane in lanes
    ]


def _common_conditions(connection: Connection, wanted: TaskFilter) -> Conditions:
    conditions: Conditions = []
    if wanted.assignee is not None:
        conditions.append(_TASK.assignee == wanted.assignee)
    if wanted.unassigned:
        conditions.append(_TASK.assignee.is_(None))
    if wanted.element_id is not None:
        conditions.append(_TASK.element_id == wanted.element_id)
    if wanted.process_instance_key is not None:
        # Their keys first: asked for at once, everybody's tasks would be read in order until those few are found.
        of_case = select(_TASK.user_task_key).where(_TASK.process_instance_key == wanted.process_instance_key)
        conditions.append(_TASK.user_task_key.in_(list(connection.execute(of_case).scalars())))
    if wanted.due_from is not None:
        conditions.append(_TASK.due_at_ms >= rows.milliseconds(wanted.due_from))
    if wanted.due_before is not None:
        conditions.append(_TASK.due_at_ms < rows.milliseconds(wanted.due_before))
    return conditions


def _fits(lane: Lane, wanted: TaskFilter) -> bool:
    groups = lane.groups
    return (
        (wanted.bpmn_process_id is None or lane.bpmn_process_id == wanted.bpmn_process_id)
        and (wanted.groups is None or not wanted.groups.isdisjoint(groups))
        and (wanted.region_code is None or any(group.startswith(f"{wanted.region_code}/") for group in groups))
    )


def _lanes_statement(state: str) -> TextClause:
    # Each step looks up the first task behind the lane before: as many look-ups as there are lanes. Two of them, for
    # SQLite reads all rows of a process when both columns are compared at once.
    columns, order = "user_task_key, bpmn_process_id, candidate_groups", "bpmn_process_id, candidate_groups"
    return text(
        f"WITH RECURSIVE lane({columns}) AS ("  # noqa: S608  # our own words only
        f"SELECT * FROM (SELECT {columns} FROM tasks WHERE {state} ORDER BY {order} LIMIT 1) AS first "
        "UNION ALL SELECT task.user_task_key, task.bpmn_process_id, task.candidate_groups "
        "FROM lane JOIN tasks AS task ON task.user_task_key = COALESCE("
        f"(SELECT user_task_key FROM tasks AS behind WHERE {state} AND behind.bpmn_process_id = lane.bpmn_process_id "
        "AND behind.candidate_groups > lane.candidate_groups ORDER BY candidate_groups LIMIT 1), "
        f"(SELECT user_task_key FROM tasks AS behind WHERE {state} AND behind.bpmn_process_id > lane.bpmn_process_id "
        f"ORDER BY {order} LIMIT 1))) SELECT bpmn_process_id, candidate_groups FROM lane"
    )


_OPEN_LANES: Final = _lanes_statement("ended_at_ms IS NULL")
_DONE_LANES: Final = _lanes_statement("ended_at_ms IS NOT NULL")


def _lanes(connection: Connection, state: ColumnElement[bool]) -> tuple[Lane, ...]:
    statement = _OPEN_LANES if state is _OPEN else _DONE_LANES
    return tuple(Lane(process_id, groups) for process_id, groups in connection.execute(statement))


def _earliest_due(
    connection: Connection, branches: list[Conditions], after: tuple[int, int], size: int
) -> list[tuple[int, int]]:
    order = (_TASK.due_at_ms, _TASK.user_task_key)
    keys: list[tuple[int, int]] = []
    for branch in branches:
        earliest = select(*order).where(*branch, _TASK.due_at_ms.isnot(None), tuple_(*order) > tuple_(*after))
        keys += [(row[0], row[1]) for row in connection.execute(earliest.order_by(*order).limit(size))]
    return sorted(keys)[:size]


def _without_due_date(
    connection: Connection, branches: list[Conditions], after: int, size: int
) -> list[tuple[None, int]]:
    keys: list[int] = []
    for branch in branches:
        oldest = select(_TASK.user_task_key).where(*branch, _TASK.due_at_ms.is_(None), _TASK.user_task_key > after)
        keys += connection.execute(oldest.order_by(_TASK.user_task_key).limit(size)).scalars()
    return [(None, key) for key in sorted(keys)[:size]]


def _tasks(connection: Connection, keys: list[int]) -> tuple[UserTask, ...]:
    """In the order of the keys."""
    of_case = tables.cases.c.process_instance_key == _TASK.process_instance_key
    joined = tables.tasks.outerjoin(tables.cases, of_case)
    wanted = select(tables.tasks, tables.cases.c.case_id).select_from(joined).where(_TASK.user_task_key.in_(keys))
    found = {row.user_task_key: rows.user_task(row) for row in connection.execute(wanted)}
    return tuple(found[key] for key in keys)
