"""How storage fails, whichever database is behind it.

* StorageError
  + StorageUnavailable   no answer: server down, file cannot be opened; try again later
    - StorageBusy        another writer holds the lock or won; try again soon
  + StorageFull          no space left; nothing was written
  + StorageReadOnly      the file, the folder or the server takes no writes
  + StorageDamaged       what is stored cannot be read as a database
  + StorageConflict      a rule of the tables forbids the row (unique, foreign key, not null, check)
  + SchemaUnknown        the tables were made by a newer program than this one

Errors of our own SQL (a misspelt column) are bugs and pass through unchanged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc


class StorageError(Exception):
    """The database did not do what was asked; the transaction left no trace."""


class StorageUnavailable(StorageError):
    """No answer from the database; the same call may succeed later."""


class StorageBusy(StorageUnavailable):
    """Somebody else writes; the same call may succeed in a moment."""


class StorageFull(StorageError):
    """The disk under the database is full."""


class StorageReadOnly(StorageError):
    """The database may not be written: file permissions, a read-only disk or a standby server."""


class StorageDamaged(StorageError):
    """The stored bytes are not a sound database."""


class StorageConflict(StorageError):
    """A constraint of the tables forbids the row."""


class SchemaUnknown(StorageError):
    """The stored schema revision is not one that this program knows."""


# SQLite's primary result codes (the low byte of an extended code), https://sqlite.org/rescode.html
_SQLITE: dict[int, type[StorageError]] = {
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_READONLY: StorageReadOnly,
    sqlite3.SQLITE_PERM: StorageReadOnly,
    sqlite3.SQLITE_CORRUPT: StorageDamaged,
    sqlite3.SQLITE_NOTADB: StorageDamaged,
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_CANTOPEN: StorageUnavailable,
    sqlite3.SQLITE_IOERR: StorageUnavailable,
    sqlite3.SQLITE_PROTOCOL: StorageUnavailable,
    sqlite3.SQLITE_CONSTRAINT: StorageConflict,
}

# PostgreSQL's SQLSTATE, longest prefix first, https://www.postgresql.org/docs/current/errcodes-appendix.html
_SQLSTATE: tuple[tuple[str, type[StorageError]], ...] = (
    ("53100", StorageFull),  # disk_full
    ("25006", StorageReadOnly),  # read_only_sql_transaction
    ("40001", StorageBusy),  # serialization_failure
    ("40P01", StorageBusy),  # deadlock_detected
    ("55P03", StorageBusy),  # lock_not_available
    ("57014", StorageBusy),  # query_canceled, by our lock or statement timeout
    ("XX001", StorageDamaged),  # data_corrupted
    ("XX002", StorageDamaged),  # index_corrupted
    ("08", StorageUnavailable),  # connection exceptions
    ("53", StorageUnavailable),  # insufficient resources
    ("57", StorageUnavailable),  # operator intervention: shutting down, starting up
    ("58", StorageUnavailable),  # system error outside the server
    ("23", StorageConflict),  # integrity constraint violation
)


def _kind_of(error: exc.DBAPIError) -> type[StorageError] | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # Absent when Python itself refuses, e.g. a value that SQLite cannot hold.
        code = getattr(cause, "sqlite_errorcode", None)
        return None if code is None else _SQLITE.get(code & 0xFF)
    if isinstance(cause, psycopg.Error):
        state = cause.sqlstate or ""
        for prefix, kind in _SQLSTATE:
            if state.startswith(prefix):
                return kind
        if error.connection_invalidated or (not state and isinstance(cause, psycopg.OperationalError)):
            return StorageUnavailable
    return None


@contextmanager
def translated(database_name: str) -> Iterator[None]:
    """Turn the drivers' errors into ours, once, keeping the cause.

    Args:
        database_name: how to call the database in the sentence; no password in it.
    """
    try:
        yield
    except exc.TimeoutError as waited:
        raise StorageBusy(f"{database_name}: no free connection in time") from waited
    except exc.DBAPIError as error:
        kind = _kind_of(error)
        if kind is None:
            raise
        reason = str(error.orig).strip().split("\n")[0]
        raise kind(f"{database_name}: {reason}") from error
