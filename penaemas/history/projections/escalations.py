"""Escalations: each level that a ladder has reached. A ladder says so in its variable `escalation_level`."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import Record, VariableValue


class EscalationRow(NamedTuple):
    """`process_instance_key` is the ladder's own, a child of the case; its variable `step_id` names the step."""

    process_instance_key: int
    record_id: int
    at_ms: int
    level: str


def reached(record: Record[VariableValue]) -> EscalationRow | None:
    """A ladder has reached a level; an empty one means that it waits or is done."""
    value = record.value
    if value.name != "escalation_level":
        return None
    level = msgspec.json.decode(value.value)
    if not isinstance(level, str) or not level:
        return None
    return EscalationRow(value.process_instance_key, record.record_id, record.at_ms, level)


PROJECTION = Projection(
    table=tables.escalations,
    reactions={("VARIABLE", "CREATED"): reached, ("VARIABLE", "UPDATED"): reached},
)
