"""What has been received so far, kept in memory beside the tables so that a batch need not ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, select, update

from penaemas.history import tables
from penaemas.history.intake.coverage import Coverage, Span, without
from penaemas.history.projections.projection import placeholder
from penaemas.history.record import Place


@dataclass
class PartitionState:
    """How far the full feed of a partition has come.

    Args:
        newest_at_ms: the engine's timestamp of the record at the last position.
        known_gaps: those that stand open in the table.
    """

    coverage: Coverage
    newest_at_ms: int = 0
    known_gaps: set[Span] = field(default_factory=set)


class Received:
    """State of all partitions, and the express records that the full feed has not confirmed yet."""

    def __init__(self) -> None:
        self.partitions: dict[int, PartitionState] = {}
        self.provisional: set[int] = set()

    @classmethod
    def load(cls, connection: Connection) -> Received:
        """Read it back from the tables."""
        received = cls()
        for row in connection.execute(select(tables.partitions)):
            coverage = Coverage(row.first_position, row.last_position)
            received.partitions[row.partition] = PartitionState(coverage, row.newest_at_ms)
        for row in connection.execute(select(tables.gaps).where(tables.gaps.c.closed_at_ms.is_(None))):
            state, gap = received.partitions[row.partition], Span(row.from_position, row.to_position)
            state.coverage.open_gaps.add(gap)
            state.known_gaps.add(gap)
            state.coverage.missing += without(gap, _received_within(connection, row.partition, gap))
            state.coverage.missing.sort()
        received.provisional.update(connection.execute(select(tables.provisional_records.c.record_id)).scalars())
        return received

    def covers(self, place: Place) -> bool:
        """Has the full feed brought this record?"""
        state = self.partitions.get(place.partition)
        return state is not None and state.coverage.covers(place.position)

    def has_passed(self, place: Place) -> bool:
        """Has the full feed brought a later record of the same partition?"""
        state = self.partitions.get(place.partition)
        return state is not None and state.coverage.last > place.position

    def add(self, place: Place) -> None:
        """The full feed brings a record that it has not brought before."""
        state = self.partitions.get(place.partition)
        if state is None:
            self.partitions[place.partition] = PartitionState(Coverage.starting_at(place.position))
        else:
            state.coverage.add(place.position)

    def skipped(self) -> list[int]:
        """Express records that the full feed has passed without bringing them."""
        return [record_id for record_id in self.provisional if self._is_skipped(Place.of(record_id))]

    def _is_skipped(self, place: Place) -> bool:
        return self.has_passed(place) and not self.covers(place)

    def write(self, connection: Connection, now_ms: int) -> None:
        """Put the partitions' progress and their gaps into the tables."""
        mark = placeholder(connection.dialect.paramstyle)
        connection.exec_driver_sql(
            f"INSERT INTO partitions VALUES ({mark}, {mark}, {mark}, {mark}) ON CONFLICT (partition) DO UPDATE SET "  # noqa: S608  # marks only
            "first_position = excluded.first_position, last_position = excluded.last_position, "
            "newest_at_ms = excluded.newest_at_ms",
            [
                (partition, state.coverage.first, state.coverage.last, state.newest_at_ms)
                for partition, state in self.partitions.items()
            ],
        )
        for partition, state in self.partitions.items():
            if state.coverage.open_gaps:
                _write_gaps(connection, partition, state, now_ms)


def _write_gaps(connection: Connection, partition: int, state: PartitionState, now_ms: int) -> None:
    closed = state.coverage.take_closed()
    for gap in state.coverage.open_gaps - state.known_gaps:
        row = {"partition": partition, "from_position": gap.first, "to_position": gap.last, "opened_at_ms": now_ms}
        connection.execute(tables.gaps.insert().values(row))
    for gap in closed & state.known_gaps:
        connection.execute(
            update(tables.gaps)
            .where(
                tables.gaps.c.partition == partition,
                tables.gaps.c.from_position == gap.first,
                tables.gaps.c.to_position == gap.last,
            )
            .values(closed_at_ms=now_ms)
        )
    state.known_gaps = set(state.coverage.open_gaps)


def _received_within(connection: Connection, partition: int, gap: Span) -> list[int]:
    first, last = Place(partition, gap.first).record_id, Place(partition, gap.last).record_id
    found = connection.execute(
        select(tables.records.c.record_id).where(tables.records.c.record_id.between(first, last))
    ).scalars()
    return [Place.of(record_id).position for record_id in found]
