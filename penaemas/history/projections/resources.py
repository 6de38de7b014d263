"""Resources that are deployed beside diagrams: every version of every form and decision requirements graph.

The record that a row names holds the resource itself.
"""

from __future__ import annotations

from typing import NamedTuple

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import DecisionRequirementsValue, FormValue, Record


class ResourceRow(NamedTuple):
    """`checksum` is the engine's own, base64."""

    resource_key: int
    record_id: int
    resource_id: str
    version: int
    resource_name: str
    checksum: str
    deployed_at_ms: int


def form_deployed(record: Record[FormValue]) -> ResourceRow:
    """A version of a form can be shown from now on."""
    value = record.value
    return ResourceRow(
        value.form_key,
        record.record_id,
        value.form_id,
        value.version,
        value.resource_name,
        value.checksum,
        record.at_ms,
    )


def decisions_deployed(record: Record[DecisionRequirementsValue]) -> ResourceRow:
    """A version of a graph of decisions decides from now on."""
    value = record.value
    return ResourceRow(
        value.decision_requirements_key,
        record.record_id,
        value.decision_requirements_id,
        value.decision_requirements_version,
        value.resource_name,
        value.checksum,
        record.at_ms,
    )


PROJECTION = Projection(
    table=tables.resources,
    reactions={("FORM", "CREATED"): form_deployed, ("DECISION_REQUIREMENTS", "CREATED"): decisions_deployed},
)
