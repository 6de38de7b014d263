"""What one batch came to, and what of it was set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from penaemas.history.intake.bulk import Document
from penaemas.history.intake.received import Received


class Reason(StrEnum):
    """Why a document was set aside."""

    DIFFERENT_DUPLICATE = "different_duplicate"
    """The same feed brought the same position again with other bytes; the first stays."""
    CONTRADICTED = "contradicted"
    """The express copy says something else than the full feed's; the full feed's stays."""
    NOT_IN_FULL_FEED = "not_in_full_feed"
    """The full feed went on without a record that the express feed has brought."""
    UNREADABLE = "unreadable"
    """Not a record as we know it. From the full feed its bytes are kept among the records too, so that its position
    is accounted for.
    """


class SetAside(NamedTuple):
    """One document and why; `detail` names no value."""

    document: Document
    reason: Reason
    detail: str


@dataclass
class PartitionProgress:
    """How far a partition has come after a batch."""

    last_position: int
    newest_at_ms: int
    missing: int


@dataclass
class Outcome:
    """What one call of `accept` did.

    Args:
        stored: documents that were new.
        duplicates: documents that had been received before.
        provisional: express records that still wait for the full feed.
    """

    feed: str
    stored: int = 0
    duplicates: int = 0
    quarantined: list[SetAside] = field(default_factory=list)
    provisional: int = 0
    partitions: dict[int, PartitionProgress] = field(default_factory=dict)

    def set_aside(self, document: Document, reason: Reason, detail: str = "") -> None:
        """Keep a document for a person to look at."""
        self.quarantined.append(SetAside(document, reason, detail))

    def see(self, received: Received) -> None:
        """Note where the partitions stand now."""
        self.provisional = len(received.provisional)
        self.partitions = {
            partition: PartitionProgress(state.coverage.last, state.newest_at_ms, state.coverage.missing_count)
            for partition, state in received.partitions.items()
        }
