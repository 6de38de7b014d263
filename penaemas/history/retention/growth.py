"""How much room the history takes."""

from __future__ import annotations

from sqlalchemy import text

from penaemas.storage.database import Database


def stored_bytes(database: Database) -> int:
    """Size of the whole database; of SQLite without its write-ahead log.

    Raises:
        StorageError: the database does not answer.
    """
    size = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if database.is_sqlite
        else "SELECT pg_database_size(current_database())"
    )
    with database.reading() as connection:
        return int(connection.execute(text(size)).scalar_one())
