"""Which logs there are: the rows that say how far each has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from penaemas.history import tables
from penaemas.history.ledger.hashing import EMPTY_ROOT
from penaemas.history.ledger.sources import PORTAL, PartitionRecords, PortalRecords, Source

FIRST_EPOCH: Final = 1


@dataclass(frozen=True, slots=True)
class Log:
    """One log as the database knows it.

    Args:
        from_position: records from here on belong to this epoch.
        first_position: of the first record in it; None before any was sealed.
        statement: the bytes behind its first entry, None of a first epoch, which has no such entry.
        size: of the last checkpoint, and `root` its root.
    """

    origin: str
    partition: int
    epoch: int
    from_position: int
    first_position: int | None
    statement: bytes | None
    size: int
    root: bytes

    @property
    def source(self) -> Source:
        """What it is made of."""
        return PortalRecords() if self.partition == PORTAL else PartitionRecords(self.partition)

    def sealed_to(self, size: int) -> int:
        """The position of the last record among so many entries; the one before the first if there is none."""
        records = size - (0 if self.statement is None else 1)
        first = self.first_position if self.first_position is not None else self.from_position
        return first + max(records, 0) - 1


def with_first(log: Log, first_position: int | None) -> Log:
    """The same log, its first record known."""
    return replace(log, first_position=first_position)


def origin_of(installation: str, partition: int, epoch: int) -> str:
    """The name of a log, and its place among the files."""
    return f"{installation}/portal/{epoch}" if partition == PORTAL else f"{installation}/partition/{partition}/{epoch}"


def all_logs(connection: Connection) -> list[Log]:
    """Every log, the portal's first, each with its epochs in order."""
    columns = tables.ledger_logs.c
    rows = connection.execute(select(tables.ledger_logs).order_by(columns.partition, columns.epoch))
    return [_log(row) for row in rows.mappings()]


def current_logs(connection: Connection, installation: str) -> list[Log]:
    """The newest epoch of every partition that has records, and of the portal; those that are not begun yet, too."""
    newest = {log.partition: log for log in all_logs(connection)}
    partitions = connection.execute(select(tables.partitions.c.partition)).scalars()
    for partition in (PORTAL, *sorted(partitions)):
        if partition not in newest:
            origin = origin_of(installation, partition, FIRST_EPOCH)
            newest[partition] = Log(origin, partition, FIRST_EPOCH, 1, None, None, 0, EMPTY_ROOT)
    return [newest[partition] for partition in sorted(newest)]


def add(connection: Connection, log: Log) -> None:
    """Begin a log."""
    connection.execute(insert(tables.ledger_logs).values({name: getattr(log, name) for name in _COLUMNS}))


def save(connection: Connection, log: Log) -> None:
    """Note how far it has come; begins it if need be."""
    columns = tables.ledger_logs.c
    values = {"first_position": log.first_position, "size": log.size, "root": log.root}
    changed = connection.execute(update(tables.ledger_logs).where(columns.origin == log.origin).values(values))
    if not changed.rowcount:
        add(connection, log)


_COLUMNS: Final = tuple(column.name for column in tables.ledger_logs.columns)


def _log(row: Mapping[Any, Any]) -> Log:
    values = dict(row)
    for name in ("statement", "root"):
        values[name] = None if values[name] is None else bytes(values[name])
    return Log(**values)
