"""Makes the Python environment that everything else runs in, then hands over to it.

Run by the system's own Python, before any requirement is installed: standard library only, nothing of ours. The
environment is a virtual environment in the per-user cache, keyed by the requirements, the Python and the machine, so
that two versions of this program never share one. It is built in place (a virtual environment cannot be moved) and
counts only with its `complete` marker: a half-built one is removed.

Usage: environment.py REQUIREMENTS [ARGUMENTS OF ./pena …], with PENA_HOME, PENA_CACHE_DIR and PENA_ENVIRONMENT_POINTER
set by `pena`.
"""

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEY_LENGTH = 16
MARKER = "complete"
LAST_LINES_OF_PIP = 3
NO_NETWORK = r"Failed to establish|Connection|ProxyError|Temporary failure|timed out|No matching distribution"


class EnvironmentNotMade(Exception):
    """The environment could not be made; the text is the sentence for the person at the terminal."""


def environment_folder(cache: Path, requirements: Path) -> Path:
    """Where the environment for these requirements lives, whether it exists or not."""
    digest = hashlib.sha256(requirements.read_bytes())
    digest.update("\0".join((platform.python_version(), sys.base_prefix, sys.platform, platform.machine())).encode())
    return cache / "environments" / f"{requirements.stem}-{digest.hexdigest()[:KEY_LENGTH]}"


def ensure(cache: Path, requirements: Path) -> Path:
    """The environment's Python; made first if it is not there.

    Raises:
        EnvironmentNotMade: no space, no network, no `venv` module, a package that does not match its hash.
    """
    folder = environment_folder(cache, requirements)
    python = folder / "bin" / "python"
    if _is_complete(folder):
        return python
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _exclusively(folder.with_suffix(".lock")):
            if not _is_complete(folder):
                _build(folder, requirements)
    except OSError as error:
        raise EnvironmentNotMade(
            f"the folder {folder.parent} cannot be used ({error.strerror}); "
            "free or unlock it, or set PENA_CACHE_DIR to another."
        ) from error
    return python


def _is_complete(folder: Path) -> bool:
    return (folder / MARKER).exists() and os.access(folder / "bin" / "python", os.X_OK)


@contextmanager
def _exclusively(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another ./pena is making the Python environment; waiting for it …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(folder: Path, requirements: Path) -> None:
    started = time.monotonic()
    if folder.exists():
        _say("the Python environment was left half-made; making it again")
        shutil.rmtree(folder)
    _say("making the Python environment (once; some minutes on a slow line) …")
    made = subprocess.run([sys.executable, "-I", "-m", "venv", str(folder)], capture_output=True, text=True)
    if made.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise EnvironmentNotMade(_why_no_venv(made.stdout + made.stderr))
    try:
        _install(folder, requirements)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    (folder / MARKER).touch()
    _say(f"the Python environment is ready ({time.monotonic() - started:.0f} s, {folder})")


def _why_no_venv(output: str) -> str:
    if "ensurepip" in output:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return (
            f"this Python lacks its `venv` module; on Debian or Ubuntu: apt-get install python{version}-venv, "
            "elsewhere install a complete Python, then run this again."
        )
    last = output.strip().splitlines()[-1:] or ["no message"]
    return f"Python could not make a virtual environment ({last[0]}); mend that, then run this again."


def _install(folder: Path, requirements: Path) -> None:
    wanted = len(re.findall(r"^[A-Za-z0-9].*==", requirements.read_text(encoding="utf-8"), flags=re.MULTILINE))
    pip = [str(folder / "bin" / "python"), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    command = [*pip, "install", "--require-hashes", "--no-deps", "--progress-bar", "off", "-r", str(requirements)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        try:
            said = _follow(process, wanted)
        except BaseException:
            process.terminate()
            raise
    if process.returncode != 0:
        raise EnvironmentNotMade(_why_not_installed(said))


def _follow(process: "subprocess.Popen[str]", wanted: int) -> list[str]:
    """Show how far pip is; returns everything it said."""
    said: list[str] = []
    collected = 0
    assert process.stdout is not None  # noqa: S101 (for the type checker: stdout=PIPE above)
    for line in process.stdout:
        said.append(line.rstrip())
        if line.startswith("Collecting "):
            collected += 1
            _progress(f"  {collected} of up to {wanted} packages: {line.split()[1]}", last=False)
        elif line.startswith("Installing collected"):
            _progress("  unpacking the packages …", last=True)
    return said


def _why_not_installed(said: list[str]) -> str:
    text = "\n".join(said)
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in text:
        return (
            "a downloaded package does not match its pinned hash and was refused; "
            "check the network's proxy or package mirror, then run this again."
        )
    if "No space left" in text:
        return "the disk is full (the environment takes 500 MB); free some space or set PENA_CACHE_DIR, then try again."
    if re.search(NO_NETWORK, text):
        return (
            "the package index could not be reached, and the first start downloads the Python packages; "
            "connect to the network (or set your proxy or mirror for pip), then run this again."
        )
    return "pip could not install the requirements: " + " / ".join(said[-LAST_LINES_OF_PIP:])


def _say(sentence: str) -> None:
    print(f"pena: {sentence}", file=sys.stderr, flush=True)


def _progress(line: str, last: bool) -> None:
    """One line that is overwritten on a terminal, and lines of their own in a file."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="\n" if last else "", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)


def _remember(pointer: Path, python: Path) -> None:
    temporary = pointer.with_name(f"{pointer.name}.{os.getpid()}")
    temporary.write_text(f"{python}\n", encoding="utf-8")
    temporary.replace(pointer)


def main(argv: list[str]) -> int:
    """Make sure of the environment, then become `python -m penaemas.cli` in it."""
    requirements, *rest = argv
    try:
        python = ensure(Path(os.environ["PENA_CACHE_DIR"]), Path(requirements))
        if "PENA_PYTHON" not in os.environ:
            _remember(Path(os.environ["PENA_ENVIRONMENT_POINTER"]), python)
    except EnvironmentNotMade as reason:
        _say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130
    environment = {**os.environ, "PYTHONPATH": os.environ["PENA_HOME"]}
    os.execve(python, [str(python), "-P", "-m", "penaemas.cli", *rest], environment)  # noqa: S606 (no shell wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
