"""Making the Python environment, with a stand-in for pip that needs no network."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from penaemas.cli import environment
from penaemas.cli.environment import MARKER, EnvironmentNotMade, ensure, environment_folder

REQUIREMENTS = "sturdy==1.0 \\\n    --hash=sha256:00\n"


class Pip:
    """Stands in the new environment in pip's place: says what it is told to say and counts its calls."""

    def __init__(self, says: str = "Collecting sturdy==1.0", code: int = 0) -> None:
        self.says = says
        self.code = code
        self.calls = 0

    def install_into(self, command: list[str], **_options: object) -> "subprocess.CompletedProcess[str]":
        self.calls += 1
        folder = Path(command[-1])
        (folder / "bin").mkdir(parents=True)
        python = folder / "bin" / "python"
        python.write_text(f"#!/bin/sh\necho '{self.says}'\nexit {self.code}\n")
        python.chmod(0o755)
        return subprocess.CompletedProcess(command, 0, "", "")


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> Pip:
    stand_in = Pip()
    monkeypatch.setattr(subprocess, "run", stand_in.install_into)
    return stand_in


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.txt"
    file.write_text(REQUIREMENTS)
    return file


def test_the_environment_is_made_once(tmp_path: Path, requirements: Path, pip: Pip) -> None:
    first = ensure(tmp_path / "cache", requirements)

    assert ensure(tmp_path / "cache", requirements) == first
    assert pip.calls == 1


def test_other_requirements_get_an_environment_of_their_own(tmp_path: Path, requirements: Path, pip: Pip) -> None:
    first = ensure(tmp_path / "cache", requirements)
    requirements.write_text(REQUIREMENTS.replace("1.0", "1.1"))

    assert ensure(tmp_path / "cache", requirements) != first
    assert first.exists()


def test_an_environment_that_was_left_half_made_is_made_again(tmp_path: Path, requirements: Path, pip: Pip) -> None:
    folder = environment_folder(tmp_path / "cache", requirements)
    (folder / "bin").mkdir(parents=True)
    (folder / "half.py").touch()

    ensure(tmp_path / "cache", requirements)

    assert not (folder / "half.py").exists()
    assert (folder / MARKER).exists()


def test_an_environment_whose_python_was_removed_is_made_again(tmp_path: Path, requirements: Path, pip: Pip) -> None:
    python = ensure(tmp_path / "cache", requirements)
    python.unlink()
    python.symlink_to("/no/such/python")

    assert os.access(ensure(tmp_path / "cache", requirements), os.X_OK)


@pytest.mark.parametrize(
    ("pip_says", "sentence"),
    [
        ("Failed to establish a new connection", "the package index could not be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "does not match its pinned hash and was refused"),
        ("OSError: No space left on device", "the disk is full"),
        ("ERROR: something new", "pip could not install the requirements: ERROR: something new"),
    ],
)
def test_a_failed_installation_is_explained_and_leaves_nothing(
    tmp_path: Path, requirements: Path, pip: Pip, pip_says: str, sentence: str
) -> None:
    pip.says, pip.code = pip_says, 1

    with pytest.raises(EnvironmentNotMade, match=sentence):
        ensure(tmp_path / "cache", requirements)

    assert not environment_folder(tmp_path / "cache", requirements).exists()


def test_debians_missing_package_is_named(tmp_path: Path, requirements: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_ensurepip(command: list[str], **_options: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess(command, 1, "because ensurepip is not available", "")

    monkeypatch.setattr(subprocess, "run", without_ensurepip)

    with pytest.raises(EnvironmentNotMade, match=rf"apt-get install python3\.{sys.version_info.minor}-venv"):
        ensure(tmp_path / "cache", requirements)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, requirements: Path) -> None:
    (tmp_path / "cache").write_text("a file in its place")

    with pytest.raises(EnvironmentNotMade, match="cannot be used .* set PENA_CACHE_DIR to another"):
        ensure(tmp_path / "cache", requirements)


def test_it_is_written_with_the_standard_library_alone() -> None:
    source = Path(environment.__file__)
    blocked = "import sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]; "
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"{blocked}import runpy; runpy.run_path({str(source)!r}, run_name='imported')",
    ]

    assert subprocess.run(command, capture_output=True, text=True).stderr == ""
