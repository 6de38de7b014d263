"""Cases: one row per process instance, root or child."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import ProcessInstanceValue, Record, VariableValue

ACTIVE, COMPLETED, TERMINATED = "active", "completed", "terminated"

# Precedes every record: what a variable knows of its case gives way to what the case's own records say.
_BEFORE_ALL = 0


class CaseRow(NamedTuple):
    """`state` and `version` are unknown while only variables of the case have been seen.

    `case_number`, `region_code`, `due_at_ms` and `outcome` are what the process itself says in its own variables
    `case_number`, `region_code`, `service_due_at` and `case_outcome`.
    """

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
    parent_element_instance_key: int | None = None
    case_number: str | None = None
    region_code: str | None = None
    due_at_ms: int | None = None
    due_record_id: int | None = None
    outcome: str | None = None
    outcome_record_id: int | None = None


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
        value.parent_element_instance_key if value.parent_element_instance_key > 0 else None,
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


_NAMES = frozenset({"case_id", "case_number", "region_code"})
_LAST_SAID = frozenset({"service_due_at", "case_outcome"})


def described(record: Record[VariableValue]) -> CaseRow | None:
    """A variable of the case's own scope ties the process instance to its case file, or tells how it stands."""
    value = record.value
    if value.name not in _NAMES and value.name not in _LAST_SAID:
        return None
    # The outcome is told to the step that closes the case, so it is local to that step.
    if value.scope_key != value.process_instance_key and value.name != "case_outcome":
        return None
    said = msgspec.json.decode(value.value)
    if said is not None and not isinstance(said, str):
        return None
    row = CaseRow(
        value.process_instance_key,
        _BEFORE_ALL,
        value.bpmn_process_id,
        None,
        value.process_definition_key,
        None,
        None,
        None,
        None,
        None,
    )
    if value.name == "service_due_at":
        return row._replace(due_at_ms=_instant_ms(said), due_record_id=record.record_id)
    if value.name == "case_outcome":
        return row._replace(outcome=said, outcome_record_id=record.record_id)
    if value.name == "case_number":
        return row._replace(case_number=said)
    return row._replace(region_code=said) if value.name == "region_code" else row._replace(case_id=said)


def _instant_ms(said: str | None) -> int | None:
    if said is None:
        return None
    try:
        instant = datetime.fromisoformat(said.partition("[")[0])
    except ValueError:
        return None  # the variable is the process's own; what is no instant is no deadline
    return None if instant.tzinfo is None else round(instant.timestamp() * 1000)


PROJECTION = Projection(
    table=tables.cases,
    reactions={
        ("PROCESS_INSTANCE", "ELEMENT_ACTIVATED"): started,
        ("PROCESS_INSTANCE", "ELEMENT_MIGRATED"): migrated,
        ("PROCESS_INSTANCE", "ELEMENT_COMPLETED"): completed,
        ("PROCESS_INSTANCE", "ELEMENT_TERMINATED"): terminated,
        ("VARIABLE", "CREATED"): described,
        ("VARIABLE", "UPDATED"): described,
    },
    newest=(
        "last_record_id",
        "bpmn_process_id",
        "version",
        "process_definition_key",
        "parent_process_instance_key",
        "state",
        "ended_at_ms",
        "parent_element_instance_key",
    ),
    first=("started_at_ms", "case_id", "case_number", "region_code"),
    follows={
        "due_at_ms": "due_record_id",
        "due_record_id": "due_record_id",
        "outcome": "outcome_record_id",
        "outcome_record_id": "outcome_record_id",
    },
)
