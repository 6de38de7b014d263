"""The files of one log: written so that a kill or a power cut leaves every promise whole.

Tiles are written first and made durable, then the checkpoint is replaced in one step. What lies beyond the checkpoint
has been promised to nobody and is written again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from penaemas.history.ledger.tiles import TILE_WIDTH, tile_path

CHECKPOINT: Final = "checkpoint"
STATEMENT: Final = "epoch.json"
_NEW: Final = ".new"

# Above so many files one sync of the whole file system costs less than one of each.
_SYNC_EACH_UP_TO: Final = 32


class LogFiles:
    """Files below `<data>/ledger/<origin>/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._unsynced: list[Path] = []

    def read(self, path: str) -> bytes | None:
        """Raises OSError: it is there and cannot be read."""
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def checkpoint(self) -> str | None:
        """The newest checkpoint, with the signatures of the witnesses that it has."""
        content = self.read(CHECKPOINT)
        return None if content is None else content.decode()

    def tile(self, level: int | str, number: int, width: int) -> bytes | None:
        """A tile of at least this width: a wider one begins with the same hashes."""
        found = None if width == TILE_WIDTH else self.read(tile_path(level, number, width))
        return self.read(tile_path(level, number)) if found is None else found

    def write_tile(self, level: int | str, number: int, content: bytes, width: int = TILE_WIDTH) -> None:
        """Durable after `make_durable`. Raises OSError: no space, no permission."""
        file = self.folder / tile_path(level, number, width)
        self._write(file, content)
        if width == TILE_WIDTH:
            shutil.rmtree(file.with_name(f"{file.name}.p"), ignore_errors=True)

    def make_durable(self) -> None:
        """All tiles written so far survive a power cut."""
        if len(self._unsynced) > _SYNC_EACH_UP_TO:
            os.sync()
        else:
            for path in self._unsynced:
                _sync(path)
            for folder in {path.parent for path in self._unsynced}:
                _sync(folder)
        self._unsynced.clear()

    def publish(self, checkpoint: str) -> None:
        """Replace the checkpoint: readers see the old one or the new one."""
        self.make_durable()
        self._write(self.folder / CHECKPOINT, checkpoint.encode())
        self.make_durable()

    def state(self, statement: bytes) -> None:
        """Put down what opened this epoch."""
        self._write(self.folder / STATEMENT, statement)
        self.make_durable()

    def _write(self, file: Path, content: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(file.name + _NEW)
        temporary.write_bytes(content)
        # The content must be on disk before the name points to it, or a power cut could leave an empty file there.
        if file.name == CHECKPOINT:
            _sync(temporary)
        temporary.replace(file)
        self._unsynced.append(file)


def remove_leftovers(folders: Sequence[Path]) -> None:
    """Files that were being written when the process was killed."""
    for folder in folders:
        for leftover in folder.rglob(f"*{_NEW}"):
            leftover.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return  # a partial tile that a full one has replaced meanwhile
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
