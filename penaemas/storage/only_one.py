"""A claim that one process at a time holds. It is free the moment its holder dies."""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path

from sqlalchemy import Connection, exc, text

from penaemas.storage.database import Database
from penaemas.storage.errors import translated


class OnlyOne:
    """The claim to do something with a database, e.g. to send its outbox.

    The system releases a file's lock, the server a session's. Not for several threads at once.
    """

    def __init__(self, database: Database, name: str) -> None:
        """Args: name: letters and underscores; programs that mean the same claim use the same name."""
        self._database = database
        self._name = name
        self._file: int | None = None
        self._connection: Connection | None = None

    def held(self) -> bool:
        """Take the claim if it is free; whether it is ours now.

        To be asked again before each piece of work: a lost connection to the server loses the claim.

        Raises:
            StorageError: the database does not answer; the claim is not ours.
        """
        file = self._database.file
        return self._lock_held() if file is None else self._file_held(file.with_name(f"{file.name}-{self._name}.lock"))

    def release(self) -> None:
        """Let another take it; also when it was never held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._connection is not None:
            self._connection.invalidate()  # closes the session, which ends its locks
            self._connection.close()
            self._connection = None

    def _file_held(self, path: Path) -> bool:
        if self._file is None:
            file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                return False
            self._file = file
        return True

    def _lock_held(self) -> bool:
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
            except exc.DBAPIError:
                self.release()
            else:
                return True
        connection = self._database.lasting_connection()
        with translated(self._database.name):
            taken = connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": self._number()}).scalar()
        if not taken:
            connection.close()
            return False
        self._connection = connection
        return True

    def _number(self) -> int:
        return int.from_bytes(hashlib.sha256(f"pena {self._name}".encode()).digest()[:8], signed=True)
