"""What is exported: cases with their events, one case after the other, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Row, select

from penaemas.history import tables
from penaemas.history.queries import rows
from penaemas.history.record import Place
from penaemas.storage.database import Database

_CASES_AT_ONCE: Final = 200

# An element's own begin and end say nothing new of an officer's task, and the rest of these never wait.
_PASSING: Final = frozenset(
    {"SEQUENCE_FLOW", "EXCLUSIVE_GATEWAY", "PARALLEL_GATEWAY", "INCLUSIVE_GATEWAY", "EVENT_BASED_GATEWAY", "PROCESS"}
)
_TRANSITIONS: Final = {
    "element_activated": "start",
    "element_completed": "complete",
    "element_terminated": "ate_abort",
    "task_created": "schedule",
    "task_assigned": "assign",
    "task_updated": "reassign",
    "task_completed": "complete",
    "task_canceled": "withdraw",
    "timer_triggered": "complete",
    "message_correlated": "complete",
    "incident_opened": "suspend",
    "incident_resolved": "resume",
}
"""Event → transition of the standard lifecycle model of XES."""


class Officers(Protocol):
    """Under which name an officer is exported."""

    def of(self, officer: str | None) -> str | None:
        """None stays None."""
        ...


@dataclass(frozen=True)
class Selection:
    """Which root cases, with the processes that they have called.

    Args:
        started_from, started_before: at or after, before.
    """

    bpmn_process_id: str | None = None
    started_from: datetime | None = None
    started_before: datetime | None = None


@dataclass(frozen=True)
class LoggedEvent:
    """One event.

    Args:
        event_id: `partition-position`.
        activity: the element.
        transition: of the standard lifecycle model of XES.
        officer: pseudonym, of an officer's task.
        task_id: the user task that it is about.
    """

    event_id: str
    at: datetime
    event: str
    activity: str
    element_type: str | None
    transition: str
    officer: str | None
    task_id: str | None
    process_instance_key: int
    bpmn_process_id: str


@dataclass(frozen=True)
class LoggedCase:
    """A case; its events in the order of the log, those of called processes among them."""

    name: str
    process_instance_key: int
    bpmn_process_id: str
    version: int
    state: str
    region_code: str | None
    outcome: str | None
    started_at: datetime
    ended_at: datetime | None
    events: tuple[LoggedEvent, ...]


class CaseLog:
    """Reads cases a few at a time. Raises StorageError when the database does not answer."""

    def __init__(self, database: Database, officers: Officers) -> None:
        self._database = database
        self._officers = officers

    def cases(self, selection: Selection) -> Iterator[LoggedCase]:
        """In the order of their keys."""
        after = 0
        while True:
            with self._database.reading() as connection:
                found = list(connection.execute(_roots(selection, after)))
                logged = [self._case(connection, row) for row in found]
            yield from logged
            if len(found) < _CASES_AT_ONCE:
                return
            after = found[-1].process_instance_key

    def _case(self, connection: Connection, row: Row[Any]) -> LoggedCase:
        processes = {row.process_instance_key: row.bpmn_process_id}
        events: list[Row[Any]] = []
        waiting = [row.process_instance_key]
        while waiting:
            key = waiting.pop()
            entry, child = tables.timeline.c, tables.cases.c
            events += connection.execute(select(tables.timeline).where(entry.process_instance_key == key))
            for called in connection.execute(select(tables.cases).where(child.parent_process_instance_key == key)):
                processes[called.process_instance_key] = called.bpmn_process_id
                waiting.append(called.process_instance_key)
        events.sort(key=lambda event: event.record_id)
        return LoggedCase(
            name=row.case_number or row.case_id or str(row.process_instance_key),
            process_instance_key=row.process_instance_key,
            bpmn_process_id=row.bpmn_process_id,
            version=row.version,
            state=row.state,
            region_code=row.region_code,
            outcome=row.outcome,
            started_at=rows.instant(row.started_at_ms),
            ended_at=rows.instant_or_none(row.ended_at_ms),
            events=tuple(self._event(event, processes) for event in events if _is_told(event)),
        )

    def _event(self, row: Row[Any], processes: dict[int, str]) -> LoggedEvent:
        partition, position = Place.of(row.record_id)
        is_task = row.event.startswith("task_")
        return LoggedEvent(
            event_id=f"{partition}-{position}",
            at=rows.instant(row.at_ms),
            event=row.event,
            activity=row.element_id,
            element_type=row.element_type,
            transition=_TRANSITIONS[row.event],
            officer=self._officers.of(row.actor) if is_task else None,
            task_id=str(row.subject_key) if is_task else None,
            process_instance_key=row.process_instance_key,
            bpmn_process_id=processes[row.process_instance_key],
        )


def _roots(selection: Selection, after: int) -> Any:
    case = tables.cases.c
    wanted = select(tables.cases).where(
        case.parent_process_instance_key.is_(None), case.state.isnot(None), case.process_instance_key > after
    )
    if selection.bpmn_process_id is not None:
        wanted = wanted.where(case.bpmn_process_id == selection.bpmn_process_id)
    if selection.started_from is not None:
        wanted = wanted.where(case.started_at_ms >= rows.milliseconds(selection.started_from))
    if selection.started_before is not None:
        wanted = wanted.where(case.started_at_ms < rows.milliseconds(selection.started_before))
    return wanted.order_by(case.process_instance_key).limit(_CASES_AT_ONCE)


def _is_told(row: Row[Any]) -> bool:
    if row.event not in _TRANSITIONS or row.element_type in _PASSING:
        return False
    return not (row.element_type == "USER_TASK" and row.event.startswith("element_"))
