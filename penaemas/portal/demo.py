"""The clock of a demonstration, as the portal uses it."""

from datetime import datetime, timedelta
from typing import Protocol

STEP = timedelta(minutes=30)


class EngineClockUnreachable(Exception):
    """The engine does not tell or move its clock now; try again when it is ready."""


class MovableClock(Protocol):
    """The engine's clock in a demonstration. It only moves forward."""

    async def read(self) -> datetime:
        """The engine's present, aware.

        Raises:
            EngineClockUnreachable: the engine does not answer.
        """
        ...

    async def advance(self, by: timedelta) -> None:
        """Move it, durably: a restarted engine goes on from there.

        Raises:
            EngineClockUnreachable: the engine does not answer; nothing has moved.
        """
        ...
