"""The clock of a demonstration, as the portal moves it."""

from datetime import timedelta
from typing import Protocol


class EngineClockUnreachable(Exception):
    """The engine does not move its clock now; try again when it is ready."""


class MovableClock(Protocol):
    """The engine's clock in a demonstration. It only moves forward."""

    async def advance(self, by: timedelta) -> None:
        """Move it, durably: a restarted engine goes on from there.

        Raises:
            EngineClockUnreachable: the engine does not answer; nothing has moved.
        """
        ...
