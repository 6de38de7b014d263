"""Keeps the ledger up with intake: rounds of sealing, moments and witnesses beside the intake, never in its way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import structlog

from penaemas.history.ledger.portal_log import OfficeDiffers, PortalLog
from penaemas.history.ledger.sealer import LedgerHalted
from penaemas.history.ledger.sealing import EVERYTHING, Ledger
from penaemas.history.ledger.witnesses import Witnessing
from penaemas.observability import metrics
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError

log = structlog.get_logger(__name__)

ROUND_EVERY_S: Final = 10.0
"""A checkpoint follows a record by no more than this and one round's work; the promise is a minute."""

APART_FROM: Final = 5_000
"""So many records waiting are sealed by a process of their own, which takes no time from the one that receives."""

_LAST_ROUND_WITHIN_S: Final = 8.0

Exported = Callable[[], Awaitable[Mapping[int, int]]]
"""Asks the broker for the last position that its exporters have confirmed, by partition; empty if it does not say."""


_Halts = dict[tuple[str, str], str]
"""Log and reason → what is known of it."""


async def nothing_exported() -> Mapping[int, int]:
    """For a history whose engine cannot be asked."""
    return {}


class LedgerKeeper:
    """Runs while the history process runs.

    Args:
        seal_apart: seals in a process of its own; None seals here whatever waits.
    """

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        portal: PortalLog,
        witnessing: Witnessing,
        *,
        exported: Exported = nothing_exported,
        seal_apart: Callable[[], Awaitable[None]] | None = None,
        every_s: float = ROUND_EVERY_S,
    ) -> None:
        self.folder = ledger.folder
        self._database = database
        self._ledger = ledger
        self._portal = portal
        self._witnessing = witnessing
        self._exported = exported
        self._seal_apart = seal_apart
        self._every_s = every_s
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._halts: _Halts = {}

    def start(self) -> None:
        """Begin the rounds."""
        self._running = asyncio.create_task(self._run(), name="ledger")

    async def stop(self) -> None:
        """A last round, so that what was received is sealed when the office closes; then no more."""
        self._stopping.set()
        if self._running is not None:
            await self._running

    async def round(self, *, closing: bool = False) -> None:
        """Take over acts, seal, write a moment, ask the witnesses. Failures are logged, counted and tried again."""
        try:
            halts = await self._take_acts()
            halts |= await self._seal()
            exported = await self._exported()
            if await self._database.run(self._portal.write_moment, exported, at_once=closing) and closing:
                halts |= await self._seal()
            halts |= _told(await self._witnessing.ask())
            self._note(halts)
        except StorageError as error:
            self._failed("storage", type(error).__name__)
        except OSError as error:
            self._failed("files", type(error).__name__)

    async def _run(self) -> None:
        # Before anything is sealed: a witness that has seen more than we have tells that this is an older backup.
        try:
            self._note(_told(await self._witnessing.ask()))
        except StorageError as error:
            self._failed("storage", type(error).__name__)
        while not self._stopping.is_set():
            await self.round()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._every_s)
        try:
            await asyncio.wait_for(self.round(closing=True), _LAST_ROUND_WITHIN_S)
        except TimeoutError:
            log.info("ledger_not_sealed_at_stop")  # the next start goes on from here

    async def _take_acts(self) -> _Halts:
        try:
            await self._database.run(self._portal.take_acts)
        except OfficeDiffers as error:
            return {("portal", "office_differs"): str(error)}
        return {}

    async def _seal(self) -> _Halts:
        waiting = await self._database.run(self._ledger.waiting)
        metrics.LEDGER_WAITING_RECORDS.set(waiting)
        if waiting >= APART_FROM and self._seal_apart is not None:
            await self._seal_apart()
        # Also after the other process: what it could not do is found again here, and told.
        sealed = await self._database.run(self._ledger.seal, APART_FROM if self._seal_apart else EVERYTHING)
        metrics.LEDGER_WAITING_RECORDS.set(await self._database.run(self._ledger.waiting))
        return _told(sealed.halted)

    def _note(self, halts: _Halts) -> None:
        for (origin, reason), detail in halts.items():
            if (origin, reason) not in self._halts:
                log.error("ledger_halted", log=origin, reason=reason, detail=detail)
        for origin, reason in self._halts.keys() - halts.keys():
            log.info("ledger_goes_on", log=origin, reason=reason)
        self._halts = halts
        metrics.LEDGER_HALTED_LOGS.set(len({origin for origin, _ in halts}))

    def _failed(self, where: str, kind: str) -> None:
        metrics.LEDGER_FAILURES_TOTAL.labels(where).inc()
        log.warning("ledger_round_failed", where=where, kind=kind)


def _told(halted: Sequence[LedgerHalted]) -> _Halts:
    return {(halt.origin, str(halt.reason)): str(halt) for halt in halted}
