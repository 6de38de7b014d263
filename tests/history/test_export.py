"""Event logs as other programs read them; officers are not named."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from jsonschema import validate  # type: ignore[import-untyped]

from penaemas.cli.problem import Problem
from penaemas.history.export import (
    CaseLog,
    LoggedCase,
    Pseudonyms,
    Selection,
    write_csv,
    write_ocel_json,
    write_ocel_sqlite,
    write_xes,
)
from tests.history.streams import OpenHistory
from tests.history.test_replay_command import NUMBER, run
from tests.history.xes_rules import broken_rules

OFFICERS = {"loket.1", "kadis", "tpt.2", "operator.1", "pengawas.1"}
XES = "{http://www.xes-standard.org/}"

_ATTRIBUTES = {"type": "array", "items": {"type": "object", "required": ["name", "value"]}}
_RELATIONS = {"type": "array", "items": {"type": "object", "required": ["objectId", "qualifier"]}}
_TYPES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "attributes"],
        "properties": {"attributes": {"type": "array", "items": {"type": "object", "required": ["name", "type"]}}},
    },
}
OCEL_SCHEMA = {
    "type": "object",
    "required": ["objectTypes", "eventTypes", "objects", "events"],
    "additionalProperties": False,
    "properties": {
        "objectTypes": _TYPES,
        "eventTypes": _TYPES,
        "objects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type"],
                "properties": {"attributes": _ATTRIBUTES, "relationships": _RELATIONS},
            },
        },
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "time"],
                "properties": {"attributes": _ATTRIBUTES, "relationships": _RELATIONS},
            },
        },
    },
}


@pytest.fixture(scope="module")
def cases(breached_case: OpenHistory) -> list[LoggedCase]:
    return list(CaseLog(breached_case.database, Pseudonyms(b"k" * 32)).cases(Selection()))


def test_a_case_is_logged_with_the_processes_it_called(cases: list[LoggedCase]) -> None:
    (case,) = cases
    positions = [int(event.event_id.partition("-")[2]) for event in case.events]

    assert (case.name, case.outcome) == (NUMBER, "issued")
    assert {event.bpmn_process_id for event in case.events} == {"pbg_mbr_3_jam", "step_escalation_v1"}
    assert positions == sorted(positions)


def test_an_officer_has_one_pseudonym_and_no_name(cases: list[LoggedCase]) -> None:
    done = {event.activity: event.officer for event in cases[0].events if event.event == "task_completed"}

    assert done["Task_CheckCompleteness"] == done["Task_RecordSimbgRegistration"] != done["Task_SignPermit"]
    assert all(officer and officer.startswith("officer-") for officer in done.values())


def test_another_key_gives_other_pseudonyms() -> None:
    assert Pseudonyms(b"a").of("kadis") == Pseudonyms(b"a").of("kadis") != Pseudonyms(b"b").of("kadis")
    assert Pseudonyms().of("kadis") != Pseudonyms().of("kadis")
    assert Pseudonyms().of(None) is None


def test_csv_has_a_line_for_each_event(cases: list[LoggedCase]) -> None:
    file = io.StringIO(newline="")
    events = write_csv(cases, file)
    lines = list(csv.DictReader(io.StringIO(file.getvalue())))

    assert len(lines) == events == len(cases[0].events)
    assert lines[0]["case"] == NUMBER
    assert datetime.fromisoformat(lines[0]["timestamp"]).tzinfo


def test_csv_never_begins_a_cell_as_a_formula(cases: list[LoggedCase]) -> None:
    file = io.StringIO(newline="")
    write_csv([replace(cases[0], name="=1+1")], file)

    assert all(line["case"] == "'=1+1" for line in csv.DictReader(io.StringIO(file.getvalue())))


def test_xes_is_a_log_of_the_standard(cases: list[LoggedCase]) -> None:
    file = io.BytesIO()
    events = write_xes(cases, file)
    log = fromstring(file.getvalue())  # noqa: S314  # our own

    assert (log.tag, log.get("xes.version")) == (f"{XES}log", "1849.2016")
    # The order that the standard's schema prescribes.
    children = [child.tag.removeprefix(XES) for child in log]
    order = ["extension", "global", "classifier", "string", "trace"]
    assert children == sorted(children, key=order.index)
    declared = {extension.get("prefix") for extension in log.iter(f"{XES}extension")}
    used = {key.partition(":")[0] for key in keys_of(log) if ":" in key} - {"pena"}
    assert used <= declared
    assert len(list(log.iter(f"{XES}event"))) == events
    transitions = {value_of(event, "lifecycle:transition") for event in log.iter(f"{XES}event")}
    assert transitions <= {"schedule", "assign", "reassign", "start", "complete", "ate_abort", "withdraw"}
    for event in log.iter(f"{XES}event"):
        assert datetime.fromisoformat(value_of(event, "time:timestamp")).tzinfo


def test_xes_breaks_no_rule_of_the_standard_s_schema(cases: list[LoggedCase]) -> None:
    file = io.BytesIO()
    write_xes(cases, file)

    assert broken_rules(fromstring(file.getvalue())) == []  # noqa: S314  # our own


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (b'name="Activity"', b'name="An activity"'),
        (b'xes.version="1849.2016"', b'xes.version="IEEE"'),
        (b'key="pena:process_version" value="', b'key="pena:process_version" value="v'),
        (b'key="time:timestamp" value="20', b'key="time:timestamp" value="today 20'),
        (b'key="pena:state"', b'key="pena state"'),
        (b'prefix="org" ', b""),
    ],
)
def test_a_log_that_breaks_a_rule_would_be_noticed(cases: list[LoggedCase], written: bytes, instead: bytes) -> None:
    file = io.BytesIO()
    write_xes(cases, file)
    content = file.getvalue()
    assert written in content
    log = fromstring(content.replace(written, instead))  # noqa: S314  # our own

    assert broken_rules(log)


def keys_of(log: Element) -> list[str]:
    return [element.get("key", "") for element in log.iter() if element.get("key")]


def value_of(event: Element, key: str) -> str:
    return next(attribute.get("value", "") for attribute in event if attribute.get("key") == key)


def test_ocel_json_relates_events_to_cases_tasks_and_officers(cases: list[LoggedCase]) -> None:
    file = io.BytesIO()
    events = write_ocel_json(cases, file)
    log = json.loads(file.getvalue())

    validate(log, OCEL_SCHEMA)
    assert len(log["events"]) == events
    objects = {one["id"]: one["type"] for one in log["objects"]}
    assert Counter(objects.values())["case"] == 4
    assert set(objects.values()) == {kind["name"] for kind in log["objectTypes"]}
    assert {event["type"] for event in log["events"]} == {kind["name"] for kind in log["eventTypes"]}
    related = [one for event in log["events"] for one in event["relationships"]]
    related += [one for each in log["objects"] for one in each["relationships"]]
    assert all(one["objectId"] in objects for one in related)


def test_ocel_sqlite_says_the_same_as_ocel_json(cases: list[LoggedCase], tmp_path: Path) -> None:
    file = io.BytesIO()
    write_ocel_json(cases, file)
    log = json.loads(file.getvalue())
    write_ocel_sqlite(cases, tmp_path / "log.sqlite")
    database = sqlite3.connect(tmp_path / "log.sqlite")

    def rows(query: str) -> list[Any]:
        return sorted(database.execute(query).fetchall())

    assert rows("SELECT * FROM event") == sorted((event["id"], event["type"]) for event in log["events"])
    assert rows("SELECT * FROM object") == sorted((one["id"], one["type"]) for one in log["objects"])
    assert rows("SELECT * FROM event_object") == sorted(
        (event["id"], one["objectId"], one["qualifier"]) for event in log["events"] for one in event["relationships"]
    )
    for kind, table in rows("SELECT * FROM event_map_type"):
        expected = {(event["id"], event["time"]) for event in log["events"] if event["type"] == kind}
        assert set(rows(f"SELECT ocel_id, ocel_time FROM event_{table}")) == expected  # noqa: S608
    database.close()
    with pytest.raises(FileExistsError):
        write_ocel_sqlite(cases, tmp_path / "log.sqlite")


@pytest.mark.parametrize("form", ["csv", "xes", "ocel-json", "ocel-sqlite"])
def test_the_command_writes_every_form_without_a_name(
    breached_case: OpenHistory, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    assert breached_case.database.file
    office, file = breached_case.database.file.parent, tmp_path / "log"

    assert run(office, "export", form, str(file)) == 0

    assert "events written" in capsys.readouterr().out
    written = file.read_bytes()
    assert b"Task_SignPermit" in written
    assert not [
        officer for officer in OFFICERS if f'"{officer}"'.encode() in written or f",{officer},".encode() in written
    ]
    with pytest.raises(Problem, match="already"):
        run(office, "export", form, str(file))
    assert [each.name for each in tmp_path.iterdir()] == ["log"]


def test_a_selection_chooses_by_process_and_day(breached_case: OpenHistory) -> None:
    log = CaseLog(breached_case.database, Pseudonyms())
    day = datetime.fromisoformat("2026-11-24T00:00:00+07:00")

    assert list(log.cases(Selection(bpmn_process_id="other"))) == []
    assert len(list(log.cases(Selection(started_from=day)))) == 1
    assert list(log.cases(Selection(started_before=day))) == []
