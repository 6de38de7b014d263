"""Search over cases: by number, state, element, officer, date, outcome, deadline; page by page, by index alone.

Names and personal data are not in the history, so nobody is found here by name: the case files' own search does that
and hands over case ids. Three orders, each by the index that answers it:

* the newest first, merged from the lanes (process, state), for everything else;
* the earliest deadline first, for `due_before`, among active cases;
* by key, the newest first within each partition, for what an officer has touched and what waits at an element.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, select, text, tuple_, union

from penaemas.history import tables
from penaemas.history.queries import rows
from penaemas.history.queries.facts import Case, CaseState
from penaemas.history.queries.pages import Page, page_size, read_cursor, write_cursor
from penaemas.storage.database import Database

_CASE: Final = tables.cases.c
_ROOT: Final = (_CASE.parent_process_instance_key.is_(None), _CASE.state.isnot(None))
_ABOVE_ALL: Final = (1 << 63) - 1

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True)
class CaseFilter:
    """Which root process instances; every part that is given must hold.

    Args:
        number: case number or case id, whole.
        officer: has or had a task of the case.
        element_id: a task, job, timer or message of this element is open.
        started_from, started_before: at or after, before.
        due_before: still active, and the promise of the whole service falls due before.
    """

    number: str | None = None
    state: CaseState | None = None
    bpmn_process_id: str | None = None
    region_code: str | None = None
    element_id: str | None = None
    officer: str | None = None
    outcome: str | None = None
    started_from: datetime | None = None
    started_before: datetime | None = None
    due_before: datetime | None = None


class CaseSearch:
    """Read-only. Raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: CaseFilter, *, cursor: str | None = None, size: int = 50) -> Page[Case]:
        """Cases that fit, in the order that the module's description names for the filter.

        Raises:
            CursorUnreadable: it is not from this list.
        """
        size = page_size(size)
        place = None if cursor is None else tuple(part or 0 for part in read_cursor(cursor, 2))
        with self._database.reading() as connection:
            if wanted.officer is not None or wanted.element_id is not None:
                keys = _by_key(connection, wanted, place, size + 1)
            elif wanted.due_before is not None:
                keys = _by_deadline(connection, wanted, place, size + 1)
            else:
                keys = _by_start(connection, wanted, place, size + 1)
            found = _cases(connection, [key for _, key in keys[:size]])
        return Page(found, write_cursor(keys[size - 1]) if len(keys) > size else None)


Places = list[tuple[int, int]]
"""Order value and process instance key."""


def _by_start(connection: Connection, wanted: CaseFilter, after: tuple[int, ...] | None, size: int) -> Places:
    order = (_CASE.started_at_ms, _CASE.process_instance_key)
    behind = [] if after is None else [tuple_(*order) < tuple_(*after)]
    places: Places = []
    for branch in _start_branches(connection, wanted):
        newest = select(*order).where(*_ROOT, *branch, *_conditions(wanted), *behind)
        newest = newest.order_by(*(part.desc() for part in order)).limit(size)
        places += [(row[0], row[1]) for row in connection.execute(newest)]
    return sorted(places, reverse=True)[:size]


def _start_branches(connection: Connection, wanted: CaseFilter) -> list[Conditions]:
    """Conditions that no case meets twice. Each is answered by one index."""
    if wanted.number is not None:
        by_id = _CASE.case_id == wanted.number
        return [[_CASE.case_number == wanted.number], [by_id, _CASE.case_number.is_distinct_from(wanted.number)]]
    lanes = [
        (process_id, state)
        for process_id, state in connection.execute(_LANES)
        if wanted.bpmn_process_id in (None, process_id) and wanted.state in (None, state)
    ]
    if wanted.outcome is not None:
        processes = sorted({process_id for process_id, _ in lanes})
        return [[_CASE.bpmn_process_id == process_id, _CASE.outcome == wanted.outcome] for process_id in processes]
    return [[_CASE.bpmn_process_id == process_id, _CASE.state == state] for process_id, state in lanes]


# Each step looks up the first case behind the lane before: as many look-ups as there are lanes. Two of them, for
# SQLite reads all rows of a process when both columns are compared at once.
_LANES: Final = text(
    "WITH RECURSIVE lane(process_instance_key, bpmn_process_id, state) AS ("
    "SELECT * FROM (SELECT process_instance_key, bpmn_process_id, state FROM cases "
    "WHERE parent_process_instance_key IS NULL AND state IS NOT NULL "
    "ORDER BY bpmn_process_id, state LIMIT 1) AS first "
    "UNION ALL SELECT found.process_instance_key, found.bpmn_process_id, found.state FROM lane JOIN cases AS found "
    "ON found.process_instance_key = COALESCE((SELECT behind.process_instance_key FROM cases AS behind "
    "WHERE behind.parent_process_instance_key IS NULL AND behind.state IS NOT NULL "
    "AND behind.bpmn_process_id = lane.bpmn_process_id AND behind.state > lane.state "
    "ORDER BY behind.state LIMIT 1), (SELECT behind.process_instance_key FROM cases AS behind "
    "WHERE behind.parent_process_instance_key IS NULL AND behind.state IS NOT NULL "
    "AND behind.bpmn_process_id > lane.bpmn_process_id "
    "ORDER BY behind.bpmn_process_id, behind.state LIMIT 1))) SELECT bpmn_process_id, state FROM lane"
)


def _by_deadline(connection: Connection, wanted: CaseFilter, after: tuple[int, ...] | None, size: int) -> Places:
    order = (_CASE.due_at_ms, _CASE.process_instance_key)
    behind = [] if after is None else [tuple_(*order) > tuple_(*after)]
    active = (_CASE.parent_process_instance_key.is_(None), _CASE.state == "active", _CASE.due_at_ms.isnot(None))
    earliest = select(*order).where(*active, *_all_conditions(wanted), *behind).order_by(*order).limit(size)
    return [(row[0], row[1]) for row in connection.execute(earliest)]


def _by_key(connection: Connection, wanted: CaseFilter, after: tuple[int, ...] | None, size: int) -> Places:
    below = _ABOVE_ALL if after is None else after[1]
    places: Places = []
    while len(places) < size:
        keys = list(connection.execute(_touched(wanted, below, size)).scalars())
        if not keys:
            break
        chosen = select(_CASE.process_instance_key).where(
            *_ROOT, *_all_conditions(wanted), _CASE.process_instance_key.in_(keys)
        )
        fitting = set(connection.execute(chosen).scalars())
        places += [(0, key) for key in keys if key in fitting]
        below = keys[-1]
    return places[:size]


def _touched(wanted: CaseFilter, below: int, size: int) -> Select[int]:
    """Keys of cases that the officer or the element points to, the highest first."""
    task, wait = tables.tasks.c, tables.waits.c

    def newest(key: ColumnElement[int], *conditions: ColumnElement[bool]) -> Select[int]:
        return select(key).where(*conditions, key < below).distinct().order_by(key.desc()).limit(size)

    if wanted.officer is not None:
        mine = task.assignee == wanted.officer
        if wanted.element_id is None:
            return newest(task.process_instance_key, mine)
        return newest(task.process_instance_key, mine, task.element_id == wanted.element_id, task.ended_at_ms.is_(None))
    tasks_there = newest(
        task.process_instance_key, task.element_id == wanted.element_id, task.ended_at_ms.is_(None)
    ).subquery()
    waits_there = newest(
        wait.process_instance_key, wait.element_id == wanted.element_id, wait.ended_record_id.is_(None)
    ).subquery()
    there = union(select(tasks_there), select(waits_there)).subquery()
    key = there.c.process_instance_key
    return select(key).order_by(key.desc()).limit(size)


def _all_conditions(wanted: CaseFilter) -> Conditions:
    conditions = _conditions(wanted)
    if wanted.number is not None:
        conditions.append((_CASE.case_number == wanted.number) | (_CASE.case_id == wanted.number))
    if wanted.bpmn_process_id is not None:
        conditions.append(_CASE.bpmn_process_id == wanted.bpmn_process_id)
    if wanted.outcome is not None:
        conditions.append(_CASE.outcome == wanted.outcome)
    return conditions


def _conditions(wanted: CaseFilter) -> Conditions:
    conditions: Conditions = []
    if wanted.state is not None:
        conditions.append(_CASE.state == wanted.state)
    if wanted.region_code is not None:
        conditions.append(_CASE.region_code == wanted.region_code)
    if wanted.started_from is not None:
        conditions.append(_CASE.started_at_ms >= rows.milliseconds(wanted.started_from))
    if wanted.started_before is not None:
        conditions.append(_CASE.started_at_ms < rows.milliseconds(wanted.started_before))
    if wanted.due_before is not None:
        conditions.append(_CASE.due_at_ms < rows.milliseconds(wanted.due_before))
    return conditions


def _cases(connection: Connection, keys: list[int]) -> tuple[Case, ...]:
    """In the order of the keys."""
    chosen = select(tables.cases).where(_CASE.process_instance_key.in_(keys))
    found = {row.process_instance_key: rows.case(row) for row in connection.execute(chosen)}
    return tuple(found[key] for key in keys)
