"""Delivers the outbox to the engine: at once, in order per case, each command effective once.

    ready ──▶ note the attempt ──▶ engine ──┬─ accepted ────────────▶ sent ──▶ its record arrives ──▶ done
                                            ├─ not found, too late ─▶ ask the history ──▶ done · refused · later
                                            ├─ refused ─────────────▶ refused
                                            └─ no answer ───────────▶ later, with back-off

A sender may die at any line. A command that may have arrived is asked about before it is sent again, and the engine
itself refuses a message with an id that it knows and a task that has ended. One sender at a time works on a database;
others stand by.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog

from penaemas.casefiles.outbox import AssignTask, Outbox, QueuedCommand
from penaemas.licensing.clock import Clock
from penaemas.observability import metrics
from penaemas.observability.ops_server import Request, Response
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError
from penaemas.storage.only_one import OnlyOne
from penaemas.zeebe.errors import (
    AlreadyExists,
    EngineOverloaded,
    EngineRefused,
    EngineUnavailable,
    InvalidState,
    NotFound,
)
from workers.outbox_look_back import LookBack
from workers.outbox_verdict import Arrival, Done, NotYetKnown, Refused, Verdict, verdict_on
from workers.recorded_facts import RecordedFacts

log = structlog.get_logger(__name__)

Deliver = Callable[[QueuedCommand], Awaitable[None]]
"""Gives one command to the engine. Raises EngineError; returns when the engine accepted it."""

_POLL_S: Final = 1.0
# What was accepted is asked about so often and no oftener: its record takes a second to arrive.
_LOOK_BACK_EVERY_S: Final = 0.5
_BATCH: Final = 200
_FIRST_WAIT_S: Final = 0.25
_LONGEST_WAIT_S: Final = 15.0
_LONGEST_KNOCK_S: Final = 3.0
# The officer took the key from the history, so a task that it does not know after this many questions never was.
_QUESTIONS_ABOUT_THE_UNKNOWN: Final = 8


class OutboxSender:
    """Sends until it is cancelled. `wake` makes it look at once; it looks by itself every second."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        deliver: Deliver,
        facts: RecordedFacts,
        clock: Clock,
        *,
        at_once: int = 16,
        chance: random.Random | None = None,
    ) -> None:
        """Args: clock: the office's; at_once: most cases that are served together."""
        self._database = database
        self._outbox = outbox
        self._deliver = deliver
        self._facts = facts
        self._at_once = at_once
        self._chance = chance or random.Random()  # noqa: S311  # jitter needs no secrecy
        self._claim = OnlyOne(database, "outbox_sender")
        self._look_back = LookBack(database, outbox, facts, clock)
        self._woken = asyncio.Event()
        self._setbacks: dict[str, int] = {}
        self._engine_silent_rounds = 0
        self._silence = ""
        self._soonest_retry: datetime | None = None
        self._storage_failed = False
        self._sends = False

    def wake(self) -> None:
        """Something was queued: look now."""
        self._woken.set()

    async def wake_route(self, _request: Request) -> Response:
        """`POST /outbox/wake` of the workers' own server."""
        self.wake()
        return Response(202)

    async def run(self) -> None:
        """Send until cancelled. Neither a silent engine nor a silent database ends it."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._keep_sending())
                both.create_task(self._keep_looking_back())
        finally:
            self._claim.release()

    async def _keep_sending(self) -> None:
        while True:
            self._woken.clear()
            if not await self._round():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), self._pause())

    async def _keep_looking_back(self) -> None:
        """Beside the sending: a command that waits is not to wait for what has been sent long ago."""
        while True:
            if self._sends:
                with contextlib.suppress(StorageError):  # the round that sends meets it too, and tells
                    await self._database.run(self._look_back)
            await asyncio.sleep(_LOOK_BACK_EVERY_S)

    async def _round(self) -> bool:
        """Everything that can be sent now. Whether it is worth looking again at once."""
        try:
            sent = await self._send_ready()
        except StorageError as failure:
            self._sends = False
            if not self._storage_failed:
                log.warning("outbox_storage_failed", reason=type(failure).__name__)
            self._storage_failed = True
            return False
        if self._storage_failed:
            log.info("outbox_storage_returned")
        self._storage_failed = False
        return sent

    def _pause(self) -> float:
        if self._engine_silent_rounds:
            return min(_LONGEST_KNOCK_S, self._wait_after(self._engine_silent_rounds))
        soonest, self._soonest_retry = self._soonest_retry, None
        return _POLL_S if soonest is None else min(_POLL_S, max(0.0, (soonest - datetime.now(UTC)).total_seconds()))

    def _wait_after(self, setbacks: int) -> float:
        longest: float = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(setbacks, 20))
        return longest * self._chance.uniform(0.5, 1)

    # --- sending ---

    async def _send_ready(self) -> bool:
        # While the engine is silent one command knocks; otherwise a thousand would, each time.
        limit = 1 if self._engine_silent_rounds else _BATCH
        ready = await self._database.run(self._take_ready, limit)
        if not ready:
            return False
        hands = asyncio.Semaphore(self._at_once)
        answers: list[bool | None] = []

        async def send_one(queued: QueuedCommand) -> QueuedCommand | None:
            async with hands:
                if False in answers and True not in answers:
                    if _goes_at_once(queued):
                        await self._take_back(queued)
                    return None
                answer = await self._send(queued)
                answers.append(answer)
                return queued if answer is False else None

        # Every hand is waited for before a failure goes on, so that no command is sent by two rounds at a time.
        outcomes = await asyncio.gather(*(send_one(queued) for queued in ready), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        self._note_engine(answers)
        if True in answers:
            # The engine speaks, so these have a trouble of their own: they step aside for the others.
            for queued in outcomes:
                if isinstance(queued, QueuedCommand):
                    await self._put_off(queued)
        return True in answers

    def _note_engine(self, answers: list[bool | None]) -> None:
        if True in answers:
            if self._engine_silent_rounds:
                log.info("outbox_engine_returned")
            self._engine_silent_rounds = 0
        elif False in answers:
            if not self._engine_silent_rounds:
                log.warning("outbox_engine_silent", reason=self._silence)
            self._engine_silent_rounds += 1

    async def _send(self, queued: QueuedCommand) -> bool | None:
        """Whether the engine answered; None when it did not have to be asked."""
        attempt = queued.attempts + 1
        if not _goes_at_once(queued):
            verdict = await self._ask(queued, Arrival.POSSIBLE)
            if not isinstance(verdict, NotYetKnown):
                await self._settle(queued, verdict)
                return None
            attempt = await self._database.run(self._write, self._outbox.begin_attempt, queued.id)
        try:
            await self._deliver(queued)
        except AlreadyExists:  # the message id is ours alone: an earlier attempt arrived
            await self._accepted(queued)
        except (NotFound, InvalidState):
            await self._ended_before_us(queued, Arrival.POSSIBLE if attempt > 1 else Arrival.IMPOSSIBLE)
        except EngineRefused as refusal:
            log.error("outbox_command_refused", command_id=queued.id, kind=queued.command.kind, reason=refusal.reason)
            await self._settle(queued, Refused(f"ditolak mesin proses · refused by the engine: {refusal.reason}"))
        except EngineOverloaded:
            await self._take_back(queued)
            await self._put_off(queued)
        except EngineUnavailable as silence:
            self._silence = type(silence).__name__
            return False
        else:
            await self._accepted(queued)
        return True

    async def _ended_before_us(self, queued: QueuedCommand, arrival: Arrival) -> None:
        if arrival is Arrival.IMPOSSIBLE:
            await self._take_back(queued)
        verdict = await self._ask(queued, arrival)
        match verdict:
            case NotYetKnown(subject_known=False) if self._setbacks.get(queued.id, 0) >= _QUESTIONS_ABOUT_THE_UNKNOWN:
                await self._settle(queued, Refused("tugas atau perkara tidak dikenal · no such task or case"))
            case NotYetKnown():
                await self._put_off(queued)
            case _:
                await self._settle(queued, verdict)

    async def _ask(self, queued: QueuedCommand, arrival: Arrival) -> Verdict:
        return await self._database.run(verdict_on, queued, self._facts, arrival)

    async def _accepted(self, queued: QueuedCommand) -> None:
        await self._database.run(self._write, self._outbox.mark_sent, queued.id)
        self._setbacks.pop(queued.id, None)
        metrics.OUTBOX_COMMANDS_TOTAL.labels("sent").inc()

    async def _take_back(self, queued: QueuedCommand) -> None:
        """The engine said that this attempt did nothing: it need not be asked about later."""
        await self._database.run(self._write, self._outbox.take_back_attempt, queued.id)

    async def _put_off(self, queued: QueuedCommand) -> None:
        setbacks = self._setbacks[queued.id] = self._setbacks.get(queued.id, 0) + 1
        at = datetime.now(UTC) + timedelta(seconds=self._wait_after(setbacks - 1))
        await self._database.run(self._write, self._outbox.try_later, queued.id, at)
        self._soonest_retry = min(at, self._soonest_retry or at)
        metrics.OUTBOX_COMMANDS_TOTAL.labels("put_off").inc()

    async def _settle(self, queued: QueuedCommand, verdict: Done | Refused) -> None:
        await self._database.run(self._write_verdict, queued, verdict)
        self._setbacks.pop(queued.id, None)

    # --- what runs in the database's threads ---

    def _take_ready(self, limit: int) -> tuple[QueuedCommand, ...]:
        """What may go now, if this sender is the one that sends. The attempts that begin at once are noted."""
        self._sends = self._claim.held()
        if not self._sends:
            return ()
        ready: tuple[QueuedCommand, ...] = self._read(self._outbox.ready, datetime.now(UTC), limit)
        at_once = [queued for queued in ready if _goes_at_once(queued)]
        if at_once:
            with self._database.transaction() as connection:
                for queued in at_once:
                    self._outbox.begin_attempt(connection, queued.id)
        return ready

    def _write_verdict(self, queued: QueuedCommand, verdict: Done | Refused) -> None:
        with self._database.transaction() as connection:
            if isinstance(verdict, Done):
                self._outbox.mark_done(connection, queued.id, verdict.position)
            else:
                self._outbox.mark_refused(connection, queued.id, verdict.outcome)
        metrics.OUTBOX_COMMANDS_TOTAL.labels("done" if isinstance(verdict, Done) else "refused").inc()

    def _read(self, question: Callable[..., Any], *args: object) -> Any:
        with self._database.reading() as connection:
            return question(connection, *args)

    def _write(self, change: Callable[..., Any], *args: object) -> Any:
        with self._database.transaction() as connection:
            return change(connection, *args)


def _goes_at_once(queued: QueuedCommand) -> bool:
    """Whether it need not be asked about first: it cannot have arrived, or arriving twice is harmless."""
    return not queued.attempts or isinstance(queued.command, AssignTask)
