"""What is verified: the ledger's files and the stored records, read without the code that wrote them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from sqlalchemy import Connection, text

from penaemas.storage.database import Database

PORTAL: Final = 0
"""Stands for the portal's log where a partition's number stands."""

_POSITION_BITS: Final = 51
_DEFLATED: Final = b"\x01"
_ROWS_AT_ONCE: Final = 5_000
# The largest record that the engine takes has 4 MiB.
_MOST_RECORD_BYTES: Final = 8 * 1024 * 1024


class Record(NamedTuple):
    """One stored record; `document` is None when its bytes went because their time was over."""

    position: int
    document: bytes | None


class Stored(Protocol):
    """A ledger with its records, wherever they are."""

    def origins(self) -> list[str]:
        """The logs that have a checkpoint."""
        ...

    def file(self, origin: str, path: str) -> bytes | None:
        """A file of a log."""
        ...

    def partitions(self) -> list[int]:
        """Partitions with stored records, and the portal if it has any."""
        ...

    def records(self, partition: int, first: int, last: int) -> Iterator[Record]:
        """Stored records of a span of positions, both ends included, in order."""
        ...

    def span(self, partition: int) -> tuple[int, int]:
        """First and last position that is stored; 0 and 0 of nothing."""
        ...


class StoredHistory:
    """The history's database beside the folder of the ledger."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def origins(self) -> list[str]:
        return sorted(str(file.parent.relative_to(self._folder)) for file in self._folder.rglob("checkpoint"))

    def file(self, origin: str, path: str) -> bytes | None:
        try:
            return (self._folder / origin / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def partitions(self) -> list[int]:
        with self._database.reading() as connection:
            found = [PORTAL] if _scalar(connection, "SELECT max(position) FROM portal_records") else []
            after = 0
            while record_id := _scalar(connection, f"SELECT min(record_id) FROM records WHERE record_id >= {after}"):  # noqa: S608  # a number
                found.append(record_id >> _POSITION_BITS)
                after = (found[-1] + 1) << _POSITION_BITS
        return found

    def records(self, partition: int, first: int, last: int) -> Iterator[Record]:
        base = partition << _POSITION_BITS
        table, column = ("portal_records", "position") if partition == PORTAL else ("records", "record_id")
        after, end = base + first - 1, base + last
        with self._database.reading() as connection:
            deflated = connection.exec_driver_sql("SELECT dictionary_id, dictionary FROM record_dictionaries")
            dictionaries = {number: bytes(dictionary) for number, dictionary in deflated}
        while True:
            with self._database.reading() as connection:
                rows = connection.exec_driver_sql(
                    f"SELECT {column}, document FROM {table} "  # noqa: S608  # names and numbers of our own
                    f"WHERE {column} > {after} AND {column} <= {end} ORDER BY {column} LIMIT {_ROWS_AT_ONCE}"
                ).fetchall()
            for number, document in rows:
                if type(document) is not bytes or document[:1] == _DEFLATED:  # else as received: nearly all
                    document = _inflated(_bytes(document), dictionaries)
                yield Record(number - base, document)
            if len(rows) < _ROWS_AT_ONCE:
                return
            after = rows[-1][0]

    def span(self, partition: int) -> tuple[int, int]:
        base = partition << _POSITION_BITS
        table, column = ("portal_records", "position") if partition == PORTAL else ("records", "record_id")
        within = f"FROM {table} WHERE {column} > {base} AND {column} < {(partition + 1) << _POSITION_BITS}"
        with self._database.reading() as connection:  # two queries: each is one look into the index
            first = _scalar(connection, f"SELECT min({column}) {within}")
            last = _scalar(connection, f"SELECT max({column}) {within}")
        return (first - base, last - base) if first and last else (0, 0)


def _bytes(document: object) -> bytes | None:
    if isinstance(document, str):  # SQLite keeps what it is given; a forger may have given text
        return document.encode(errors="surrogateescape")
    return None if document is None else bytes(document)  # type: ignore[call-overload]


def _inflated(document: bytes | None, dictionaries: Mapping[int, bytes]) -> bytes | None:
    """Old records are stored as 0x01, two bytes with a dictionary's number, and a raw deflate stream."""
    if document is None or not document.startswith(_DEFLATED):
        return document
    stream = zlib.decompressobj(-zlib.MAX_WBITS, dictionaries.get(int.from_bytes(document[1:3], "big"), b""))
    try:
        return stream.decompress(document[3:], _MOST_RECORD_BYTES)
    except zlib.error:
        return document  # whatever it is, it is not what was sealed


def _scalar(connection: Connection, query: str) -> int | None:
    value: int | None = connection.execute(text(query)).scalar()
    return value
