"""Wakes the ladders that wait when the clocks have changed meanwhile, so that what is now due fires now.

A ladder waits for the instant that the clock told it. The end of an outage that is written down late, or hours that a
new configuration brings with a restart, may put its next rung before that instant, even into the past.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from penaemas.casefiles.outages import Outages
from penaemas.storage.errors import StorageUnavailable
from penaemas.zeebe.errors import EngineUnavailable

log = structlog.get_logger(__name__)

CLOCKS_CHANGED: Final = "service_clock.changed"
"""The signal that `step_escalation_v1` waits for beside its timer."""

Broadcast = Callable[[str], Awaitable[None]]
"""Gives a signal to the engine. Raises EngineUnavailable when it does not answer."""

# A rung is to fire within 2 s of the entry that makes it due.
_LOOK_EVERY_S: Final = 0.5
# Once more for a ladder that had asked the clock just before the entry and was not waiting yet. Asking is harmless.
_AGAIN_AFTER_LOOKS: Final = 6


class ClockChanges:
    """Tells the engine of every change, and once at the start: what happened while nobody worked here is told too."""

    def __init__(self, outages: Outages, broadcast: Broadcast) -> None:
        self._outages = outages
        self._broadcast = broadcast
        self._told_of: int | None = None
        self._looks_until_again = 0

    async def run(self) -> None:
        """Look twice a second, until cancelled."""
        while True:
            try:
                await self.look()
            except (EngineUnavailable, StorageUnavailable) as silence:
                log.info("clock_change_not_told_yet", reason=type(silence).__name__)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def look(self) -> None:
        """Broadcast if something was entered since the last time.

        Raises:
            EngineUnavailable, StorageUnavailable: nobody was told; look again.
        """
        entries = await self._outages.number_of_entries()
        if entries != self._told_of:
            await self._broadcast(CLOCKS_CHANGED)
            self._told_of, self._looks_until_again = entries, _AGAIN_AFTER_LOOKS
        elif self._looks_until_again:
            if self._looks_until_again == 1:
                await self._broadcast(CLOCKS_CHANGED)
            self._looks_until_again -= 1
