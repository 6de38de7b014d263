"""Sends what the office says to people outside: at once, over a pool of connections, nothing twice without saying so.

Before a text is handed over the row notes it, durably; the answer takes the note away. A sender may die at any line:
what it had not noted is sent by the next one, what it had noted is called `outcome_unknown`, and an officer decides.
One sender at a time works on a database; others stand by.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from penaemas.casefiles.message_queue import BY_HAND, DueMessage, MessageQueue
from penaemas.connectors.message_outcomes import Accepted, ChannelAway, NotNow, OutcomeUnknown, RefusedForGood
from penaemas.licensing.clock import Clock
from penaemas.observability import metrics
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError
from penaemas.storage.only_one import OnlyOne
from workers.message_channels import NOWHERE, Channels
from workers.message_writes import Change, GroupedWrites

log = structlog.get_logger(__name__)

_POLL_S: Final = 2.0
_BATCH: Final = 400
_KNOCK_AGAIN_S: Final = 15.0
# Who is stopped lets go what is on its way, so that its answer is known.
_LAST_ANSWERS_WITHIN_S: Final = 10.0
_LONGEST_WAIT_S: Final = 3600.0
# With the waits above, three days: as long as mail servers themselves try.
MOST_TRIES: Final = 76
_MEASURE_EVERY_S: Final = 5.0
# A database that is away for a moment costs no answer: what the channel said is written when it is back.
_WRITE_AGAIN_S: Final = 0.5
_WRITE_TRIES: Final = 120


class MessageSender:
    """Sends until it is cancelled. `wake` makes it look at once; it looks by itself every two seconds."""

    def __init__(
        self,
        database: Database,
        queue: MessageQueue,
        channels: Channels,
        clock: Clock,
        *,
        at_once: int = 8,
        first_wait_s: float = 60.0,
        chance: random.Random | None = None,
    ) -> None:
        """Args: clock: the office's; at_once: most messages that are on their way together."""
        self._database = database
        self._queue = queue
        self._channels = channels
        self._clock = clock
        self._at_once = at_once
        self._first_wait_s = first_wait_s
        self._chance = chance or random.Random()  # noqa: S311  # jitter needs no secrecy
        self._claim = OnlyOne(database, "message_sender")
        self._woken = asyncio.Event()
        self._was_held = False
        self._away_until: dict[str, float] = {}
        self._stopping = False
        self._storage_failed = False
        self._measured_at = 0.0

    def wake(self) -> None:
        """Something was queued: look now."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled. Neither a silent server nor a silent database ends it."""
        try:
            while True:
                self._woken.clear()
                if not await self._round():
                    # Shielded, and no wait_for: Python 3.11's loses a cancellation that comes with the awaited answer.
                    await asyncio.shield(self._channels.rest())
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_POLL_S):
                            await self._woken.wait()
        finally:
            await self._channels.close()
            self._claim.release()

    async def _round(self) -> bool:
        """Everything that can be sent now. Whether it is worth looking again at once."""
        try:
            held = await self._database.run(self._claim.held)
            if not held:
                self._was_held = False
                return False
            if not self._was_held:
                await self._database.run(self._give_up_abandoned)
                self._was_held = True
            sent = await self._send_due()
            if time.monotonic() - self._measured_at >= _MEASURE_EVERY_S:
                await self._database.run(self._measure)
                self._measured_at = time.monotonic()
        except StorageError as failure:
            if not self._storage_failed:
                log.warning("messages_storage_failed", reason=type(failure).__name__)
            self._storage_failed = True
            return False
        self._storage_failed = False
        return sent

    # --- sending ---

    async def _send_due(self) -> bool:
        due = await self._database.run(self._due)
        if not due:
            return False
        work = asyncio.create_task(self._send_all(due))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            self._stopping = True
            await asyncio.wait([work], timeout=_LAST_ANSWERS_WITHIN_S)
            work.cancel()
            raise
        return True

    async def _send_all(self, due: tuple[DueMessage, ...]) -> None:
        hands = asyncio.Semaphore(self._at_once)
        postponed: list[str] = []

        async def send_one(message: DueMessage, writes: GroupedWrites) -> None:
            async with hands:
                if self._stopping:
                    return
                way = self._channels.way_of(message)
                if self._away_until.get(way, 0.0) > time.monotonic():
                    postponed.append(message.message_id)
                    return
                try:
                    await self._send(message, way, writes)
                except ChannelAway as gone:
                    postponed.append(message.message_id)
                    self._note_away(way, gone.code)
                else:
                    self._note_back(way)

        async with GroupedWrites(self._database) as writes:
            # Every hand is waited for, so that no message is sent by two rounds at a time.
            outcomes = await asyncio.gather(*(send_one(one, writes) for one in due), return_exceptions=True)
            if postponed:
                again = datetime.now(UTC) + timedelta(seconds=_KNOCK_AGAIN_S)
                await self._write(writes, lambda connection: self._queue.postpone(connection, postponed, again))
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    def _note_away(self, way: str, code: str) -> None:
        if way not in self._away_until:
            log.warning("message_channel_away", channel=way, reason=code)
        self._away_until[way] = time.monotonic() + _KNOCK_AGAIN_S

    def _note_back(self, way: str) -> None:
        if self._away_until.pop(way, None) is not None:
            log.info("message_channel_returned", channel=way)

    async def _send(self, message: DueMessage, way: str, writes: GroupedWrites) -> None:
        if way in (NOWHERE, BY_HAND):
            state, outcome = ("failed", "no address") if way == NOWHERE else ("by_hand", "prepared")
            await self._settle(writes, message, state, way, outcome)
            return

        async def handing_over() -> None:
            at = self._clock.now()
            await writes.write(lambda connection: self._queue.note_handed_over(connection, message.message_id, way, at))

        try:
            answer = await self._channels.send(way, message, handing_over)
        except StorageError:  # the note was not taken, so nothing was handed over
            await self._write(writes, lambda connection: self._queue.postpone(connection, [message.message_id], None))
            raise
        match answer:
            case Accepted(code):
                await self._settle(writes, message, "sent", way, code)
            case RefusedForGood(code):
                await self._settle(writes, message, "failed", way, code)
            case OutcomeUnknown(code):
                await self._settle(writes, message, "outcome_unknown", way, code)
            case NotNow(code) if message.attempts + 1 >= MOST_TRIES:
                await self._settle(writes, message, "failed", way, code)
            case NotNow(code):
                await self._put_off(writes, message, way, code)

    async def _settle(self, writes: GroupedWrites, message: DueMessage, state: str, way: str, outcome: str) -> None:
        at = self._clock.now()

        def settle(connection: Connection) -> None:
            self._queue.settle(connection, message.message_id, state, channel=way, outcome=outcome, at=at)

        await self._write(writes, settle)
        metrics.MESSAGES_TOTAL.labels(way, state).inc()
        if state in ("failed", "outcome_unknown"):
            log.warning("message_not_sent", message_id=message.message_id, state=state, outcome=outcome)

    async def _put_off(self, writes: GroupedWrites, message: DueMessage, way: str, outcome: str) -> None:
        wait_s = min(_LONGEST_WAIT_S, self._first_wait_s * 2.0 ** min(message.attempts, 20))
        at = datetime.now(UTC) + timedelta(seconds=wait_s * self._chance.uniform(0.5, 1))

        def put_off(connection: Connection) -> None:
            self._queue.try_later(connection, message.message_id, channel=way, outcome=outcome, at=at)

        await self._write(writes, put_off)
        metrics.MESSAGES_TOTAL.labels(way, "put_off").inc()

    async def _write(self, writes: GroupedWrites, change: Change) -> None:
        """Write what the channel has said, also if the database is away for a while."""
        for attempt in range(_WRITE_TRIES):
            try:
                await writes.write(change)
            except StorageError:
                if attempt + 1 == _WRITE_TRIES:
                    raise
                await asyncio.sleep(_WRITE_AGAIN_S)
            else:
                return

    # --- what runs in the database's threads ---

    def _due(self) -> tuple[DueMessage, ...]:
        with self._database.reading() as connection:
            return self._queue.due(connection, datetime.now(UTC), _BATCH)

    def _give_up_abandoned(self) -> None:
        with self._database.transaction() as connection:
            count = self._queue.give_up_abandoned(connection, self._clock.now())
        if count:
            log.warning("messages_outcome_unknown", count=count)

    def _measure(self) -> None:
        with self._database.reading() as connection:
            backlog = self._queue.backlog(connection)
        for state in ("queued", "by_hand", "failed", "outcome_unknown"):
            metrics.MESSAGES_WAITING_COUNT.labels(state).set(backlog.waiting.get(state, 0))
        since = backlog.oldest_queued_at
        age = 0.0 if since is None else max(0.0, (self._clock.now() - since).total_seconds())
        metrics.MESSAGES_OLDEST_QUEUED_AGE_SECONDS.set(age)
