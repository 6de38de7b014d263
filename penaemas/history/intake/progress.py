"""What intake has done, for those who watch: metrics, alarms, and waiters in the same process."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from penaemas.history.intake.quarantine import Outcome, PartitionProgress
from penaemas.history.record import Place
from penaemas.licensing.clock import Clock
from penaemas.observability import metrics

log = structlog.get_logger(__name__)


class Progress:
    """Sees the outcome of every transaction, on the event loop."""

    def __init__(self, clock: Clock) -> None:
        self.version = 0
        self._clock = clock
        self._moved = asyncio.Event()
        self._partitions: dict[int, PartitionProgress] = {}

    def note(self, outcome: Outcome) -> None:
        """Count it, alarm for what was set aside, wake who waits."""
        metrics.HISTORY_RECORDS_STORED_TOTAL.labels(outcome.feed).inc(outcome.stored)
        metrics.HISTORY_DUPLICATES_TOTAL.labels(outcome.feed).inc(outcome.duplicates)
        metrics.HISTORY_PROVISIONAL_RECORDS.set(outcome.provisional)
        for document, reason, detail in outcome.quarantined:
            metrics.HISTORY_QUARANTINED_TOTAL.labels(reason).inc()
            partition, position = Place.of(document.record_id)
            log.error(
                "history_record_quarantined",
                reason=str(reason),
                feed=str(outcome.feed),
                partition=partition,
                position=position,
                detail=detail,
            )
        for partition, progress in outcome.partitions.items():
            self._note_partition(partition, progress)
        self.version += 1
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def moved_on(self, version: int) -> None:
        """Wait for a transaction after the given version."""
        if self.version == version:
            await self._moved.wait()

    def as_json(self) -> dict[str, Any]:
        """For operators and for whoever waits for the first record."""
        return {
            "partitions": {
                str(partition): {
                    "last_position": progress.last_position,
                    "newest_at_ms": progress.newest_at_ms,
                    "missing": progress.missing,
                }
                for partition, progress in self._partitions.items()
            }
        }

    def _note_partition(self, partition: int, progress: PartitionProgress) -> None:
        before = self._partitions.get(partition)
        if progress.missing and (before is None or progress.missing > before.missing):
            log.error("history_gap_opened", partition=partition, missing=progress.missing)
        elif before is not None and before.missing and not progress.missing:
            log.info("history_gaps_filled", partition=partition)
        if before is None:
            metrics.HISTORY_RECORD_LAG_SECONDS.labels(partition).set_function(lambda: self._lag_s(partition))
        self._partitions[partition] = progress
        metrics.HISTORY_LAST_POSITION.labels(partition).set(progress.last_position)
        metrics.HISTORY_MISSING_RECORDS.labels(partition).set(progress.missing)

    def _lag_s(self, partition: int) -> float:
        return self._clock.now().timestamp() - self._partitions[partition].newest_at_ms / 1000
