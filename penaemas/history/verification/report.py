"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Which promise does not hold."""

    INTEGRITY = "integrity"
    """A record, an entry or a tile is not what was sealed."""
    ORDER = "order"
    """Entries or records do not stand where their positions say."""
    COMPLETENESS = "completeness"
    """Something is missing, or stands there that was never sealed."""
    CHECKPOINT = "checkpoint"
    """A checkpoint is not signed by the key, or the log does not lead to it."""
    WITNESS = "witness"
    """A witness or somebody else holds a checkpoint that the log does not contain."""


class Finding(NamedTuple):
    """One contradiction. `position` is 0 where it is about no single record."""

    kind: Kind
    origin: str
    position: int
    text: str


class Lost(NamedTuple):
    """Positions that an epoch has declared lost."""

    origin: str
    first: int
    last: int
    reason: str
    officer: str


@dataclass
class LogReport:
    """One log.

    Args:
        records: how many stored records stand in it as they were sealed.
        without_bytes: of them, those whose bytes went because their time was over; their entries are whole.
        first, last: positions of its records.
        cosigned_by: names of the witnesses whose signature stands under its checkpoint.
    """

    origin: str
    size: int = 0
    root: bytes = b""
    records: int = 0
    without_bytes: int = 0
    first: int = 0
    last: int = 0
    cosigned_by: tuple[str, ...] = ()


@dataclass
class Report:
    """Everything.

    Args:
        waiting: records that are stored after the last checkpoint of their log, by partition.
        exported: what the broker says it has handed over, by partition; empty if it was not asked.
    """

    logs: list[LogReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    waiting: dict[int, int] = field(default_factory=dict)
    exported: dict[int, int] = field(default_factory=dict)

    @property
    def is_intact(self) -> bool:
        """Nothing contradicts."""
        return not self.findings

    @property
    def is_complete(self) -> bool:
        """Nothing contradicts, and nothing was declared lost."""
        return self.is_intact and not self.lost

    @property
    def first_bad(self) -> Finding | None:
        """The finding of the lowest position, of those that name one; else the first."""
        named = [finding for finding in self.findings if finding.position]
        return (
            min(named, key=lambda finding: (finding.origin, finding.position))
            if named
            else next(iter(self.findings), None)
        )

    def add(self, kind: Kind, origin: str, position: int, text: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(kind, origin, position, text))
