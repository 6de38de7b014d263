"""Seals every log of the installation; one process at a time."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from penaemas.history.ledger import logs
from penaemas.history.ledger.files import LogFiles, remove_leftovers
from penaemas.history.ledger.logs import Log
from penaemas.history.ledger.sealer import HaltReason, LedgerHalted, LogSealer
from penaemas.history.ledger.signing import LogKey
from penaemas.storage.database import Database

_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_LOCK: Final = ".lock"
_HALTED: Final = "halted"
INSTALLATION: Final = "installation"
VERIFIER_KEY: Final = "verifier_key"
"""The file with the installation's public key, for whoever checks."""
EVERYTHING: Final = 1 << 62


class InstallationNameWrong(ValueError):
    """Not a name for logs, or another than the one that stands in the checkpoints already given away."""


@dataclass
class Sealed:
    """What one round did."""

    records: int = 0
    halted: list[LedgerHalted] = field(default_factory=list)


class Ledger:
    """All logs of one installation, in `<data>/ledger/`.

    Args:
        data_folder: the office's; the key is `secrets/ledger_key` in it.
        name: the installation's name, chosen once; None takes the one chosen before, or makes one.

    Raises:
        InstallationNameWrong: see there.
        KeyMissing: the key is gone.
    """

    def __init__(self, database: Database, data_folder: Path, name: str | None) -> None:
        self.folder = data_folder / "ledger"
        chosen = self.folder / INSTALLATION
        self.key = LogKey.of(data_folder / "secrets", may_make=not chosen.exists())
        self.installation = _chosen_name(chosen, name, self.key)
        published = self.folder / VERIFIER_KEY
        if not published.exists():
            published.write_text(self.key.verifier_key(self.installation) + "\n", encoding="utf-8")
        self._database = database
        self._sealers: dict[str, LogSealer] = {}

    def seal(self, most: int = EVERYTHING) -> Sealed:
        """Seal what is stored in every log, up to so many records in all. Waits for another process that does it.

        Raises:
            StorageError: the database does not answer; nothing is lost.
            OSError: the files cannot be written; nothing is lost.
        """
        sealed = Sealed()
        with self.held():
            for log in self.current():
                try:
                    self._require_not_halted(log)
                    sealed.records += self._sealer(log).seal(most - sealed.records)
                except LedgerHalted as halt:
                    sealed.halted.append(halt)
        return sealed

    def waiting(self) -> int:
        """How many records are stored and not sealed yet.

        Raises:
            StorageError: the database does not answer.
        """
        count = 0
        with self._database.reading() as connection:
            for log in logs.current_logs(connection, self.installation):
                reaches = log.source.reaches(connection, log.first_position or log.from_position)
                count += max(reaches - log.sealed_to(log.size), 0)
        return count

    def current(self) -> list[Log]:
        """The newest epoch of each partition and of the portal."""
        with self._database.reading() as connection:
            return logs.current_logs(connection, self.installation)

    def files(self, log: Log) -> LogFiles:
        """Where a log's files are."""
        return LogFiles(self.folder / log.origin)

    def add_signatures(self, log: Log, note: str, lines: list[str]) -> None:
        """Put witnesses' signatures under a checkpoint, if it is still the newest.

        Raises:
            OSError: the file cannot be written.
        """
        body = note.partition("\n\n")[0]
        with self.held():
            present = self.files(log).checkpoint() or ""
            if present.partition("\n\n")[0] == body:
                self.files(log).publish(present + "".join(f"{line}\n" for line in lines))

    def halt(self, halt: LedgerHalted) -> None:
        """Seal this log no more, in any process, until `release` or a new epoch."""
        file = self.folder / halt.origin / _HALTED
        if not file.exists():
            file.write_text(halt.reason, encoding="ascii")

    def release(self, log: Log) -> None:
        """What had halted the log is no longer so."""
        (self.folder / log.origin / _HALTED).unlink(missing_ok=True)

    def _require_not_halted(self, log: Log) -> None:
        file = self.folder / log.origin / _HALTED
        if file.exists():
            reason = HaltReason(file.read_text(encoding="ascii"))
            raise LedgerHalted(log.origin, reason, "a witness says so; see the log of the history process")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else writes the ledger's files meanwhile. The lock is free the moment its holder dies."""
        with (self.folder / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _sealer(self, log: Log) -> LogSealer:
        known = self._sealers.get(log.origin)
        # Another process may have sealed in between: then memory is old, and files and rows are right.
        if known is None or known.log != log:
            if known is None:
                remove_leftovers([self.folder / log.origin])
            known = self._sealers[log.origin] = LogSealer(self._database, self.key, self.folder, log)
        return known


def _chosen_name(file: Path, name: str | None, key: LogKey) -> str:
    if file.exists():
        chosen = file.read_text(encoding="ascii").strip()
        if name is not None and name != chosen:
            raise InstallationNameWrong(
                f"the ledger of this data folder is {chosen}, and checkpoints of that name are in other hands"
            )
        return chosen
    chosen = name or f"pena-{key.public.hex()[:16]}.invalid"
    if not _NAME.fullmatch(chosen):
        raise InstallationNameWrong("an installation's name has letters a to z, digits, dots and hyphens only")
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_text(chosen + "\n", encoding="ascii")
    temporary.replace(file)
    return chosen
