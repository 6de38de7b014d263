"""Incidents: what stopped a case until somebody resolves it."""

from __future__ import annotations

from typing import NamedTuple

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import IncidentValue, Record

OPEN, RESOLVED = "open", "resolved"


class IncidentRow(NamedTuple):
    """`opened_at_ms` is unknown while only the resolution has been seen."""

    incident_key: int
    last_record_id: int
    process_instance_key: int
    bpmn_process_id: str
    element_id: str
    element_instance_key: int
    job_key: int | None
    state: str
    error_type: str
    error_message: str
    opened_at_ms: int | None
    resolved_at_ms: int | None
    provisional: bool


def _row(
    record: Record[IncidentValue], state: str, opened_at_ms: int | None = None, resolved_at_ms: int | None = None
) -> IncidentRow:
    value = record.value
    return IncidentRow(
        record.key,
        record.record_id,
        value.process_instance_key,
        value.bpmn_process_id,
        value.element_id,
        value.element_instance_key,
        value.job_key if value.job_key > 0 else None,
        state,
        value.error_type,
        value.error_message,
        opened_at_ms,
        resolved_at_ms,
        record.provisional,
    )


def opened(record: Record[IncidentValue]) -> IncidentRow:
    """A case is stuck."""
    return _row(record, OPEN, opened_at_ms=record.at_ms)


def resolved(record: Record[IncidentValue]) -> IncidentRow:
    """A case goes on, or is gone."""
    return _row(record, RESOLVED, resolved_at_ms=record.at_ms)


PROJECTION = Projection(
    table=tables.incidents,
    reactions={("INCIDENT", "CREATED"): opened, ("INCIDENT", "RESOLVED"): resolved},
    newest=tuple(field for field in IncidentRow._fields if field not in ("incident_key", "opened_at_ms")),
    first=("opened_at_ms",),
    express=True,
)
