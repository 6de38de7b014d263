"""`./pena history replay` and `search`, as an auditor runs them."""

from __future__ import annotations

import argparse
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from penaemas.cli import history as command
from penaemas.cli.history.walker import Walk
from penaemas.cli.problem import Problem
from tests.history.streams import OpenHistory

NUMBER = "PENA-SMD-2026-00001"


@pytest.fixture(scope="module")
def office(breached_case: OpenHistory) -> Path:
    assert breached_case.database.file
    return breached_case.database.file.parent


def run(folder: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(["--data", str(folder), *words]))


def test_without_a_terminal_every_moment_is_printed(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(office, "replay", NUMBER) == 0

    said = capsys.readouterr().out
    assert "petugas · officer loket.1 Task_RegisterApplication complete" in said
    assert "registration_result" in said
    assert "Permen PKP 5/2025" in said
    assert said.count("tersimpan · stored") > 50


def test_one_position_shows_how_the_case_stood(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(office, "replay", NUMBER, "--at", "677") == 0

    said = capsys.readouterr().out
    assert "Task_VerifyManually" in said
    assert "active" in said


def test_json_is_for_programs(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(office, "replay", NUMBER, "--at", "677", "--json")
    state = json.loads(capsys.readouterr().out)
    run(office, "replay", NUMBER, "--json")
    moments = json.loads(capsys.readouterr().out)

    assert [task["element_id"] for task in state["tasks"]] == ["Task_VerifyManually"]
    assert len(moments) == 56


def test_an_unknown_case_and_a_position_before_it_are_problems_to_mend(office: Path) -> None:
    with pytest.raises(Problem, match="knows no case"):
        run(office, "replay", "PENA-XXX-0000-00000")
    with pytest.raises(Problem, match="had not begun"):
        run(office, "replay", NUMBER, "--at", "1")


def test_cases_are_searched(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(office, "search", "--outcome", "issued", "--from", "2026-11-24") == 0
    assert NUMBER in capsys.readouterr().out

    run(office, "search", "--before", "2026-11-24")
    assert NUMBER not in capsys.readouterr().out
    with pytest.raises(Problem, match="cursor"):
        run(office, "search", "--after", "nonsense")


@pytest.mark.parametrize(
    ("keys", "index"),
    [("", 0), ("n", 1), ("nn", 2), ("nnn", 2), ("p", 0), ("nnp", 1), ("G", 2), ("Gg", 0), ("x", 0), ("ns", 1)],
)
def test_keys_walk_forward_and_back_and_stop_at_both_ends(keys: str, index: int) -> None:
    steps = Walk(3)

    assert all(steps.press(key) for key in keys)

    assert steps.index == index
    assert steps.shows_state is ("s" in keys)


def test_arrows_walk_and_q_ends() -> None:
    steps = Walk(3)

    assert steps.press("\x1b[C")
    assert steps.press("\x1b[C")
    assert steps.press("\x1b[D")
    assert steps.index == 1
    assert not steps.press("q")


def test_a_case_is_walked_in_a_terminal(office: Path) -> None:
    ours, its = pty.openpty()
    arguments = [sys.executable, "-m", "penaemas.cli", "history", "--data", str(office), "replay", NUMBER]
    process = subprocess.Popen(arguments, stdin=its, stdout=its, env={**os.environ, "TERM": "xterm", "COLUMNS": "120"})
    os.close(its)
    try:
        assert "1/56" in _shown(ours, "1/56")
        os.write(ours, b"\x1b[C")
        assert "2/56" in _shown(ours, "2/56")
        os.write(ours, b"G")
        assert "56/56" in _shown(ours, "56/56")
        os.write(ours, b"q")
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        os.close(ours)


def _shown(terminal: int, until: str) -> str:
    seen = b""
    while until.encode() not in seen:
        seen += os.read(terminal, 4096)
    return seen.decode(errors="replace")
