"""The ledger's newest checkpoint, as it lies published in the office's data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from penaemas.history.verification.notes import Note, NoteRefused


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`note` is the whole text, with its signatures."""

    note: str
    size: int
    root: bytes


def newest_checkpoint(ledger: Path) -> Checkpoint | None:
    """The newest checkpoint of an engine's log; None where the ledger is kept on another machine, or is empty still."""
    files = sorted(ledger.glob("*/partition/*/*/checkpoint"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files:
        try:
            note = file.read_text(encoding="utf-8")
            read = Note.parse(note)
        except (OSError, UnicodeDecodeError, NoteRefused):
            continue
        return Checkpoint(note, read.size, read.root)
    return None
