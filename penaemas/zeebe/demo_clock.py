"""The engine's clock in a demonstration: begins on a Monday at 08.00 and only moves forward, also over restarts.

How far the engine is ahead of the machine's clock is kept in one small file of the data folder. The engine itself
forgets it when it ends, so whoever starts it brings it there again. Refused for a real office: nobody makes this object
for one.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from penaemas.zeebe.clock import ControlledClock

FILE_NAME: Final = "demo_clock.json"
WESTERN_INDONESIA: Final = ZoneInfo("Asia/Jakarta")
OPENING: Final = time(8, 0)
# Below this the two clocks differ by the time the question takes, not by an offset.
NOTICEABLE: Final = timedelta(milliseconds=200)


def _ahead(file: Path) -> timedelta:
    return timedelta(milliseconds=json.loads(file.read_text(encoding="utf-8"))["ahead_ms"])


def next_opening(now: datetime) -> datetime:
    """The first Monday 08.00 in western Indonesia that is not past."""
    local = now.astimezone(WESTERN_INDONESIA)
    monday = local.date() + timedelta(days=-local.weekday() % 7)
    opening = datetime.combine(monday, OPENING, WESTERN_INDONESIA)
    return opening if opening >= local else opening + timedelta(days=7)


class DemoPresent:
    """The demonstration's present as its folder tells it: follows every move, also while the engine is down."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self._read_of: int | None = None
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The present in UTC; the machine's before the demonstration has begun."""
        try:
            written = self._file.stat().st_mtime_ns
            if written != self._read_of:
                self._ahead, self._read_of = _ahead(self._file), written
        except FileNotFoundError:
            self._ahead = timedelta()
        return datetime.now(UTC) + self._ahead


class DemoClock:
    """Reads and moves the clock of the engine behind `management_url`."""

    def __init__(self, folder: Path, management_url: str) -> None:
        self._file = folder / FILE_NAME
        self._management_url = management_url

    def begin(self) -> None:
        """At the first start of a demonstration: choose how far to be ahead. Later: do nothing."""
        with self._alone():
            if not self._file.exists():
                now = datetime.now(UTC)
                self._write(next_opening(now) - now)

    async def apply(self) -> None:
        """Bring a freshly started engine to where the demonstration stands.

        Raises:
            EngineUnavailable: the engine does not answer.
        """
        async with ControlledClock(self._management_url, allowed=True) as engine:
            await self._catch_up(engine)

    async def advance(self, by: timedelta) -> None:
        """Move on, durably.

        Raises:
            EngineUnavailable: the engine does not answer; nothing has moved.
        """
        async with ControlledClock(self._management_url, allowed=True) as engine:
            await asyncio.to_thread(self._add, by)
            await self._catch_up(engine)

    async def _catch_up(self, engine: ControlledClock) -> None:
        behind = self._wanted() - (engine.now() - datetime.now(UTC))
        if behind > NOTICEABLE:
            await engine.advance(behind)

    def _wanted(self) -> timedelta:
        return _ahead(self._file)

    def _add(self, by: timedelta) -> None:
        with self._alone():
            self._write(self._wanted() + by)

    def _write(self, ahead: timedelta) -> None:
        temporary = self._file.with_suffix(".new")
        temporary.write_text(json.dumps({"ahead_ms": ahead // timedelta(milliseconds=1)}), encoding="utf-8")
        temporary.replace(self._file)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
