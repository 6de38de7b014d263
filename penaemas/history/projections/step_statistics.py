"""Step statistics: per officer's step and day, how many, how long, how many late. Added up record by record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from penaemas.history import tables
from penaemas.history.projections.projection import Projection
from penaemas.history.projections.tasks import instant_ms
from penaemas.history.record import Record, UserTaskValue
from penaemas.licensing.instants import WIB


class StepStatisticsRow(NamedTuple):
    """Tasks that were completed on one day (`YYYY-MM-DD`, WIB).

    `total_ms` and `longest_ms` run from the creation of a task to its completion, by the wall clock.
    """

    bpmn_process_id: str
    element_id: str
    day: str
    completed: int
    late: int
    total_ms: int
    longest_ms: int


def completed(record: Record[UserTaskValue]) -> StepStatisticsRow:
    """An officer has finished a task, in time or late."""
    value = record.value
    due_at_ms = instant_ms(value.due_date)
    took_ms = max(0, record.at_ms - value.creation_timestamp)
    day = datetime.fromtimestamp(record.at_ms / 1000, UTC).astimezone(WIB).date().isoformat()
    late = due_at_ms is not None and record.at_ms > due_at_ms
    return StepStatisticsRow(value.bpmn_process_id, value.element_id, day, 1, int(late), took_ms, took_ms)


PROJECTION = Projection(
    table=tables.step_statistics,
    reactions={("USER_TASK", "COMPLETED"): completed},
    sums=("completed", "late", "total_ms"),
    most=("longest_ms",),
)
