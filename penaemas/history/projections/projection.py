"""What a projection is: a table, the rows it takes, and pure functions from a record to a row.

A reaction knows neither clock nor broker nor any table. What already stands in the table is merged by rules that give
the same row in whatever order, and however often, the changes arrive:

* `newest`  columns follow the record with the highest `last_record_id`; at the same one the row that comes later
wins, so that the full feed replaces what the express feed said of the same record;
* `first`   columns keep the first value that is not null: only one record of the engine can set them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Table

from penaemas.history.record import Record

Row = tuple[Any, ...]
Reaction = Callable[[Record[Any]], Row | None]
Trigger = tuple[str, str]
"""Value type and intent of an event record."""

ORDER_COLUMN = "last_record_id"


@dataclass(frozen=True)
class Projection:
    """One table and how records change it.

    Args:
        table: its columns stand in the order of the rows' fields, the primary key first.
        reactions: which event records matter, and the row each gives.
        newest: columns that follow the newest record; `last_record_id` must be among the columns.
        first: columns that only one record sets. With neither, a row is written once and never changed.
        express: also fed by the express feed; then the table has a column `provisional`.
    """

    table: Table
    reactions: Mapping[Trigger, Reaction]
    newest: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    express: bool = False

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.table.name)

    @property
    def key(self) -> str:
        """The primary key's column."""
        return str(next(iter(self.table.primary_key.columns)).name)

    def merge_statement(self, paramstyle: str) -> str:
        """SQL that merges rows into the table, for the driver's own `executemany`."""
        return _merge_statement(self.table, self.key, self.newest, self.first, placeholder(paramstyle))


def placeholder(paramstyle: str) -> str:
    """How a driver writes a bound value: SQLite `?`, psycopg `%s`."""
    return "?" if paramstyle == "qmark" else "%s"


@cache
def _merge_statement(table: Table, key: str, newest: tuple[str, ...], first: tuple[str, ...], mark: str) -> str:
    name = table.name
    columns = [column.name for column in table.columns]
    insert = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"  # noqa: S608  # names of our own tables
    if not newest and not first:
        return f"{insert} ON CONFLICT ({key}) DO NOTHING"
    later = f"excluded.{ORDER_COLUMN} >= {name}.{ORDER_COLUMN}"
    changes = [f"{column} = CASE WHEN {later} THEN excluded.{column} ELSE {name}.{column} END" for column in newest]
    changes += [f"{column} = COALESCE({name}.{column}, excluded.{column})" for column in first]
    return f"{insert} ON CONFLICT ({key}) DO UPDATE SET {', '.join(changes)}"
