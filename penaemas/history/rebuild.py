"""`./pena history rebuild`: drop every projection and make it again from the stored records.

One transaction: readers see the old rows until the new ones are whole, and a rebuild that is broken off changes
nothing. Intake waits meanwhile: it answers the broker with an error, and the broker keeps the records and sends them
again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import delete, text

from penaemas.history import record_store
from penaemas.history.projections import PROJECTIONS
from penaemas.history.projector import Changes, project
from penaemas.history.record import RecordUnreadable, read_envelope
from penaemas.storage.database import Database

_RECORDS_AT_ONCE: Final = 2_000

OnProgress = Callable[[int, int], None]
"""Records done, records in all."""


def rebuild(database: Database, on_progress: OnProgress = lambda done, total: None) -> int:
    """Make every projection again.

    Returns:
        How many records were read.

    Raises:
        StorageError: nothing has changed.
    """
    done = 0
    with database.transaction() as connection:
        if not database.is_sqlite:  # SQLite's writer is alone already
            connection.execute(text("LOCK TABLE records IN SHARE ROW EXCLUSIVE MODE"))
        total = record_store.count(connection)
        for projection in PROJECTIONS:
            connection.execute(delete(projection.table))
        for rows in record_store.all_documents(connection, _RECORDS_AT_ONCE):
            changes = Changes()
            for _, document in rows:
                _project_if_readable(document, changes)
            changes.write(connection)
            done += len(rows)
            on_progress(done, total)
        changes = Changes()
        for document in record_store.all_provisional(connection):
            _project_if_readable(document, changes, provisional=True)
        changes.write(connection)
    return done


def _project_if_readable(document: bytes, changes: Changes, *, provisional: bool = False) -> None:
    try:
        project(read_envelope(document), changes, provisional=provisional)
    except RecordUnreadable:
        return  # it stands in the quarantine since it came
