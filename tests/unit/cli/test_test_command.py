"""What `./pena test` brings before it runs pytest, and what the test run itself refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from penaemas.cli import test as command
from penaemas.cli.problem import Problem
from penaemas.cli.supervision.progress import Progress

TESTS = Path(__file__).parents[2]
SKIPPED = "import pytest\n\ndef test_of_a_browser():\n    pytest.skip('there is no browser')\n"


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A machine without the programs; returns the commands that were run on it."""
    ran: list[list[str]] = []

    def run(arguments: list[str], **_options: object) -> "subprocess.CompletedProcess[str]":
        ran.append(arguments)
        return subprocess.CompletedProcess(arguments, 0, "", "")

    monkeypatch.setattr(command.SystemTool, "is_missing", lambda _tool: True)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("shutil.which", lambda program: f"/usr/bin/{program}")
    return ran


def test_on_debian_as_root_the_missing_programs_are_installed(
    bare_machine: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    command.bring_system_tools(Progress())

    assert [arguments[1] for arguments in bare_machine] == ["update", "install"]
    assert bare_machine[1][-5:] == ["chromium", "postgresql", "prometheus", "poppler-utils", "libnss3-tools"]


def test_elsewhere_they_are_named_and_nothing_is_changed(
    bare_machine: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(Problem, match="not on this machine: chromium postgresql prometheus poppler-utils"):
        command.bring_system_tools(Progress())

    assert bare_machine == []


@pytest.mark.parametrize(("ci", "exit_code"), [("true", 1), ("", 0)])
def test_a_skipped_test_fails_the_run_in_ci(tmp_path: Path, ci: str, exit_code: int) -> None:
    (tmp_path / "conftest.py").write_text(
        (TESTS / "conftest.py").read_text().replace("pytest_plugins = ", "_plugins = ")
    )
    (tmp_path / "test_page.py").write_text(SKIPPED)

    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        env=os.environ | {"CI": ci},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert answer.returncode == exit_code, answer.stdout
    assert ("in CI nothing may be" in answer.stdout) == bool(ci)
