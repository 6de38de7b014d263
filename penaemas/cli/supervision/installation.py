"""What a data folder is: written once, when it is first used, and respected ever after."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from penaemas.cli.problem import Problem

FILE_NAME = "installation.json"

EngineKind = Literal["embedded", "cluster"]


@dataclass(frozen=True)
class Installation:
    """The facts of a data folder that cannot change without losing what is in it."""

    name: str
    created: str  # instant in UTC, ISO 8601
    engine: EngineKind
    engine_version: str | None  # of the embedded engine; a cluster's is its owner's business
    demo: bool

    @classmethod
    def begin(cls, folder: Path, engine: EngineKind, engine_version: str | None, demo: bool) -> "Installation":
        """What would be written for a folder that is used for the first time now."""
        created = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(folder.name, created, engine, engine_version if engine == "embedded" else None, demo)

    @classmethod
    def read(cls, folder: Path) -> "Installation | None":
        """What the folder says it is; None if it has never been used.

        Raises:
            Problem: the marker is damaged, or the folder holds something else.
        """
        marker = folder / FILE_NAME
        try:
            content = json.loads(marker.read_text(encoding="utf-8"))
            return cls(**content)
        except FileNotFoundError:
            _require_nothing_else(folder)
            return None
        except (ValueError, TypeError) as error:
            raise Problem(
                f"the marker {marker} is damaged, so it cannot be told whether this engine and this mode fit the data.",
                "Restore that file from the last backup; it is written once and never changes.",
            ) from error

    def write(self, folder: Path) -> None:
        """Put the marker in place, whole or not at all."""
        write_whole(folder / FILE_NAME, json.dumps(asdict(self), indent=2) + "\n")

    def require(self, engine: EngineKind, engine_version: str | None, demo: bool) -> None:
        """Refuse a start that does not fit what is in the folder.

        Raises:
            Problem: demo and real data would mix, or another engine would read them.
        """
        if self.demo and not demo:
            raise Problem(
                "this data folder is marked for demonstration, and its clock has been moved; it stays so for ever.",
                "Start it with --demo, or begin a real office in another folder with --data.",
            )
        if demo and not self.demo:
            raise Problem(
                "this data folder belongs to a real office; a demonstration would move the clock of its cases.",
                "Start it without --demo, or hold the demonstration in another folder with --data.",
            )
        if self.engine != engine:
            raise Problem(
                f"this data folder was begun with {_KINDS[self.engine]} and cannot go on with {_KINDS[engine]}.",
                "Start it as it was begun, or begin another folder with --data.",
            )
        if self.engine == "embedded" and self.engine_version != engine_version:
            raise Problem(
                f"this data folder was written by engine {self.engine_version}; this program brings {engine_version}.",
                f"Use the version of this program that brings engine {self.engine_version}.",
            )


_KINDS = {"embedded": "the engine that ./pena up brings", "cluster": "a cluster of its own (--engine)"}


def write_whole(path: Path, content: str) -> None:
    """Write a file so that a reader, or a power cut, sees the old content or the new one and nothing between."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _require_nothing_else(folder: Path) -> None:
    strangers = [entry.name for entry in folder.iterdir() if entry.name != "up.lock"] if folder.exists() else []
    if strangers:
        raise Problem(
            f"the folder {folder} is not empty and not an office's data folder (it holds {min(strangers)}, for one).",
            "Name an empty or a new folder with --data.",
        )
