"""Diagrams and forms as officers meet them: as deployed; from the office's own folder before their record has come."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from penaemas.casefiles.pbg.step_forms import form_id_of
from penaemas.history.queries.deployed_models import DeployedModels
from penaemas.portal.cases.diagram import Diagram, read_diagram
from penaemas.portal.forms.schema import Form, read_form
from penaemas.portal.forms.sentences import Words


class Models:
    """Read once each and kept. The methods block where something has to be read."""

    def __init__(self, deployed: DeployedModels, folder: Path) -> None:
        """Args: folder: holds `bpmn/` and `forms/`."""
        self._deployed = deployed
        self._folder = folder
        self._diagrams: dict[int, Diagram] = {}
        self._forms: dict[str, Form] = {}
        self._titles: dict[str, Words] = {}
        self._files: dict[str, tuple[int, Diagram]] = {}

    def diagram(self, process_id: str, process_definition_key: int) -> Diagram | None:
        """The diagram that a case runs on; None if nobody has it."""
        known = self._diagrams.get(process_definition_key)
        if known is not None:
            return known
        content = self._deployed.diagram(process_definition_key)
        if content is not None:
            return self._diagrams.setdefault(process_definition_key, read_diagram(content))
        return self._on_disk(process_id)

    def process_titles(self, process_ids: Iterable[str]) -> dict[str, Words]:
        """What each process is called, as in the office's folder."""
        return {process_id: self._title(process_id) for process_id in process_ids}

    def form_of_step(self, element_id: str) -> Form | None:
        """The form of a step of PBG MBR, by its element."""
        return self.form(form_id_of(element_id))

    def _title(self, process_id: str) -> Words:
        if process_id not in self._titles:
            diagram = self._on_disk(process_id)
            self._titles[process_id] = diagram.title if diagram else Words(process_id, process_id)
        return self._titles[process_id]

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

    def _on_disk(self, process_id: str) -> Diagram | None:
        file = self._folder / "bpmn" / process_id / f"{process_id}.bpmn"
        if not file.exists():
            return None
        changed_at = file.stat().st_mtime_ns
        known = self._files.get(process_id)
        if known is None or known[0] != changed_at:
            known = self._files[process_id] = (changed_at, read_diagram(file.read_bytes()))
        return known[1]
