"""Reads the models of an office: diagrams and decisions in `bpmn/`, form schemas in `forms/`."""

import hashlib
import json
import xml.etree.ElementTree as ElementTree
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DMN: Final = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"


class ModelKind(StrEnum):
    """What a file holds; the value is the file's suffix."""

    DIAGRAM = ".bpmn"
    DECISION = ".dmn"
    FORM = ".form"


class ModelUnreadable(Exception):
    """A model file is missing or broken. The text names the file and the reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class ModelFile:
    """One model as it would be deployed.

    Attributes:
        ids: what the engine will call it: the ids of the processes in a diagram, of a form, or of a decision
            requirements graph.
    """

    path: Path
    kind: ModelKind
    ids: tuple[str, ...]
    content: bytes

    @property
    def name(self) -> str:
        """The resource name in the engine. Its duplicate check compares it, so it must not depend on the folder."""
        return self.path.name

    @property
    def checksum(self) -> str:
        """As in the engine's PROCESS, FORM and DECISION_REQUIREMENTS records: MD5 of the bytes, base64.

        Tried on 8.5.8. It tells versions apart; it is no proof of integrity.
        """
        return b64encode(hashlib.md5(self.content, usedforsecurity=False).digest()).decode()


def read_models(root: Path) -> tuple[ModelFile, ...]:
    """Every model below `root`/bpmn and `root`/forms, in a stable order.

    Raises:
        ModelUnreadable: a file is broken, or two files have the same name.
    """
    suffixes = set(ModelKind)
    found = [path for folder in ("bpmn", "forms") for path in sorted((root / folder).rglob("*"))]
    return read_files([path for path in found if path.suffix in suffixes])


def read_files(paths: Sequence[Path]) -> tuple[ModelFile, ...]:
    """These model files.

    Raises:
        ModelUnreadable: one is missing, broken or no model, or two have the same name.
    """
    models: dict[str, ModelFile] = {}
    for path in paths:
        if path.name in models:
            raise ModelUnreadable(path, f"the name is taken by {models[path.name].path}; the engine would mix them up")
        models[path.name] = _read(path)
    return tuple(models.values())


def parse_xml(model: ModelFile) -> ElementTree.Element:
    """The root element of a diagram or decision.

    The parser is the standard library's: models come from the office's own folder or from a signed-in analyst, and
    the expat it is built on bounds entity expansion.

    Raises:
        ModelUnreadable: it is not XML.
    """
    try:
        return ElementTree.fromstring(model.content)  # noqa: S314 (see above)
    except ElementTree.ParseError as error:
        raise ModelUnreadable(model.path, f"it is not readable XML ({error})") from error


def parse_form(model: ModelFile) -> dict[str, Any]:
    """The schema of a form.

    Raises:
        ModelUnreadable: it is not a JSON object.
    """
    try:
        schema = json.loads(model.content)
    except ValueError as error:
        raise ModelUnreadable(model.path, f"it is not readable JSON ({error})") from error
    if not isinstance(schema, dict):
        raise ModelUnreadable(model.path, "it is no form schema")
    return schema


def _read(path: Path) -> ModelFile:
    if path.suffix not in set(ModelKind):
        raise ModelUnreadable(path, f"it is no model; models end in {', '.join(ModelKind)}")
    try:
        model = ModelFile(path, ModelKind(path.suffix), (), path.read_bytes())
    except OSError as error:
        raise ModelUnreadable(path, error.strerror or "it cannot be read") from error
    ids = _ids(model)
    if not ids:
        raise ModelUnreadable(path, "it holds no process, decision or form id")
    return ModelFile(path, model.kind, ids, model.content)


def _ids(model: ModelFile) -> tuple[str, ...]:
    match model.kind:
        case ModelKind.DIAGRAM:
            return tuple(process.get("id", "") for process in parse_xml(model).iter(f"{BPMN}process"))
        case ModelKind.DECISION:
            root = parse_xml(model)
            return (root.get("id", ""),) if root.tag == f"{DMN}definitions" else ()
        case ModelKind.FORM:
            return tuple(value for value in (parse_form(model).get("id"),) if isinstance(value, str))
