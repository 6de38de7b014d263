"""A machine that has Python and a POSIX shell, and neither Java nor Node."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from penaemas.zeebe.java_runtime import SYSTEM_JAVA_HOMES

# All that the `pena` script calls; POSIX asks every system to have them.
OF_THE_SHELL = ("sh", "cksum", "dirname", "readlink", "tr", "uname")


@dataclass(frozen=True)
class BareMachine:
    """How a command is run there.

    Attributes:
        inside: what goes before the command, to hide the Java of this machine from it.
        environment: a PATH with those programs alone.
        has_no_java: False where this machine has a Java and we may not hide it.
    """

    inside: tuple[str, ...]
    environment: dict[str, str]
    has_no_java: bool


def bare_machine(folder: Path) -> BareMachine:
    """folder: where the programs that are left are put."""
    folder.mkdir()
    for program in OF_THE_SHELL:
        found = shutil.which(program)
        assert found, f"this is no POSIX system: {program} is missing"
        (folder / program).symlink_to(found)
    (folder / "python3").symlink_to(sys.executable)
    hidden = [str(home) for home, _ in SYSTEM_JAVA_HOMES if home.exists()]
    inside = _hiding(hidden)
    return BareMachine(inside, {"PATH": str(folder), "JAVA_HOME": ""}, has_no_java=not hidden or bool(inside))


def _hiding(folders: list[str]) -> tuple[str, ...]:
    """An empty folder in the place of each, for the command alone: in a mount namespace of its own."""
    unshare, mount, shell = shutil.which("unshare"), shutil.which("mount"), shutil.which("sh")
    if not folders or os.geteuid() != 0 or None in (unshare, mount, shell):
        return ()
    steps = [f"{mount} -t tmpfs none {folder}" for folder in folders]
    return (str(unshare), "--mount", str(shell), "-c", " && ".join([*steps, 'exec "$@"']), "sh")
