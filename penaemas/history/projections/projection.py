"""What a projection is: a table, the rows it takes, and pure functions from a record to a row.

A reaction knows neither clock nor broker nor any table. What already stands in the table is merged by rules that give
the same row in whatever order, and however often, the changes arrive:

* `newest`  columns follow the record with the highest `last_record_id`; at the same one the row that comes later
wins, so that the full feed replaces what the express feed said of the same record;
* `first`   columns keep the first value that is not null: only one record of the engine can set them;
* `follows` columns follow the record that their own order column names, apart from the rest of the row;
* `sums`    columns are added up, and `most` keeps the highest: for counts, where every record must come once. The full
feed's do, whatever is sent again; the express feed's do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
        first: columns that only one record sets. Without any rule, a row is written once and never changed.
        follows: column → the column with the record that set it. An order column follows itself.
        sums: columns that are added up.
        most: columns of which the highest stays.
        express: also fed by the express feed; then the table has a column `provisional`.
    """

    table: Table
    reactions: Mapping[Trigger, Reaction]
    newest: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    follows: Mapping[str, str] = field(default_factory=dict)
    sums: tuple[str, ...] = ()
    most: tuple[str, ...] = ()
    express: bool = False
    _statements: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.table.name)

    @property
    def keys(self) -> tuple[str, ...]:
        """The primary key's columns."""
        return tuple(str(column.name) for column in self.table.primary_key.columns)

    def merge_statement(self, paramstyle: str, table_name: str | None = None) -> str:
        """SQL that merges rows into the table, or into its double of another name, for the driver's `executemany`."""
        mark = placeholder(paramstyle)
        cached = (table_name or self.name, mark)
        if cached not in self._statements:
            self._statements[cached] = self._merge_statement(*cached)
        return self._statements[cached]

    def _merge_statement(self, name: str, mark: str) -> str:
        columns = [column.name for column in self.table.columns]
        insert = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"  # noqa: S608  # names of our own tables
        changes = [f"{column} = {self._merged(name, column)}" for column in columns if column in self._changing]
        if not changes:
            return f"{insert} ON CONFLICT ({', '.join(self.keys)}) DO NOTHING"
        return f"{insert} ON CONFLICT ({', '.join(self.keys)}) DO UPDATE SET {', '.join(changes)}"

    @property
    def _changing(self) -> set[str]:
        return {*self.newest, *self.first, *self.follows, *self.sums, *self.most}

    def _merged(self, name: str, column: str) -> str:
        stored, coming = f"{name}.{column}", f"excluded.{column}"
        if column in self.first:
            return f"COALESCE({stored}, {coming})"
        if column in self.sums:
            return f"{stored} + {coming}"
        if column in self.most:
            return f"CASE WHEN {coming} > {stored} THEN {coming} ELSE {stored} END"
        order = self.follows.get(column, ORDER_COLUMN)
        later = f"excluded.{order} >= {name}.{order}"
        if column in self.follows:
            later = f"excluded.{order} >= COALESCE({name}.{order}, excluded.{order})"
        return f"CASE WHEN {later} THEN {coming} ELSE {stored} END"


def placeholder(paramstyle: str) -> str:
    """How a driver writes a bound value: SQLite `?`, psycopg `%s`."""
    return "?" if paramstyle == "qmark" else "%s"
