"""Seals one log: reads what is stored since its last checkpoint, grows the tree, publishes the next checkpoint.

Everything is derived again from files and records whenever it is not in memory, so a kill at any line costs nothing but
the work since the last checkpoint. What cannot be continued honestly halts the log until an officer opens an epoch.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from penaemas.history.ledger import logs
from penaemas.history.ledger.files import LogFiles
from penaemas.history.ledger.logs import Log
from penaemas.history.ledger.signing import Checkpoint, LogKey, NotACheckpoint
from penaemas.history.ledger.sources import Stored
from penaemas.history.ledger.tiles import entry_of
from penaemas.history.ledger.tree import GrowingTree, TilesMissing
from penaemas.history.record import NOBODY
from penaemas.storage.database import Database

RECORDS_AT_ONCE: Final = 2_000
# A checkpoint at least this often while a large backlog is worked off.
_CHECKPOINT_RECORDS: Final = 100_000


class HaltReason(StrEnum):
    """Why a log cannot go on by itself."""

    DATABASE_OLDER = "database_older"
    """The database holds less than was sealed: an older backup was restored."""
    DATABASE_DIFFERS = "database_differs"
    """The record at the last sealed position is another one: an older backup was restored and went on."""
    FILES_DIFFER = "files_differ"
    """The ledger's files are not what was sealed: damaged, or of another history."""
    WITNESS_AHEAD = "witness_ahead"
    """A witness has signed a larger tree than ours: files and database are an older backup."""
    WITNESS_DIFFERS = "witness_differs"
    """A witness has signed another tree of the same size."""


class LedgerHalted(Exception):
    """The log is not continued until an officer opens a new epoch, or the right files are put back."""

    def __init__(self, origin: str, reason: HaltReason, detail: str) -> None:
        super().__init__(f"{origin}: {reason}: {detail}")
        self.origin = origin
        self.reason = reason


class LogSealer:
    """One log. Not for several threads or processes at once: the caller holds the ledger's lock."""

    def __init__(self, database: Database, key: LogKey, folder: Path, log: Log) -> None:
        self.log = log
        self.files = LogFiles(folder / log.origin)
        self._database = database
        self._key = key
        self._tree: GrowingTree | None = None

    def seal(self, most: int) -> int:
        """Seal what is stored, up to so many records.

        Returns:
            How many were sealed.

        Raises:
            LedgerHalted: it cannot go on.
            StorageError: the database does not answer; nothing is lost.
            OSError: the files cannot be written; nothing is lost.
        """
        tree, self._tree = self._tree or self._opened(), None
        sealed = since_checkpoint = 0
        while sealed < most:
            records = self._next(tree, min(RECORDS_AT_ONCE, most - sealed))
            if not records:
                break
            tree.append(entry_of(self.log.partition, *record) for record in records)
            sealed += len(records)
            since_checkpoint += len(records)
            if since_checkpoint >= _CHECKPOINT_RECORDS:
                self._publish(tree)
                since_checkpoint = 0
        if since_checkpoint or tree.size > self.log.size:
            self._publish(tree)
        self._tree = tree
        return sealed

    def _opened(self) -> GrowingTree:
        checkpoint = self._checkpoint()
        size = checkpoint.size if checkpoint else 0
        try:
            tree = GrowingTree.load(self.files, size)
            if checkpoint and tree.root != checkpoint.root:
                raise TilesMissing("the tiles do not add up to the checkpoint's root")
            last, first = tree.last_entry(), first_position(tree)
        except TilesMissing as error:
            raise self._halted(HaltReason.FILES_DIFFER, str(error)) from error
        if size == self.log.size and checkpoint and checkpoint.root != self.log.root:
            raise self._halted(HaltReason.FILES_DIFFER, "the database remembers another root")
        if last is not None:
            self._require_same(last)
            # From the files, in case a kill came between the first checkpoint and the database's row.
            self.log = replace(self.log, first_position=first)
        if not size and self.log.statement is not None:
            self.files.state(self.log.statement)
            tree.append([entry_of(self.log.partition, 0, NOBODY, self.log.statement)])
        return tree

    def _checkpoint(self) -> Checkpoint | None:
        note = self.files.checkpoint()
        if note is None:
            return None
        try:
            checkpoint = self._key.opened(note)
        except NotACheckpoint as error:
            raise self._halted(HaltReason.FILES_DIFFER, "the checkpoint is not signed by this installation") from error
        if checkpoint.origin != self.log.origin:
            raise self._halted(HaltReason.FILES_DIFFER, "the checkpoint is of another log")
        return checkpoint

    def _require_same(self, last: bytes) -> None:
        """The record behind the newest entry must be the one that was sealed."""
        _, position, key, _ = last.split(b" ")
        if int(position) == 0:
            return  # the statement that opened the epoch
        with self._database.reading() as connection:
            document = self.log.source.document_at(connection, int(position))
        if document is not None and entry_of(self.log.partition, int(position), int(key), document) != last:
            raise self._halted(HaltReason.DATABASE_DIFFERS, f"position {int(position)} holds another record")

    def _next(self, tree: GrowingTree, most: int) -> list[Stored]:
        """What follows in order of position; nothing while a gap stands open there."""
        if tree.size < self.log.size:
            most = min(most, self.log.size - tree.size)  # files of an older backup: up to what was sealed, then compare
        elif tree.size == self.log.size and tree.root != self.log.root:
            raise self._halted(HaltReason.FILES_DIFFER, f"the tree of {tree.size} entries is not the one sealed before")
        source = self.log.source
        with self._database.reading() as connection:
            first = self.log.first_position
            if first is None:
                following = source.read(connection, self.log.from_position - 1, 1)
                if not following:
                    return []
                first = following[0].position
                self.log = replace(self.log, first_position=first)
            sealed_to = self.log.sealed_to(tree.size)
            reaches = source.reaches(connection, first)
            if reaches < sealed_to:
                detail = f"sealed to position {sealed_to}, stored to {reaches}"
                raise self._halted(HaltReason.DATABASE_OLDER, detail)
            records = [record for record in source.read(connection, sealed_to, most) if record.position <= reaches]
        if records and records[-1].position != sealed_to + len(records):
            detail = f"not every position from {sealed_to + 1} to {records[-1].position} is stored"
            raise self._halted(HaltReason.DATABASE_OLDER, detail)
        return records

    def _publish(self, tree: GrowingTree) -> None:
        tree.flush()
        checkpoint = Checkpoint(self.log.origin, tree.size, tree.root)
        self.files.publish(self._key.sign(checkpoint))
        self.log = replace(self.log, size=tree.size, root=tree.root)
        with self._database.transaction() as connection:
            logs.save(connection, self.log)

    def _halted(self, reason: HaltReason, detail: str) -> LedgerHalted:
        return LedgerHalted(self.log.origin, reason, detail)


def first_position(tree: GrowingTree) -> int | None:
    """Where the records of a tree begin, None if it has none.

    Raises:
        TilesMissing: its files are gone.
    """
    positions = (int(entry.split(b" ")[1]) for entry in tree.first_entries(2))
    return next((position for position in positions if position), None)
