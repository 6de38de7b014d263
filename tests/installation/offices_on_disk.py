"""An office that is started as a person starts it: by `./pena up`, in a folder and on ports of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

from penaemas.cli import throwaway_ports

PROJECT = Path(__file__).parents[2]
PORTS = 8
READER, PASSWORD = "pembaca", "empat kata yang mudah"  # an invented administrator


def free_row() -> int:
    """The first of eight free ports in a row."""
    return throwaway_ports.free_row(PORTS)[0]


def pena(
    *arguments: str, environment: Mapping[str, str] | None = None, inside: Sequence[str] = ()
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end. inside: what goes before it, e.g. to run it without a network."""
    command = [*inside, str(PROJECT / "pena"), *arguments]
    return subprocess.run(command, env=_clean() | dict(environment or {}), capture_output=True, text=True, timeout=280)


class OfficeOnDisk:
    """`./pena up`, running."""

    def __init__(
        self,
        folder: Path,
        port: int,
        *options: str,
        environment: Mapping[str, str] | None = None,
        inside: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.port = port
        self.said: list[str] = []
        self._reader: httpx.Client | None = None
        self._reader_link: str | None = None
        self._tree: list[psutil.Process] = []
        self._inside = tuple(inside)
        command = [*inside, str(PROJECT / "pena"), "up", "--data", str(folder), "--port", str(port), *options]
        self.process = subprocess.Popen(
            command, env=_clean() | dict(environment or {}), stderr=subprocess.PIPE, text=True, start_new_session=True
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
        if self._reader is not None:
            self._reader.close()
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

    def page(self, path: str) -> httpx.Response:
        """A page as an administrator sees it, whose account is made at the first call; sign-ins outlast restarts."""
        if self._reader is None:
            reader = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False)
            if self._reader_link is None:  # a portal that is away just now must not make a second account
                self._reader_link = self.command("officer", "add", READER, "--role", "ADMINISTRATOR").split()[-1]
            reader.post(self._reader_link, data={"password": PASSWORD, "repeated": PASSWORD})
            reader.post("/sign-in", data={"account": READER, "password": PASSWORD})
            self._reader = reader
        return self._reader.get(path)

    def command(self, *arguments: str) -> str:
        """Run another command on this office; what it printed."""
        name, *rest = arguments
        answer = pena(name, "--data", str(self.folder), *rest, inside=self._inside)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    def is_ready(self) -> bool:
        """Whether the portal says so, asked from where the office is."""
        ask = f"from urllib.request import urlopen; urlopen('http://127.0.0.1:{self.port}/readyz')"
        return subprocess.run([*self._inside, sys.executable, "-c", ask], env=_clean(), timeout=60).returncode == 0


def _words_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return ""


def _clean() -> dict[str, str]:
    """This environment without settings of an office, but with the cache that has everything already."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PENA_")}
    return kept | ({"PENA_CACHE_DIR": os.environ["PENA_CACHE_DIR"]} if "PENA_CACHE_DIR" in os.environ else {})
