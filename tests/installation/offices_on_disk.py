"""An office that is started as a person starts it: by `./pena up`, in a folder and on ports of its own."""

import os
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

PROJECT = Path(__file__).parents[2]
PORTS = 8
NOBODY_LISTENS = "http://127.0.0.1:9"
# Every way to the outside leads nowhere: what is needed must be here already.
NETWORK_OFF = {
    "HTTP_PROXY": NOBODY_LISTENS,
    "HTTPS_PROXY": NOBODY_LISTENS,
    "http_proxy": NOBODY_LISTENS,
    "https_proxy": NOBODY_LISTENS,
    "PIP_NO_INDEX": "1",
    "npm_config_offline": "true",
}


def free_row() -> int:
    """The first of eight free ports in a row."""
    for base in range(20_000, 30_000, 10):
        if all(_is_free(base + offset) for offset in range(PORTS)):
            return base
    raise AssertionError("no eight free ports in a row")


def pena(*arguments: str, environment: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    command = [str(PROJECT / "pena"), *arguments]
    return subprocess.run(
        command, env=clean_environment() | dict(environment or {}), capture_output=True, text=True, timeout=120
    )


class OfficeOnDisk:
    """`./pena up`, running."""

    def __init__(self, folder: Path, port: int, *options: str, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = port
        self.said: list[str] = []
        self._tree: list[psutil.Process] = []
        command = [str(PROJECT / "pena"), "up", "--data", str(folder), "--port", str(port), *options]
        self.process = subprocess.Popen(
            command,
            env=clean_environment() | dict(environment or {}),
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        """Wait until it says that it is ready."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if "ready in" in line:
                root = psutil.Process(self.process.pid)
                self._tree = [root, *root.children(recursive=True)]
                return self
        raise AssertionError(f"ended with {self.process.wait()} before it was ready:\n{''.join(self.said)}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.end()

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does, or harder; the exit code."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=90)
        self.said.append(rest or "")
        return self.process.returncode

    def left_behind(self) -> list[psutil.Process]:
        """Processes of its tree that still run."""
        return [process for process in self._tree if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]

    def child(self, words: str) -> psutil.Process:
        """The one process of the tree with these words in its command line."""
        root = psutil.Process(self.process.pid)
        (found,) = [child for child in root.children(recursive=True) if words in _words_of(child)]
        return found

    def command(self, *arguments: str) -> str:
        """Run another command on this office; what it printed."""
        name, *rest = arguments
        answer = pena(name, "--data", str(self.folder), *rest)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout


def _words_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return ""


def clean_environment() -> dict[str, str]:
    """This environment without settings of an office, but with the cache that has everything already."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PENA_")}
    return kept | ({"PENA_CACHE_DIR": os.environ["PENA_CACHE_DIR"]} if "PENA_CACHE_DIR" in os.environ else {})


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
