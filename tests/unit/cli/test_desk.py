"""Officers at the command line: what they hand in is kept whether or not the engine is there."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

import penaemas.history
from penaemas.casefiles.tables import case_file, outbox
from penaemas.cli.__main__ import main
from penaemas.cli.supervision.installation import Installation
from penaemas.history import tables as history_tables
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade

EXAMPLES = Path(__file__).parents[3] / "examples"
REQUEST = str(EXAMPLES / "information_request_park_budget.json")
TASK, INSTANCE = 2251799813685300, 2251799813685249


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office that was started before and does not run now."""
    marker = Installation.begin(tmp_path, "embedded", "8.5.8", demo=False)
    marker.write(tmp_path)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PENA_PORT", str(nobody.getsockname()[1]))
    with Database.open(f"sqlite:///{tmp_path}/history.sqlite") as history:
        upgrade(history, Path(penaemas.history.__file__).parent)
    return tmp_path


def pena(folder: Path, command: str, *arguments: str) -> int:
    return main([command, "--data", str(folder), *arguments])


def submit(folder: Path, *options: str, file: str = REQUEST) -> int:
    return pena(folder, "case", "submit", "public_information_request", file, "--as", "counter.1", *options)


def count(folder: Path, table: str) -> int:
    with Database.open(f"sqlite:///{folder}/office.sqlite") as office, office.reading() as connection:
        return connection.execute(
            select(func.count()).select_from({"cases": case_file, "commands": outbox}[table])
        ).scalar_one()


def the_case_id(folder: Path) -> str:
    with Database.open(f"sqlite:///{folder}/office.sqlite") as office, office.reading() as connection:
        case_id: str = connection.execute(select(case_file.c.case_id)).scalar_one()
    return case_id


def open_task(folder: Path) -> None:
    """The history has seen the case come to its task."""
    with Database.open(f"sqlite:///{folder}/history.sqlite") as history, history.transaction() as connection:
        connection.execute(
            insert(history_tables.cases).values(
                process_instance_key=INSTANCE,
                last_record_id=1,
                bpmn_process_id="public_information_request",
                version=1,
                process_definition_key=1,
                state="active",
                started_at_ms=1,
                case_id=the_case_id(folder),
            )
        )
        connection.execute(
            insert(history_tables.tasks).values(
                user_task_key=TASK,
                last_record_id=2,
                process_instance_key=INSTANCE,
                bpmn_process_id="public_information_request",
                process_definition_key=1,
                element_id="Task_AnswerRequest",
                element_instance_key=3,
                state="created",
                candidate_groups='["32.11/PPID"]',
                form_reference="public_information_request_answer_request",
                created_at_ms=1,
                last_action="created",
                provisional=False,
            )
        )


def test_a_request_is_kept_while_the_engine_is_away(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert submit(folder) == 0

    said = capsys.readouterr().out
    assert "diterima · received" in said
    assert "sent as soon as the engine is there" in said
    assert (count(folder, "cases"), count(folder, "commands")) == (1, 1)


def test_a_submission_repeated_with_its_id_happens_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [submit(folder, "--request-id", "loket-1"), submit(folder, "--request-id", "loket-1")] == [0, 0]

    assert "received before" in capsys.readouterr().out
    assert count(folder, "cases") == 1


def test_wrong_input_names_every_fault_and_stores_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = json.loads(Path(REQUEST).read_text())
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(entry | {"requester_contact": "Jalan Rekaan", "purpose": ""}))

    assert submit(folder, file=str(wrong)) == 1

    said = capsys.readouterr().err
    assert "requester_contact: is neither an e-mail address nor a mobile number" in said
    assert "purpose: is too short" in said
    assert "Jalan Rekaan" not in said
    assert count(folder, "cases") == 0


@pytest.mark.parametrize("content", [None, "no JSON"])
def test_a_file_that_cannot_be_used_is_said(
    folder: Path, tmp_path: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "entry.json"
    if content is not None:
        file.write_text(content)

    assert submit(folder, file=str(file)) == 1
    assert str(file) in capsys.readouterr().err


def test_a_case_is_shown_by_its_id_without_anything_personal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    submit(folder)
    open_task(folder)
    capsys.readouterr()

    assert pena(folder, "case", "show", the_case_id(folder)) == 0

    said = capsys.readouterr().out
    assert f"Task_AnswerRequest {TASK}: 32.11/PPID" in said
    assert "1. start_case (counter.1): menunggu" in said
    assert "Budi" not in said


def test_an_unknown_case_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pena(folder, "case", "show", "PIP-3211-2026-0001") == 1
    assert "no case PIP-3211-2026-0001" in capsys.readouterr().err


def test_cases_and_tasks_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    submit(folder)
    open_task(folder)
    capsys.readouterr()

    assert [pena(folder, "case", "list"), pena(folder, "task", "list", "--group", "32.11/PPID")] == [0, 0]

    said = capsys.readouterr().out
    assert said.count(the_case_id(folder)) == 2
    assert str(TASK) in said


def test_a_completed_task_waits_in_the_outbox_and_a_second_officer_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    submit(folder)
    open_task(folder)
    form = ("--form", str(EXAMPLES / "information_request_answer_given.json"))

    assert pena(folder, "task", "complete", str(TASK), "--as", "ppid.satu", *form) == 0
    assert pena(folder, "task", "complete", str(TASK), "--as", "ppid.dua", *form) == 1

    assert "answered by ppid.satu" in capsys.readouterr().err
    assert count(folder, "commands") == 2


def test_a_claim_waits_in_the_outbox(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    submit(folder)
    open_task(folder)

    assert pena(folder, "task", "claim", str(TASK), "--as", "ppid.satu") == 0

    assert "waiting" in capsys.readouterr().out
    assert count(folder, "commands") == 2


def test_an_officer_reads_what_the_applicant_asks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    submit(folder)
    open_task(folder)

    assert pena(folder, "task", "show", str(TASK), "--as", "ppid.satu") == 0
    assert "information_requested: Rincian anggaran" in capsys.readouterr().out


def test_a_task_that_nobody_knows_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pena(folder, "task", "claim", "77", "--as", "ppid.satu") == 1
    assert "no task 77" in capsys.readouterr().err


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("information_request_*.json")), ids=lambda path: path.stem)
def test_every_example_is_accepted(folder: Path, file: Path) -> None:
    if "answer" not in file.stem:
        assert submit(folder, file=str(file)) == 0
        return
    submit(folder)
    open_task(folder)
    assert pena(folder, "task", "complete", str(TASK), "--as", "ppid.satu", "--form", str(file)) == 0
