"""Decisions: what was asked of which tables, what matched, what came out. Annotations are in the deployed XML."""

from __future__ import annotations

from typing import NamedTuple

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import DecisionEvaluationValue, Record


class DecisionRow(NamedTuple):
    """`output` is JSON text; `evaluated` is the engine's own JSON array: per table its inputs and matched rules."""

    process_instance_key: int
    record_id: int
    at_ms: int
    decision_id: str
    decision_name: str
    decision_version: int
    decision_requirements_key: int
    element_id: str
    element_instance_key: int
    output: str
    evaluated: str
    failed_decision_id: str | None
    failure: str | None
    source_position: int | None


def evaluated(record: Record[DecisionEvaluationValue]) -> DecisionRow | None:
    """A decision was made, or could not be made. One that was asked outside a case belongs to none."""
    value = record.value
    if value.process_instance_key <= 0:
        return None
    return DecisionRow(
        value.process_instance_key,
        record.record_id,
        record.at_ms,
        value.decision_id,
        value.decision_name,
        value.decision_version,
        value.decision_requirements_key,
        value.element_id,
        value.element_instance_key,
        value.decision_output,
        bytes(value.evaluated_decisions).decode(),
        value.failed_decision_id or None,
        value.evaluation_failure_message or None,
        record.source_position if record.source_position > 0 else None,
    )


PROJECTION = Projection(
    table=tables.decisions,
    reactions={("DECISION_EVALUATION", "EVALUATED"): evaluated, ("DECISION_EVALUATION", "FAILED"): evaluated},
)
