"""An office on disk that was started before and does not run now, for commands that need no engine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import penaemas.history
from penaemas.casefiles.bootstrap import Office, open_office
from penaemas.cli.__main__ import main
from penaemas.cli.supervision.installation import Installation
from penaemas.settings import InstallationSettings
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from penaemas.zeebe.clock import SystemClock


def make_office(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin an office in the folder, on a port where nobody answers."""
    Installation.begin(folder, "embedded", "8.5.8", demo=False).write(folder)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PENA_PORT", str(nobody.getsockname()[1]))
    with Database.open(f"sqlite:///{folder}/history.sqlite") as history:
        upgrade(history, Path(penaemas.history.__file__).parent)


def pena(folder: Path, command: str, *arguments: str) -> int:
    """Run a command on the office; its exit code."""
    return main([command, "--data", str(folder), *arguments])


@contextmanager
def opened_office(folder: Path) -> Iterator[Office]:
    """The case files of the office, as its workers see them."""
    settings = InstallationSettings(data_folder=folder)
    office = open_office(settings, SystemClock())
    try:
        yield office
    finally:
        office.close()
