"""What the first page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Part:
    """One process of the office. `reasons` say why it is not ready, as it tells itself."""

    indonesian: str
    english: str
    ready: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ProcessLine:
    """One deployed process, its latest version and what is going on in it, all versions together."""

    process_id: str
    version: int
    deployed_at: datetime
    cases_running: int
    tasks_open: int
    incidents_open: int


@dataclass(frozen=True)
class Facts:
    """What the history has stored."""

    records: int
    newest_record_at: datetime | None  # by the engine's clock
    records_missing: int
    records_quarantined: int
    processes: tuple[ProcessLine, ...]  # by process id
    cases_running: int
    tasks_open: int
    incidents_open: int


class HistoryUnreadable(Exception):
    """The history's database cannot be read now; the page is shown without facts."""


class FactsReader(Protocol):
    """Reads the history."""

    async def read(self) -> Facts:
        """The facts as of now.

        Raises:
            HistoryUnreadable: the database is away, or the history has not made it yet.
        """
        ...
