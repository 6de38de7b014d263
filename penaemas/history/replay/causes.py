"""Why something happened: the engine names, for every event, the command that began it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Row

from penaemas.history.record import Place, RecordUnreadable, read_envelope
from penaemas.history.replay.case_rows import EXPLAINING, CaseRows
from penaemas.history.replay.facts import Cause, CauseKind

# The first event of this list that a moment holds explains it.
_KINDS: Final[tuple[tuple[str, CauseKind], ...]] = (
    ("task_completed", "task"),
    ("job_completed", "job"),
    ("job_error_thrown", "job"),
    ("job_failed", "job"),
    ("timer_triggered", "timer"),
    ("message_correlated", "message"),
    ("task_assigned", "task"),
    ("task_updated", "task"),
)

_BY_COMMAND: Final[dict[str, CauseKind]] = {
    "MESSAGE": "message",
    "MESSAGE_SUBSCRIPTION": "message",
    "PROCESS_INSTANCE_CREATION": "start",
    "PROCESS_INSTANCE_MODIFICATION": "operator",
    "PROCESS_INSTANCE_MIGRATION": "operator",
    "INCIDENT": "operator",
    "VARIABLE_DOCUMENT": "operator",
    "JOB_BATCH": "engine",
    "TIMER": "timer",
    "USER_TASK": "task",
    "JOB": "job",
}
# Commands that only a person at the engine's controls gives.
_OPERATORS: Final = {("JOB", "UPDATE_RETRIES"), ("PROCESS_INSTANCE", "CANCEL")}


class Causes:
    """The cause of every source position of a case."""

    def __init__(self, case: CaseRows) -> None:
        self._partition = case.partition
        self._commands = case.commands
        explaining: dict[int, dict[str, Row[Any]]] = {}
        for row in case.timeline:
            if row.source_position is not None and row.event in EXPLAINING:
                explaining.setdefault(row.source_position, {}).setdefault(row.event, row)
        self._known = {source: _explained(source, events) for source, events in explaining.items()}

    def of(self, source_position: int | None) -> Cause:
        """`unknown` when the engine named no command, or its bytes are gone."""
        if source_position is None:
            return Cause("unknown", None, None, None, None)
        if source_position not in self._known:
            self._known[source_position] = self._commanded(source_position)
        return self._known[source_position]

    def _commanded(self, source_position: int) -> Cause:
        document = self._commands.get(Place(self._partition, source_position).record_id)
        try:
            command = None if document is None else read_envelope(document)
        except RecordUnreadable:
            command = None
        if command is None:
            return Cause("unknown", None, None, None, source_position)
        kind = _BY_COMMAND.get(command.value_type, "engine")
        if (command.value_type, command.intent) in _OPERATORS:
            kind = "operator"
        detail = f"{command.value_type} {command.intent}".lower()
        return Cause(kind, None, None, detail, source_position)


def _explained(source_position: int, events: dict[str, Row[Any]]) -> Cause:
    event, kind = next((event, kind) for event, kind in _KINDS if event in events)
    row = events[event]
    return Cause(kind, row.actor, row.element_id, row.detail or event, source_position)


def sources(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    """Rows by the command that caused them; a row without one stands alone, by its own position."""
    grouped: dict[int, list[Row[Any]]] = {}
    for row in rows:
        source = row.source_position if row.source_position is not None else Place.of(row.record_id).position
        grouped.setdefault(source, []).append(row)
    return grouped
