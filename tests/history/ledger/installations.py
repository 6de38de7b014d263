"""An installation of one office: its history, its office database and its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Self

from penaemas.casefiles.acts import Acts
from penaemas.history.intake.acceptance import Feed
from penaemas.history.intake.bulk import Document
from penaemas.history.ledger.portal_log import PortalLog
from penaemas.history.ledger.sealing import Ledger
from penaemas.history.record import Place
from penaemas.storage.database import Database
from tests.history.exporter_double import many_cases
from tests.history.streams import FixedClock, OpenHistory, changed

NAME = "pena.example"


def records(count: int, partition: int = 1) -> list[Document]:
    """Records of many cases, as a partition would send them from its first position on."""
    stream = [Document(record.record_id, record.body) for record in islice(many_cases().records(), count)]
    if partition == 1:
        return stream
    text = b'"partitionId":%d' % partition
    return [
        Document(Place(partition, Place.of(record_id).position).record_id, changed_partition(body, text))
        for record_id, body in stream
    ]


def changed_partition(body: bytes, text: bytes) -> bytes:
    return changed(Document(0, body), rb'"partitionId":1\b', text).body


@dataclass
class Installation:
    """`ledger` may be opened again, as after a start of the process."""

    folder: Path
    history: OpenHistory
    office: Database
    clock: FixedClock
    ledger: Ledger
    portal: PortalLog

    @classmethod
    @contextmanager
    def open(cls, database: Database, office_url: str, folder: Path) -> Iterator[Self]:
        clock = FixedClock()
        with Database.open(office_url) as office:
            history = OpenHistory(database, clock)
            ledger = Ledger(database, folder, NAME)
            yield cls(folder, history, office, clock, ledger, PortalLog(database, office, clock))

    @property
    def database(self) -> Database:
        return self.history.database

    def starts_again(self) -> None:
        """A new process: nothing is remembered but what is on disk."""
        self.ledger = Ledger(self.database, self.folder, None)
        self.portal = PortalLog(self.database, self.office, self.clock)
        self.history = OpenHistory(self.database, self.clock)

    def receives(self, documents: list[Document]) -> None:
        for start in range(0, len(documents), 500):
            self.history.takes(Feed.FULL, documents[start : start + 500])

    def officer_views(self, *case_ids: str) -> None:
        """Acts of the portal."""
        with self.office.transaction() as connection:
            for case_id in case_ids:
                at = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
                Acts().record(connection, "officer.one", "view_personal_data", at, case_id=case_id)

    def checkpoint(self, partition: int = 1, epoch: int = 1) -> str:
        file = self.log_folder(partition, epoch) / "checkpoint"
        return file.read_text(encoding="utf-8")

    def size(self, partition: int = 1, epoch: int = 1) -> int:
        return int(self.checkpoint(partition, epoch).split("\n")[1])

    def log_folder(self, partition: int = 1, epoch: int = 1) -> Path:
        place = f"partition/{partition}" if partition else "portal"
        return self.folder / "ledger" / NAME / place / str(epoch)
