"""`./pena history`, as an operator or auditor runs it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from penaemas.cli import history as command
from penaemas.cli.history.status import INCOMPLETE
from penaemas.cli.problem import Problem
from penaemas.history.intake.acceptance import Feed
from penaemas.storage.database import Database
from tests.history.streams import OpenHistory, changed, recorded


def run(folder: Path, action: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(["--data", str(folder), action]))


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A data folder with a recorded history."""
    with Database.open(f"sqlite:///{tmp_path}/history.sqlite") as database:
        OpenHistory(database).takes(Feed.FULL, recorded("six_cases_full"))
    return tmp_path


def test_a_complete_history_says_how_far_it_goes(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(office, "status") == 0

    assert "607" in capsys.readouterr().out


def test_gaps_and_quarantine_are_shown_and_fail_the_command(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stream = recorded("six_cases_full")
    with Database.open(f"sqlite:///{office}/other.sqlite") as database:
        history = OpenHistory(database)
        history.takes(Feed.FULL, [*stream[:10], *stream[15:20]])
        history.takes(Feed.FULL, [changed(stream[0], rb'"timestamp":\d+', b'"timestamp":1')])
    (office / "other.sqlite").replace(office / "history.sqlite")

    assert run(office, "status") == INCOMPLETE

    said = " ".join(capsys.readouterr().out.split())
    assert "5 of positions 11 to 15" in said
    assert "position 1, different_duplicate" in said


def test_a_rebuild_says_how_many_records_it_read(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(office, "rebuild") == 0

    assert "607 records read" in capsys.readouterr().out


def test_a_folder_that_is_no_office_is_a_problem_to_mend(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be used"):
        run(tmp_path / "missing", "status")


def test_the_office_may_be_named_after_the_action(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)

    assert command.run(parser.parse_args(["status", "--data", str(office)])) == 0

    assert "607" in capsys.readouterr().out
