"""Which positions of a partition have been received: completeness is checked by counting."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Span(NamedTuple):
    """Positions from the first to the last, both included."""

    first: int
    last: int


@dataclass
class Coverage:
    """Everything from `first` to `last` has been received, but what is `missing`.

    Args:
        missing: sorted, apart from each other.
        open_gaps: the jumps as they were first seen, until all of their positions have come.
    """

    first: int
    last: int
    missing: list[Span] = field(default_factory=list)
    open_gaps: set[Span] = field(default_factory=set)

    @classmethod
    def starting_at(cls, position: int) -> Coverage:
        """The first record of a partition. What was before it is not a gap: a history may begin later than its
        engine.
        """
        return cls(position, position)

    def covers(self, position: int) -> bool:
        """Has this position been received?"""
        return self.first <= position <= self.last and self._missing_at(position) is None

    def add(self, position: int) -> None:
        """A position that was not covered has been received."""
        if position == self.last + 1:  # nearly always
            self.last = position
        elif position > self.last:
            self._open(Span(self.last + 1, position - 1))
            self.last = position
        elif position < self.first:
            if position + 1 < self.first:
                self._open(Span(position + 1, self.first - 1))
            self.first = position
        else:
            self._fill(position)

    def take_closed(self) -> set[Span]:
        """The gaps that are filled by now; they are forgotten here."""
        closed = {gap for gap in self.open_gaps if not any(_overlap(gap, span) for span in self.missing)}
        self.open_gaps -= closed
        return closed

    @property
    def missing_count(self) -> int:
        """How many positions have not come."""
        return sum(span.last - span.first + 1 for span in self.missing)

    def _open(self, gap: Span) -> None:
        self.open_gaps.add(gap)
        self.missing.append(gap)
        self.missing.sort()

    def _missing_at(self, position: int) -> int | None:
        index = bisect_right(self.missing, position, key=lambda span: span.first) - 1
        return index if index >= 0 and self.missing[index].last >= position else None

    def _fill(self, position: int) -> None:
        index = self._missing_at(position)
        if index is None:
            raise ValueError("this position is covered already")
        span = self.missing[index]
        parts = (Span(span.first, position - 1), Span(position + 1, span.last))
        self.missing[index : index + 1] = [part for part in parts if part.first <= part.last]


def _overlap(one: Span, other: Span) -> bool:
    return one.first <= other.last and other.first <= one.last


def without(gap: Span, received: list[int]) -> list[Span]:
    """What is missing of a gap when some of its positions have come."""
    missing = []
    start = gap.first
    for position in sorted(received):
        if start < position:
            missing.append(Span(start, position - 1))
        start = position + 1
    if start <= gap.last:
        missing.append(Span(start, gap.last))
    return missing


def without_spans(span: Span, missing: Sequence[Span]) -> list[Span]:
    """What is left of a span.

    Args:
        missing: sorted, apart from each other; may reach beyond the span.
    """
    left = []
    start = span.first
    for hole in missing:
        if hole.last < start or hole.first > span.last:
            continue
        if start < hole.first:
            left.append(Span(start, hole.first - 1))
        start = hole.last + 1
    if start <= span.last:
        left.append(Span(start, span.last))
    return left
