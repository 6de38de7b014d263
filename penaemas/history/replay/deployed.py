"""What was deployed, read from its own record: diagrams and decision tables, exactly the versions that ran."""

from __future__ import annotations

import base64
import binascii
from xml.etree.ElementTree import Element, ParseError, fromstring

import msgspec
from sqlalchemy import Connection, select

from penaemas.history import record_store, tables
from penaemas.history.record import Place
from penaemas.history.replay.facts import DecisionTable, Diagram, TableRule


class _Deployed(msgspec.Struct):
    resource: str


class _Deployment(msgspec.Struct):
    value: _Deployed


def read_diagram(connection: Connection, process_definition_key: int) -> Diagram | None:
    """None: it was deployed before the history began, or its bytes are gone."""
    definition = tables.definitions.c
    chosen = select(tables.definitions).where(definition.process_definition_key == process_definition_key)
    row = connection.execute(chosen).first()
    xml = None if row is None else _resource(connection, row.record_id)
    if row is None or xml is None:
        return None
    return Diagram(
        process_definition_key=process_definition_key,
        bpmn_process_id=row.bpmn_process_id,
        version=row.version,
        resource_name=row.resource_name,
        partition=Place.of(row.record_id).partition,
        position=Place.of(row.record_id).position,
        xml=xml.decode(),
    )


def read_tables(connection: Connection, decision_requirements_key: int) -> dict[str, DecisionTable]:
    """The tables of a graph of decisions by decision id; empty if they cannot be read any more."""
    resource = tables.resources.c
    chosen = select(resource.record_id).where(resource.resource_key == decision_requirements_key)
    record_id = connection.execute(chosen).scalar()
    xml = None if record_id is None else _resource(connection, record_id)
    if xml is None:
        return {}
    try:
        definitions = fromstring(xml)  # noqa: S314  # the engine has parsed and deployed it; expat expands no entities of files
    except ParseError:
        return {}
    found = {}
    for decision in _all(definitions, "decision"):
        table = _first(decision, "decisionTable")
        if table is not None:
            found[decision.get("id", "")] = _table(decision, table)
    return found


def _resource(connection: Connection, record_id: int) -> bytes | None:
    document = record_store.documents(connection, [record_id]).get(record_id)
    if not document:
        return None
    try:
        return base64.b64decode(msgspec.json.decode(document, type=_Deployment).value.resource, validate=True)
    except (msgspec.DecodeError, binascii.Error):
        return None


def _table(decision: Element, table: Element) -> DecisionTable:
    return DecisionTable(
        decision_id=decision.get("id", ""),
        name=decision.get("name", ""),
        hit_policy=table.get("hitPolicy", "UNIQUE"),
        inputs=tuple(_label(column) for column in _all(table, "input")),
        outputs=tuple(_label(column) for column in _all(table, "output")),
        rules=tuple(
            TableRule(
                rule_id=rule.get("id", ""),
                inputs=tuple(_text(entry) for entry in _all(rule, "inputEntry")),
                outputs=tuple(_text(entry) for entry in _all(rule, "outputEntry")),
                annotation=_annotation(rule),
            )
            for rule in _all(table, "rule")
        ),
    )


def _annotation(rule: Element) -> str | None:
    # Modellers of the older kind keep the annotation in `description`, newer ones in `annotationEntry`.
    said = [_own_text(found) for found in _all(rule, "description")]
    said += [_text(found) for found in _all(rule, "annotationEntry")]
    return " · ".join(text for text in said if text) or None


def _label(column: Element) -> str:
    return column.get("label") or column.get("name") or column.get("id") or ""


def _text(entry: Element) -> str:
    found = _first(entry, "text")
    return "" if found is None else _own_text(found)


def _own_text(element: Element) -> str:
    return (element.text or "").strip()


def _all(parent: Element, name: str) -> list[Element]:
    # DMN 1.1 to 1.3 differ in their namespaces and in nothing that is read here.
    return [child for child in parent if child.tag.rpartition("}")[2] == name]


def _first(parent: Element, name: str) -> Element | None:
    return next(iter(_all(parent, name)), None)
