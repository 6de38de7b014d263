"""Diagrams and forms as officers meet them: as deployed; from the office's own folder before their record has come."""

from __future__ import annotations

import json
from pathlib import Path

from penaemas.history.queries.deployed_models import DeployedModels
from penaemas.portal.cases.diagram import Diagram, read_diagram
from penaemas.portal.forms.schema import Form, read_form


class Models:
    """Read once each and kept. The methods block where something has to be read."""

    def __init__(self, deployed: DeployedModels, folder: Path) -> None:
        """Args: folder: holds `bpmn/` and `forms/`."""
        self._deployed = deployed
        self._folder = folder
        self._diagrams: dict[int, Diagram] = {}
        self._forms: dict[str, Form] = {}

    def diagram(self, process_id: str, process_definition_key: int) -> Diagram | None:
        """The diagram that a case runs on; None if nobody has it."""
        known = self._diagrams.get(process_definition_key)
        if known is not None:
            return known
        content = self._deployed.diagram(process_definition_key)
        if content is not None:
            return self._diagrams.setdefault(process_definition_key, read_diagram(content))
        file = self._folder / "bpmn" / process_id / f"{process_id}.bpmn"
        return read_diagram(file.read_bytes()) if file.exists() else None

    def form(self, form_id: str) -> Form | None:
        """The newest version of a form; None if nobody has it.

        Raises:
            FormUnserved: it uses what the server cannot serve; `./pena deploy` would have refused it.
        """
        newest = self._deployed.newest_form(form_id)
        if newest is not None:
            checksum, schema = newest
            if checksum not in self._forms:
                self._forms[checksum] = read_form(json.loads(schema))
            return self._forms[checksum]
        found = sorted((self._folder / "forms").glob(f"*/{form_id}.form"))
        return read_form(json.loads(found[0].read_bytes())) if found else None
