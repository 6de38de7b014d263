"""Does each daily duty once for every day, as soon after 01.00 WIB as the history runs; again until it succeeds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from penaemas.history.duties import standing
from penaemas.history.duties.schedule import last_due
from penaemas.history.duties.standing import Standing
from penaemas.licensing.clock import Clock
from penaemas.observability import metrics
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 30.0
_BEFORE_EVERYTHING: Final = datetime(1970, 1, 1, tzinfo=UTC)


class DutyFailed(Exception):
    """It could not be done now. The text says why, for operators; no personal data."""


class NothingToDo(Exception):
    """There is nothing yet that it could be done with: no failure, looked at again soon."""


@dataclass(frozen=True)
class Duty:
    """One of them.

    Args:
        name: also a metric's label.
        do: does it for the day that fell due at this instant. Doing it twice for one day must harm nobody: a kill
            may come between the deed and the note of it. Raises DutyFailed, NothingToDo.
        begins_at_once: the first time is as soon as it is known, not the night after.
    """

    name: str
    do: Callable[[datetime], Awaitable[None]]
    begins_at_once: bool = False


class DailyDuties:
    """Runs while the history process runs."""

    def __init__(
        self, database: Database, clock: Clock, duties: Sequence[Duty], *, look_every_s: float = LOOK_EVERY_S
    ) -> None:
        self._database = database
        self._clock = clock
        self.duties = duties
        self._look_every_s = look_every_s

    async def run(self) -> None:
        """Look again and again until cancelled. A database that does not answer is asked again."""
        while True:
            await self.round()
            await asyncio.sleep(self._look_every_s)

    async def round(self) -> None:
        """Do what is due."""
        try:
            known = await self._database.run(standing.read, self._database)
            for duty in self.duties:
                await self._attend(duty, known.get(duty.name) or await self._begin(duty))
        except StorageError as error:
            log.warning("duties_not_looked_at", kind=type(error).__name__)

    async def _begin(self, duty: Duty) -> Standing:
        """A duty that is new: of the days before nothing was owed."""
        done_for = _BEFORE_EVERYTHING if duty.begins_at_once else last_due(self._clock.now())
        begun = Standing(duty.name, done_for)
        await self._database.run(standing.write, self._database, begun)
        return begun

    async def _attend(self, duty: Duty, before: Standing) -> None:
        now = self._clock.now()
        after = before
        if before.may_be_tried(now):
            due = last_due(now)
            try:
                await duty.do(due)
            except NothingToDo:
                log.info("duty_has_nothing_to_do", duty=duty.name)
            except DutyFailed as error:
                metrics.HISTORY_DUTY_FAILURES_TOTAL.labels(duty.name).inc()
                after = before.failed(str(error), self._clock.now())
                log.warning("duty_failed", duty=duty.name, reason=str(error), failures=after.failures)
            else:
                after = before.succeeded(due, self._clock.now())
                log.info("duty_done", duty=duty.name)
        if after != before:
            await self._database.run(standing.write, self._database, after)
        _show(after, self._clock.now())


def _show(shown: Standing, now: datetime) -> None:
    metrics.HISTORY_DUTY_OVERDUE_SECONDS.labels(shown.duty).set(shown.overdue_s(now))
    if shown.done_at is not None:
        metrics.HISTORY_DUTY_DONE_TIMESTAMP_SECONDS.labels(shown.duty).set(shown.done_at.timestamp())
