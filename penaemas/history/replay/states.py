"""From the rows of a case up to a position to how it stood there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import Row

from penaemas.history.projections.waits import JOB, MESSAGE, TIMER
from penaemas.history.queries import rows
from penaemas.history.record import Place
from penaemas.history.replay.case_rows import CaseRows
from penaemas.history.replay.causes import Causes
from penaemas.history.replay.facts import (
    ActiveElement,
    AwaitedMessage,
    ChildCase,
    DueTimer,
    OpenJob,
    VariableNow,
)
from penaemas.history.replay.moments import scope_element

State = Literal["active", "completed", "terminated"]

_PROCESS = "PROCESS"
_ENDS: dict[str, State] = {"element_completed": "completed", "element_terminated": "terminated"}


def state_of(case: CaseRows) -> State:
    """Of the process itself."""
    for row in reversed(case.timeline):
        if row.element_type == _PROCESS and row.event in _ENDS:
            return _ENDS[row.event]
    return "active"


def active_instances(case: CaseRows) -> dict[int, Row[Any]]:
    """Element instance → the row with which it began, for those that have not ended."""
    active: dict[int, Row[Any]] = {}
    for row in case.timeline:
        if row.event == "element_activated":
            active[row.element_instance_key] = row
        elif row.event in _ENDS:
            active.pop(row.element_instance_key, None)
    return active


def active_elements(active: dict[int, Row[Any]]) -> tuple[ActiveElement, ...]:
    """Elements with tokens, without the process itself, in the order in which they were entered."""
    keys: dict[tuple[str, str], list[int]] = {}
    for key, row in active.items():
        if row.element_type != _PROCESS:
            keys.setdefault((row.element_id, row.element_type), []).append(key)
    return tuple(ActiveElement(*element, len(instances), tuple(instances)) for element, instances in keys.items())


def variables_now(case: CaseRows, active: dict[int, Row[Any]]) -> tuple[VariableNow, ...]:
    """The values that the case and its active elements hold, by name; what was local to an ended element is gone."""
    causes, elements = Causes(case), case.element_of()
    newest = {(row.scope_key, row.name): row for row in case.variables}
    key = case.case.process_instance_key
    held = [row for row in newest.values() if row.scope_key == key or row.scope_key in active]
    return tuple(
        VariableNow(
            name=row.name,
            value=msgspec.json.decode(row.value),
            scope_element_id=scope_element(case, elements, row.scope_key),
            position=Place.of(row.record_id).position,
            changed_at=rows.instant(row.at_ms),
            changed_by=causes.of(row.source_position),
        )
        for row in sorted(held, key=lambda row: (row.name, row.record_id))
    )


def timers(waits: Sequence[Row[Any]]) -> tuple[DueTimer, ...]:
    """The next one first."""
    awaited = sorted((wait for wait in waits if wait.kind == TIMER), key=lambda wait: (wait.due_at_ms, wait.wait_key))
    return tuple(
        DueTimer(wait.element_id, rows.instant(wait.due_at_ms), rows.instant_or_none(wait.begun_at_ms))
        for wait in awaited
    )


def jobs(waits: Sequence[Row[Any]]) -> tuple[OpenJob, ...]:
    """The oldest first."""
    return tuple(
        OpenJob(wait.wait_key, wait.element_id, wait.name, rows.instant_or_none(wait.begun_at_ms))
        for wait in waits
        if wait.kind == JOB
    )


def messages(waits: Sequence[Row[Any]]) -> tuple[AwaitedMessage, ...]:
    """The oldest first."""
    return tuple(AwaitedMessage(wait.element_id, wait.name) for wait in waits if wait.kind == MESSAGE)


def open_task_events(case: CaseRows) -> tuple[Row[Any], ...]:
    """The newest event of each task that has not ended."""
    return _open_subjects(case, "task_", {"task_completed", "task_canceled"})


def open_incident_events(case: CaseRows) -> tuple[Row[Any], ...]:
    """The event that opened each incident that is not resolved."""
    return _open_subjects(case, "incident_", {"incident_resolved"})


def _open_subjects(case: CaseRows, prefix: str, ends: set[str]) -> tuple[Row[Any], ...]:
    newest = {row.subject_key: row for row in case.timeline if row.event.startswith(prefix)}
    return tuple(row for row in newest.values() if row.event not in ends)


def children(case: CaseRows, found: Sequence[Row[Any]], begun: dict[int, int]) -> tuple[ChildCase, ...]:
    """Those that had begun, as they stood.

    Args:
        begun: child → its first record.
    """
    elements = case.element_of()
    return tuple(
        ChildCase(
            process_instance_key=row.process_instance_key,
            bpmn_process_id=row.bpmn_process_id,
            state=row.state if row.last_record_id <= case.last_record_id else "active",
            called_by=elements.get(row.parent_element_instance_key),
        )
        for row in found
        if begun.get(row.process_instance_key, case.last_record_id + 1) <= case.last_record_id
    )
