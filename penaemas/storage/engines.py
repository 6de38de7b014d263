"""How an engine of each kind of database is set up. `Database` is the only caller."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

# A writer waits this long for another process's transaction before StorageBusy.
LOCK_WAIT_S = 15
# A caller waits this long for a free connection of the pool before StorageBusy.
POOL_WAIT_S = 30
CONNECT_WAIT_S = 5


def sqlite_engine(url: URL, *, writer: bool, connections: int) -> Engine:
    """SQLite with write-ahead log and full synchronisation: what was committed survives a power cut.

    One process has one writing connection, so its threads queue in the pool in order instead of polling SQLite's lock.
    A reader cannot write, and sees one state from its first statement to its last.
    """
    engine = create_engine(
        url,
        # Python's sqlite3 begins transactions by its own rules; we begin them ourselves.
        connect_args={"isolation_level": None, "timeout": LOCK_WAIT_S, "check_same_thread": False},
        pool_size=1 if writer else connections,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
        # Bound values may be personal; an error message must not carry them.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        if writer:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
        else:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock at once: an upgrade from a read lock cannot be waited for and fails.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def postgresql_engine(url: URL, *, writer: bool, connections: int) -> Engine:
    """PostgreSQL through psycopg 3. A reader has one snapshot from its first statement to its last."""
    options: dict[str, Any] = {} if writer else {"isolation_level": "REPEATABLE READ"}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={
            "connect_timeout": CONNECT_WAIT_S,
            "application_name": "pena",
            "options": f"-c lock_timeout={LOCK_WAIT_S}s -c timezone=UTC",
        },
        pool_size=connections,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
        # The server may have been restarted since the connection was last used.
        pool_pre_ping=True,
        hide_parameters=True,
        **options,
    )
    return engine if writer else engine.execution_options(postgresql_readonly=True)
