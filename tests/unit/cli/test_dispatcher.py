"""`./pena` itself: which command runs, and what it says when none does."""

import argparse
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from penaemas.cli.__main__ import DONE, FAILED, WRONG_USE, main
from penaemas.cli.commands import AUDIENCES, COMMANDS, by_audience, summary_of
from penaemas.cli.problem import Problem

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def greet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> types.ModuleType:
    """A command of our own in the table."""
    module = types.ModuleType("greet")
    module.add_arguments = lambda parser: parser.add_argument("name")  # type: ignore[attr-defined]
    module.run = lambda args: DONE  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "penaemas.cli.greet", module)
    monkeypatch.setitem(COMMANDS, "greet", "penaemas.cli.greet")
    source = tmp_path / "greet.py"
    source.write_text('SUMMARY = ("Menyapa", "Greet somebody")\nAUDIENCE = ("officers",)\n')
    monkeypatch.setattr("penaemas.cli.commands._source", lambda _module: source)
    return module


def test_a_command_gets_its_arguments_and_its_result_is_the_exit_code(greet: types.ModuleType) -> None:
    greeted: list[str] = []

    def run(args: argparse.Namespace) -> int:
        greeted.append(args.name)
        return FAILED

    greet.run = run  # type: ignore[attr-defined]

    assert main(["greet", "Siti"]) == FAILED
    assert greeted == ["Siti"]


def test_a_problem_is_told_in_two_lines_without_a_traceback(
    greet: types.ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_args: argparse.Namespace) -> int:
        raise Problem("nobody is there.", "Come back tomorrow.")

    greet.run = run  # type: ignore[attr-defined]

    assert main(["greet", "Siti"]) == FAILED
    assert capsys.readouterr().err == "pena: nobody is there.\n      Come back tomorrow.\n"


def test_wrong_arguments_end_with_two(greet: types.ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["greet"])

    assert ended.value.code == WRONG_USE
    assert "usage: ./pena greet" in capsys.readouterr().err


def test_help_of_a_command_says_what_it_does_in_both_languages(
    greet: types.ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["greet", "--help"])

    assert ended.value.code == DONE
    assert "Menyapa · Greet somebody" in capsys.readouterr().out


def test_a_mistyped_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deply"]) == WRONG_USE
    assert "Did you mean `./pena deploy`?" in capsys.readouterr().err


def test_pena_alone_lists_every_command_under_everybody_who_uses_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == DONE

    listed = capsys.readouterr().out
    for command in COMMANDS:
        line = summary_of(command)
        assert listed.count(f"./pena {command:<8} {line.indonesian} · {line.english}") == len(line.audience)


def test_every_kind_of_people_finds_a_command_and_no_command_is_for_nobody() -> None:
    assert {name for name, lines in by_audience().items() if lines} == set(AUDIENCES)
    assert {line.command for lines in by_audience().values() for line in lines} == set(COMMANDS)


def test_pena_is_found_through_a_symlink_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "first").symlink_to(PROJECT / "pena")
    (tmp_path / "bin" / "pena").symlink_to("../first")
    # A Python that is too old stops the script right after it has found its own folder, before any download.
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    answer = run_pena(tmp_path / "bin" / "pena", cwd=tmp_path, PENA_PYTHON=str(old))

    assert answer.returncode == FAILED
    assert answer.stderr == f"pena: PENA_PYTHON={old} is not a Python 3.11 or newer; set it to one, or unset it.\n"


def test_without_any_python_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    for tool in ("dirname", "uname", "cksum", "tr", "readlink"):
        (tmp_path / tool).symlink_to(
            next(Path(folder, tool) for folder in ("/usr/bin", "/bin") if Path(folder, tool).exists())
        )

    answer = run_pena(PROJECT / "pena", cwd=tmp_path, PATH=str(tmp_path), PENA_CACHE_DIR=str(tmp_path / "cache"))

    assert answer.returncode == FAILED
    assert answer.stderr == "pena: no Python 3.11 or newer was found; install one, or set PENA_PYTHON to its path.\n"


def run_pena(script: Path, *, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PENA_")}
    return subprocess.run(
        ["/bin/sh", str(script), "up"], cwd=cwd, env=clean | environment, capture_output=True, text=True
    )
