"""Cases: one row per process instance, root or child."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import ProcessInstanceValue, Record, VariableValue

ACTIVE, COMPLETED, TERMINATED = "active", "completed", "terminated"

# Precedes every record: what a variable knows of its case gives way to what the case's own records say.
_BEFORE_ALL = 0


class CaseRow(NamedTuple):
    """`state` and `version` are unknown while only the variable `case_id` has been seen."""

    process_instance_key: int
    last_record_id: int
    bpmn_process_id: str
    version: int | None
    process_definition_key: int
    parent_process_instance_key: int | None
    state: str | None
    started_at_ms: int | None
    ended_at_ms: int | None
    case_id: str | None


def _row(
    record: Record[ProcessInstanceValue],
    state: str,
    *,
    started_at_ms: int | None = None,
    ended_at_ms: int | None = None,
) -> CaseRow | None:
    value = record.value
    if value.bpmn_element_type != "PROCESS":
        return None
    parent = value.parent_process_instance_key
    return CaseRow(
        record.key,
        record.record_id,
        value.bpmn_process_id,
        value.version,
        value.process_definition_key,
        parent if parent > 0 else None,
        state,
        started_at_ms,
        ended_at_ms,
        None,
    )


def started(record: Record[ProcessInstanceValue]) -> CaseRow | None:
    """A case begins when its process is activated."""
    return _row(record, ACTIVE, started_at_ms=record.at_ms)


def migrated(record: Record[ProcessInstanceValue]) -> CaseRow | None:
    """A case goes on under another version."""
    return _row(record, ACTIVE)


def completed(record: Record[ProcessInstanceValue]) -> CaseRow | None:
    """A case has reached its end."""
    return _row(record, COMPLETED, ended_at_ms=record.at_ms)


def terminated(record: Record[ProcessInstanceValue]) -> CaseRow | None:
    """A case was cancelled, or its parent ended it."""
    return _row(record, TERMINATED, ended_at_ms=record.at_ms)


def named(record: Record[VariableValue]) -> CaseRow | None:
    """The variable `case_id` of the case's own scope ties the process instance to the case file."""
    value = record.value
    if value.name != "case_id" or value.scope_key != value.process_instance_key:
        return None
    case_id = msgspec.json.decode(value.value)
    if not isinstance(case_id, str):
        return None
    return CaseRow(
        value.process_instance_key,
        _BEFORE_ALL,
        value.bpmn_process_id,
        None,
        value.process_definition_key,
        None,
        None,
        None,
        None,
        case_id,
    )


PROJECTION = Projection(
    table=tables.cases,
    reactions={
        ("PROCESS_INSTANCE", "ELEMENT_ACTIVATED"): started,
        ("PROCESS_INSTANCE", "ELEMENT_MIGRATED"): migrated,
        ("PROCESS_INSTANCE", "ELEMENT_COMPLETED"): completed,
        ("PROCESS_INSTANCE", "ELEMENT_TERMINATED"): terminated,
        ("VARIABLE", "CREATED"): named,
    },
    newest=(
        "last_record_id",
        "bpmn_process_id",
        "version",
        "process_definition_key",
        "parent_process_instance_key",
        "state",
        "ended_at_ms",
    ),
    first=("started_at_ms", "case_id"),
)
