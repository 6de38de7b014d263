"""OCEL 2.0, as JSON and as SQLite: events, and the cases, tasks and officers that they are about.

Source: OCEL (Object-Centric Event Log) 2.0 specification, 2023. Object types: `case` (a process instance, root or
called), `task` (a user task), `officer`. An event type is the engine's event, e.g. `task_completed`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import msgspec

from penaemas.history.export.case_log import LoggedCase, LoggedEvent

_EVENT_ATTRIBUTES: Final = ("activity", "lifecycle")
_OBJECT_ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {
    "case": ("number", "process", "region_code", "outcome"),
    "task": ("element",),
    "officer": (),
}
_OF_CASE, _OF_TASK, _BY, _CALLED_BY = "of case", "of task", "by", "called by"


class _Relation(NamedTuple):
    object_id: str
    qualifier: str


@dataclass
class _Object:
    kind: str
    since: datetime
    values: dict[str, str]
    relations: list[_Relation] = field(default_factory=list)


def write_ocel_json(cases: Iterable[LoggedCase], file: BinaryIO) -> int:
    """Write the log as one JSON object, events as they are read; how many events."""
    objects: dict[str, _Object] = {}
    kinds: set[str] = set()
    written = 0
    file.write(b'{"events":[')
    for event in _events(cases, objects):
        kinds.add(event.event)
        file.write((b"," if written else b"") + msgspec.json.encode(_event_json(event)))
        written += 1
    file.write(b'],"objects":[')
    for number, (object_id, one) in enumerate(objects.items()):
        file.write((b"," if number else b"") + msgspec.json.encode(_object_json(object_id, one)))
    event_types = [_type_json(kind, _EVENT_ATTRIBUTES) for kind in sorted(kinds)]
    object_types = [_type_json(kind, attributes) for kind, attributes in _OBJECT_ATTRIBUTES.items()]
    types = msgspec.json.encode({"eventTypes": event_types, "objectTypes": object_types})
    file.write(b"]," + types[1:])
    return written


def write_ocel_sqlite(cases: Iterable[LoggedCase], file: Path) -> int:
    """Make a new SQLite file in the relational form of OCEL 2.0; how many events.

    Raises:
        FileExistsError: there is one already.
    """
    if file.exists():
        raise FileExistsError(file)
    objects: dict[str, _Object] = {}
    kinds: set[str] = set()
    written = 0
    with closing(sqlite3.connect(file)) as database, database:
        _make_tables(database)
        for event in _events(cases, objects):
            table = f"event_{_table_name(event.event)}"
            if event.event not in kinds:
                kinds.add(event.event)
                columns = "ocel_id TEXT PRIMARY KEY, ocel_time TEXT, activity TEXT, lifecycle TEXT"
                database.execute(f"CREATE TABLE {table} ({columns})")
                database.execute("INSERT INTO event_map_type VALUES (?, ?)", (event.event, _table_name(event.event)))
            database.execute("INSERT INTO event VALUES (?, ?)", (event.event_id, event.event))
            row = (event.event_id, _instant(event.at), event.activity, event.transition)
            database.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", row)  # noqa: S608  # names of our own
            database.executemany(
                "INSERT INTO event_object VALUES (?, ?, ?)",
                [(event.event_id, relation.object_id, relation.qualifier) for relation in _relations(event)],
            )
            written += 1
        for object_id, one in objects.items():
            _insert_object(database, object_id, one)
    return written


def _events(cases: Iterable[LoggedCase], objects: dict[str, _Object]) -> Iterator[LoggedEvent]:
    """Every event; what it is about is in `objects` when it is given out."""
    for case in cases:
        root = _case_id(case.process_instance_key)
        values = {"number": case.name, "process": case.bpmn_process_id}
        values |= {"region_code": case.region_code} if case.region_code else {}
        values |= {"outcome": case.outcome} if case.outcome else {}
        objects[root] = _Object("case", case.started_at, values)
        for event in case.events:
            own = _case_id(event.process_instance_key)
            if own not in objects:
                objects[own] = _Object(
                    "case", event.at, {"process": event.bpmn_process_id}, [_Relation(root, _CALLED_BY)]
                )
            if event.task_id is not None and _task_id(event) not in objects:
                task = _Object("task", event.at, {"element": event.activity}, [_Relation(own, _OF_CASE)])
                objects[_task_id(event)] = task
            if event.officer is not None and event.officer not in objects:
                objects[event.officer] = _Object("officer", event.at, {})
            yield event


def _relations(event: LoggedEvent) -> list[_Relation]:
    found = [_Relation(_case_id(event.process_instance_key), _OF_CASE)]
    if event.task_id is not None:
        found.append(_Relation(_task_id(event), _OF_TASK))
    if event.officer is not None:
        found.append(_Relation(event.officer, _BY))
    return found


def _event_json(event: LoggedEvent) -> dict[str, Any]:
    return {
        "id": event.event_id,
        "type": event.event,
        "time": _instant(event.at),
        "attributes": [
            {"name": "activity", "value": event.activity},
            {"name": "lifecycle", "value": event.transition},
        ],
        "relationships": [_relation_json(relation) for relation in _relations(event)],
    }


def _object_json(object_id: str, one: _Object) -> dict[str, Any]:
    since = _instant(one.since)
    return {
        "id": object_id,
        "type": one.kind,
        "attributes": [{"name": name, "time": since, "value": value} for name, value in one.values.items()],
        "relationships": [_relation_json(relation) for relation in one.relations],
    }


def _relation_json(relation: _Relation) -> dict[str, str]:
    return {"objectId": relation.object_id, "qualifier": relation.qualifier}


def _type_json(name: str, attributes: Iterable[str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": attribute, "type": "string"} for attribute in attributes]}


def _make_tables(database: sqlite3.Connection) -> None:
    database.executescript(
        "CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);"
        "CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);"
        "CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT,"
        " PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));"
        "CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT,"
        " PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));"
        "CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);"
        "CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);"
    )
    for kind, attributes in _OBJECT_ATTRIBUTES.items():
        columns = "".join(f", {attribute} TEXT" for attribute in attributes)
        database.execute(
            f"CREATE TABLE object_{_table_name(kind)} (ocel_id TEXT, ocel_time TEXT, ocel_changed_field TEXT{columns})"
        )
        database.execute("INSERT INTO object_map_type VALUES (?, ?)", (kind, _table_name(kind)))


def _insert_object(database: sqlite3.Connection, object_id: str, one: _Object) -> None:
    database.execute("INSERT INTO object VALUES (?, ?)", (object_id, one.kind))
    # The specification gives an attribute that holds from the beginning the first instant there is.
    values = [object_id, "1970-01-01T00:00:00.000Z", None]
    values += [one.values.get(attribute) for attribute in _OBJECT_ATTRIBUTES[one.kind]]
    marks = ", ".join("?" * len(values))
    database.execute(f"INSERT INTO object_{_table_name(one.kind)} VALUES ({marks})", values)  # noqa: S608  # our own names
    database.executemany(
        "INSERT OR IGNORE INTO object_object VALUES (?, ?, ?)",
        [(object_id, relation.object_id, relation.qualifier) for relation in one.relations],
    )


def _table_name(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("_"))


def _case_id(process_instance_key: int) -> str:
    return f"case-{process_instance_key}"


def _task_id(event: LoggedEvent) -> str:
    return f"task-{event.task_id}"


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
