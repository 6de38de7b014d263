"""Variables over time: one row per value that a variable was given. The newest row of each name is its state."""

from __future__ import annotations

from typing import NamedTuple

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import Record, VariableValue


class VariableRow(NamedTuple):
    """`value` is JSON text; `scope_key` the case, or the element instance that the variable is local to."""

    process_instance_key: int
    record_id: int
    at_ms: int
    scope_key: int
    name: str
    value: str
    source_position: int | None


def given(record: Record[VariableValue]) -> VariableRow:
    """A variable has a value from now on."""
    value = record.value
    return VariableRow(
        value.process_instance_key,
        record.record_id,
        record.at_ms,
        value.scope_key,
        value.name,
        value.value,
        record.source_position if record.source_position > 0 else None,
    )


PROJECTION = Projection(
    table=tables.variables,
    reactions={("VARIABLE", "CREATED"): given, ("VARIABLE", "UPDATED"): given},
)
