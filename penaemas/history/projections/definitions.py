"""Definitions: every deployed version of every process. The record that a row names holds the diagram."""

from __future__ import annotations

from typing import NamedTuple

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.record import ProcessValue, Record


class DefinitionRow(NamedTuple):
    """`checksum` is the engine's own, base64."""

    process_definition_key: int
    record_id: int
    bpmn_process_id: str
    version: int
    resource_name: str
    checksum: str
    deployed_at_ms: int


def deployed(record: Record[ProcessValue]) -> DefinitionRow:
    """A version can be started from now on."""
    value = record.value
    return DefinitionRow(
        value.process_definition_key,
        record.record_id,
        value.bpmn_process_id,
        value.version,
        value.resource_name,
        value.checksum,
        record.at_ms,
    )


PROJECTION = Projection(table=tables.definitions, reactions={("PROCESS", "CREATED"): deployed})
