"""`./pena case submit pbg_mbr_3_jam` and what follows, with the shipped example."""

from __future__ import annotations

import json
import re
import socket
import struct
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

import penaemas.history
from penaemas.casefiles.media import MOST_BYTES
from penaemas.casefiles.pbg_tables import pbg_step
from penaemas.casefiles.tables import case_file
from penaemas.cli.__main__ import main
from penaemas.cli.supervision.installation import Installation
from penaemas.history import tables as history_tables
from penaemas.licensing.instants import WIB
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from tests.pbg import png

EXAMPLE = Path(__file__).parents[3] / "examples" / "pbg_mbr_issued.json"
TASK = 2251799813685300
# Says of itself that it is huge; nobody unpacks it to see.
ENDLESS = png(1, 1).replace(struct.pack(">II", 1, 1), struct.pack(">II", 10_000, 10_000), 1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office that was started before and does not run now."""
    Installation.begin(tmp_path, "embedded", "8.5.8", demo=False).write(tmp_path)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PENA_PORT", str(nobody.getsockname()[1]))
    with Database.open(f"sqlite:///{tmp_path}/history.sqlite") as history:
        upgrade(history, Path(penaemas.history.__file__).parent)
    return tmp_path


def pena(folder: Path, command: str, *arguments: str) -> int:
    return main([command, "--data", str(folder), *arguments])


def submit(folder: Path, file: Path = EXAMPLE, *options: str) -> int:
    return pena(folder, "case", "submit", "pbg_mbr_3_jam", str(file), "--as", "loket.1", *options)


def changed(tmp_path: Path, **application: Any) -> Path:
    """The example with some fields of the application changed, in a folder without its documents."""
    content = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    content["application"] |= application
    content["documents"] = {}
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def case_ids(folder: Path) -> list[str]:
    with Database.open(f"sqlite:///{folder}/office.sqlite") as office, office.reading() as connection:
        return list(connection.execute(select(case_file.c.case_id)).scalars())


def test_the_example_is_accepted_and_its_receipt_has_both_codes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert submit(folder) == 0

    said = capsys.readouterr().out
    assert re.search(r"tracking code \(status only\)\s+[A-Z2-7]{4}(-[A-Z2-7]{4}){3}\n", said)
    assert re.search(r"secret\s+[A-Z2-7]{4}(-[A-Z2-7]{4}){5}\n", said)
    assert re.search(r"due \d{2}-\d{2}-\d{4} \d{2}\.\d{2} WIB", said)  # told before it was accepted
    assert len(list((folder / "files").glob("*/*"))) == 6


def test_a_repeated_submission_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [submit(folder, EXAMPLE, "--request-id", "loket-7") for _ in range(2)] == [0, 0]

    assert "received before" in capsys.readouterr().out
    assert len(case_ids(folder)) == 1


def test_wrong_input_is_told_by_field_rule_and_fix_and_nothing_is_stored(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert submit(folder, changed(tmp_path, floor_area_m2=0, land_right_kind="SEWA")) == 1

    said = capsys.readouterr().err
    assert "floor_area_m2: must be more than 0" in said
    assert "land_right_kind: is none of the choices" in said
    assert case_ids(folder) == []


def test_a_document_that_is_not_there_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = changed(tmp_path)
    content = json.loads(file.read_text(encoding="utf-8")) | {"documents": {"KTP": "missing.pdf"}}
    file.write_text(json.dumps(content), encoding="utf-8")

    assert submit(folder, file) == 1

    assert "documents.KTP: cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "said_about_it"),
    [
        ("large.pdf", b"%PDF-1.4\n" + bytes(MOST_BYTES) + b"\n%%EOF\n", "is larger than 10 MB"),
        ("tiny.png", png(999, 999), "has fewer than 1,000 pixels on the long side"),
        ("endless.png", ENDLESS, "has more than 80 million pixels"),
        ("torn.png", png(1200, 800)[:20], "is a damaged picture"),
        ("ktp.pdf", b"MZ this is a program", "is neither PDF, JPEG nor PNG"),
        ("ktp.pdf", b"", "is neither PDF, JPEG nor PNG"),
    ],
    ids=["too large", "too few pixels", "too many pixels", "torn", "another type", "empty"],
)
def test_a_file_beyond_the_limits_is_told_by_its_kind_and_nothing_is_stored(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, said_about_it: str
) -> None:
    file = changed(tmp_path)
    (tmp_path / name).write_bytes(content)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"documents": {"KTP": name}}), encoding="utf-8")

    assert submit(folder, file) == 1

    said = capsys.readouterr().err
    assert "documents.KTP: " in said
    assert said_about_it in said
    assert case_ids(folder) == []
    assert not list((folder / "files").glob("*/*"))


def test_a_case_received_on_paper_shows_both_its_times(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    received = (datetime.now(WIB) - timedelta(days=3)).replace(hour=9, minute=10, second=0, microsecond=0)
    late = ("--late-reason", "Listrik padam sejak pagi.", "--late-supervisor", "kabid.1")

    assert submit(folder, EXAMPLE, "--paper-received-at", f"{received:%Y-%m-%dT%H:%M}", *late) == 0

    (case_id,) = case_ids(folder)
    capsys.readouterr()
    assert pena(folder, "case", "show", case_id) == 0
    said = capsys.readouterr().out
    assert f"on paper {received:%d-%m-%Y} 09.10 WIB, dientri · entered {datetime.now(WIB):%d-%m-%Y}" in said
    assert "(kabid.1)" in said


@pytest.mark.parametrize(
    ("options", "said_about_it"),
    [
        (("--paper-received-at", "2026-02-02T09:10"), "--late-reason: is required for a late entry"),
        (("--late-reason", "Listrik padam."), "--late-supervisor: is required for a late entry"),
        (
            ("--paper-received-at", "2020-01-01T09:10", "--late-reason", "padam", "--late-supervisor", "kabid.1"),
            "paper_received_at: ",
        ),
    ],
    ids=["only the time", "only the reason", "years ago"],
)
def test_a_late_entry_that_is_not_whole_or_not_plausible_stores_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], said_about_it: str
) -> None:
    assert submit(folder, EXAMPLE, *options) == 1

    assert said_about_it in capsys.readouterr().err
    assert case_ids(folder) == []


def test_a_process_without_late_entries_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = EXAMPLE.parent / "information_request_park_budget.json"
    late = ("--paper-received-at", "2026-02-02T09:10", "--late-reason", "padam", "--late-supervisor", "kabid.1")

    assert pena(folder, "case", "submit", "public_information_request", str(request), *late) == 1

    assert "knows no late entry" in capsys.readouterr().err


def test_a_file_of_another_form_is_told_what_it_should_look_like(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.json"
    file.write_text("[]", encoding="utf-8")

    assert submit(folder, file) == 1

    assert "examples/pbg_mbr_issued.json" in capsys.readouterr().err


def test_a_case_is_shown_and_its_step_completed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    submit(folder)
    (case_id,) = case_ids(folder)
    open_task(folder, case_id)
    entry = folder / "entry.json"
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    entry.write_text(json.dumps(example["play"][1]["entry"]), encoding="utf-8")
    capsys.readouterr()

    assert pena(folder, "case", "show", case_id) == 0
    assert pena(folder, "task", "show", str(TASK), "--as", "loket.1") == 0
    assert pena(folder, "task", "complete", str(TASK), "--as", "loket.1", "--form", str(entry)) == 0
    assert pena(folder, "task", "complete", str(TASK), "--as", "loket.2", "--form", str(entry)) == 1

    captured = capsys.readouterr()
    assert "applicant_name: Budi Rekaan" in captured.out
    assert "completed by loket.1" in captured.err
    with Database.open(f"sqlite:///{folder}/office.sqlite") as office, office.reading() as connection:
        assert connection.execute(select(func.count()).select_from(pbg_step)).scalar() == 1


def test_a_script_that_lets_time_pass_is_not_played_on_an_office_that_others_use(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pena(folder, "case", "play", str(EXAMPLE.with_name("pbg_mbr_breached.json"))) == 1

    assert "Play it with --twin" in capsys.readouterr().err
    assert case_ids(folder) == []


def test_a_fault_in_a_script_is_told_before_anything_is_stored(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    content["play"][0]["entry"]["presence_ktp"] = "HILANG"
    file = tmp_path / "faulty.json"
    file.write_text(json.dumps(content), encoding="utf-8")

    assert pena(folder, "case", "play", str(file)) == 1

    assert "play.0.entry.presence_ktp: is none of the choices. Fix: choose" in capsys.readouterr().err
    assert case_ids(folder) == []


def open_task(folder: Path, case_id: str) -> None:
    """The history has seen the case come to its registration."""
    with Database.open(f"sqlite:///{folder}/history.sqlite") as history, history.transaction() as connection:
        same = {"process_instance_key": 1, "bpmn_process_id": "pbg_mbr_3_jam", "process_definition_key": 1}
        connection.execute(
            insert(history_tables.cases).values(
                **same, last_record_id=1, version=1, state="active", started_at_ms=1, case_id=case_id
            )
        )
        connection.execute(
            insert(history_tables.tasks).values(
                **same,
                user_task_key=TASK,
                last_record_id=2,
                element_id="Task_RegisterApplication",
                element_instance_key=3,
                state="created",
                candidate_groups='["32.11/LOKET"]',
                form_reference="pbg_mbr_3_jam_register_application",
                created_at_ms=1,
                last_action="created",
                provisional=False,
            )
        )
