"""What became of the commands that the engine accepted: done, once the history has recorded them. And the backlog."""

from __future__ import annotations

from typing import Final

from penaemas.casefiles.outbox import Outbox
from penaemas.licensing.clock import Clock
from penaemas.observability import metrics
from penaemas.storage.database import Database
from workers.outbox_verdict import Arrival, Done, verdict_on
from workers.recorded_facts import RecordedFacts

_BATCH: Final = 200


class LookBack:
    """Blocks; the sender calls it in a worker thread, one call at a time, beside the sending."""

    def __init__(self, database: Database, outbox: Outbox, facts: RecordedFacts, clock: Clock) -> None:
        """Args: clock: the office's."""
        self._database = database
        self._outbox = outbox
        self._facts = facts
        self._clock = clock
        self._confirm_from = 0

    def __call__(self) -> None:
        """Mark what has been recorded since, and measure what waits.

        Raises:
            StorageError: a database does not answer.
        """
        self._confirm()
        self._measure()

    def _confirm(self) -> None:
        with self._database.reading() as connection:
            unconfirmed = self._outbox.unconfirmed(connection, _BATCH, skip=self._confirm_from)
        verdicts = ((queued, verdict_on(queued, self._facts, Arrival.CERTAIN)) for queued in unconfirmed)
        confirmed = [(queued, verdict) for queued, verdict in verdicts if isinstance(verdict, Done)]
        if confirmed:
            with self._database.transaction() as connection:
                for queued, done in confirmed:
                    self._outbox.mark_done(connection, queued.id, done.position)
            metrics.OUTBOX_COMMANDS_TOTAL.labels("done").inc(len(confirmed))
        # Commands whose record never comes, because the engine lost its data, must not hide those behind them.
        full = len(unconfirmed) == _BATCH
        self._confirm_from = self._confirm_from + _BATCH - len(confirmed) if full else 0

    def _measure(self) -> None:
        with self._database.reading() as connection:
            backlog = self._outbox.backlog(connection)
        since = backlog.oldest_waiting_at
        age = 0.0 if since is None else max(0.0, (self._clock.now() - since).total_seconds())
        metrics.OUTBOX_WAITING_COUNT.set(backlog.waiting)
        metrics.OUTBOX_UNCONFIRMED_COUNT.set(backlog.unconfirmed)
        metrics.OUTBOX_OLDEST_WAITING_AGE_SECONDS.set(age)
