"""An effect outside the engine, as the product keeps them: keyed by case, effect and round, not by the job."""

import sqlite3
from contextlib import closing
from pathlib import Path


class Effects:
    """A table of what has happened. Several processes may use it at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._open() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS effect (case_id, effect, round, PRIMARY KEY (case_id, effect, round))"
            )
            connection.execute("CREATE TABLE IF NOT EXISTS attempt (case_id, effect, round)")

    def happen(self, case_id: str, effect: str, *, round_number: int) -> None:
        """Makes it happen, unless it has."""
        with self._open() as connection:
            key = (case_id, effect, round_number)
            connection.execute("INSERT INTO attempt VALUES (?, ?, ?)", key)
            connection.execute("INSERT OR IGNORE INTO effect VALUES (?, ?, ?)", key)

    def attempts(self) -> int:
        """How often somebody tried."""
        return self._count("attempt")

    def happened(self) -> int:
        """How many effects there are."""
        return self._count("effect")

    def _count(self, table: str) -> int:
        with closing(self._open()) as connection:
            count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
            return count

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=10)
