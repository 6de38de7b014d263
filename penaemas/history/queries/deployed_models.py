"""The models exactly as they were deployed: the diagram a case runs on, the form an officer is shown."""

from __future__ import annotations

import base64
from typing import Any, Final

import msgspec
from sqlalchemy import Select, select

from penaemas.history import tables
from penaemas.storage.database import Database


class _Value(msgspec.Struct):
    resource: str = ""


class _Document(msgspec.Struct):
    value: _Value


_DECODER: Final = msgspec.json.Decoder(_Document)


class DeployedModels:
    """Read-only; each method blocks. Raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def diagram(self, process_definition_key: int) -> bytes | None:
        """The BPMN of one deployed version; None if its record has not come."""
        key = tables.definitions.c.process_definition_key
        return self._resource(select(tables.definitions.c.record_id).where(key == process_definition_key))

    def newest_diagram(self, bpmn_process_id: str) -> bytes | None:
        """The BPMN that a new case gets."""
        row = tables.definitions.c
        wanted = select(row.record_id).where(row.bpmn_process_id == bpmn_process_id).order_by(row.version.desc())
        return self._resource(wanted)

    def newest_form(self, form_id: str) -> tuple[str, bytes] | None:
        """Checksum and schema of a form's newest version."""
        row = tables.resources.c
        wanted = select(row.record_id).where(row.resource_id == form_id).order_by(row.version.desc())
        with self._database.reading() as connection:
            checksum = connection.execute(
                select(row.checksum).where(row.resource_id == form_id).order_by(row.version.desc()).limit(1)
            ).scalar()
        schema = self._resource(wanted)
        return None if schema is None or checksum is None else (checksum, schema)

    def _resource(self, record_id: Select[Any]) -> bytes | None:
        wanted = select(tables.records.c.document).where(
            tables.records.c.record_id == record_id.limit(1).scalar_subquery()
        )
        with self._database.reading() as connection:
            document = connection.execute(wanted).scalar()
        return None if document is None else base64.b64decode(_DECODER.decode(bytes(document)).value.resource)
