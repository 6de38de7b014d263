"""Recorded histories, and what tests do with them: post them, take them in, look at the tables."""

from __future__ import annotations

import lzma
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

import penaemas.history
from penaemas.history import tables
from penaemas.history.intake.acceptance import Acceptance, Feed
from penaemas.history.intake.bulk import Document
from penaemas.history.intake.quarantine import Outcome
from penaemas.history.projections import PROJECTIONS
from penaemas.history.queries import History
from penaemas.history.record import Place, read_envelope
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade

GOLDEN = Path(__file__).parent / "golden"
HISTORY = Path(penaemas.history.__file__).parent


class FixedClock:
    """Shows one instant until it is moved."""

    def __init__(self, instant: datetime = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def move(self, by: timedelta) -> None:
        self.instant += by


def recorded(name: str) -> list[Document]:
    """The documents of a golden file, in order of position."""
    file = GOLDEN / f"{name}.jsonl"
    lines = (file.read_bytes() if file.exists() else lzma.decompress(Path(f"{file}.xz").read_bytes())).splitlines()
    return [Document(read_envelope(line).place.record_id, line) for line in lines]


def body_of(documents: Sequence[Document]) -> bytes:
    """A `_bulk` body as the exporter writes it."""
    lines = []
    for record_id, document in documents:
        partition, position = Place.of(record_id)
        lines += [
            b'{"index":{"routing":"%d","_index":"zeebe-record","_id":"%d-%d"}}' % (partition, partition, position),
            document,
        ]
    return b"\n".join(lines) + b"\n"


def changed(document: Document, pattern: bytes, replacement: bytes) -> Document:
    """A copy of a document that says something else."""
    body, number = re.subn(pattern, replacement, document.body)
    assert number, f"{pattern!r} is not in the document"
    return Document(document.record_id, body)


class OpenHistory:
    """A migrated database with everything that reads and writes it, without HTTP."""

    def __init__(self, database: Database, clock: FixedClock | None = None) -> None:
        self.database = database
        self.clock = clock or FixedClock()
        upgrade(database, HISTORY)
        self.acceptance = Acceptance(database, self.clock)
        self.queries = History(database, self.clock)

    def takes(self, feed: Feed, documents: Sequence[Document]) -> Outcome:
        return self.acceptance.accept(feed, documents)

    def projected(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every projection."""
        with self.database.reading() as connection:
            return {
                projection.name: sorted(tuple(row) for row in connection.execute(select(projection.table)))
                for projection in PROJECTIONS
            }

    def positions(self, partition: int = 1) -> list[int]:
        """Positions of the stored records."""
        with self.database.reading() as connection:
            places = [Place.of(row[0]) for row in connection.exec_driver_sql("SELECT record_id FROM records")]
        return sorted(place.position for place in places if place.partition == partition)

    def stored(self) -> dict[int, bytes]:
        """Every stored document by its record id."""
        with self.database.reading() as connection:
            rows = connection.execute(select(tables.records.c.record_id, tables.records.c.document))
            return {record_id: bytes(document) for record_id, document in rows}


def intent_of(document: Document) -> tuple[str, str]:
    """Value type and intent."""
    envelope = read_envelope(document.body)
    return envelope.value_type, envelope.intent
