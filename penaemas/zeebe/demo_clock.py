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

import httpx

FILE_NAME: Final = "demo_clock.json"
WESTERN_INDONESIA: Final = ZoneInfo("Asia/Jakarta")
OPENING: Final = time(8, 0)
ANSWER_WITHIN_S: Final = 5.0
# Below this the two clocks differ by the time the question takes, not by an offset.
NOTICEABLE: Final = timedelta(milliseconds=200)


class DemoClockUnreachable(Exception):
    """The engine does not tell or move its clock: it is not running, or was not started for a demonstration."""


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
        self._url = f"{management_url}/actuator/clock"

    def begin(self) -> None:
        """At the first start of a demonstration: choose how far to be ahead. Later: do nothing."""
        with self._alone():
            if not self._file.exists():
                now = datetime.now(UTC)
                self._write(next_opening(now) - now)

    async def read(self) -> datetime:
        """The engine's present, in UTC.

        Raises:
            DemoClockUnreachable: the engine does not answer.
        """
        return await self._ask("GET", self._url)

    async def apply(self) -> None:
        """Bring a freshly started engine to where the demonstration stands.

        Raises:
            DemoClockUnreachable: the engine does not answer.
        """
        behind = self._wanted() - (await self.read() - datetime.now(UTC))
        if behind > NOTICEABLE:
            await self._ask("POST", f"{self._url}/add", offset_ms=behind // timedelta(milliseconds=1))

    async def advance(self, by: timedelta) -> None:
        """Move on, durably.

        Raises:
            DemoClockUnreachable: the engine does not answer; nothing has moved.
        """
        await self.read()
        await asyncio.to_thread(self._add, by)
        await self.apply()

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

    async def _ask(self, method: str, url: str, offset_ms: int | None = None) -> datetime:
        body = None if offset_ms is None else {"offsetMilli": offset_ms}
        try:
            async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
                answer = await client.request(method, url, json=body)
                answer.raise_for_status()
                return datetime.fromtimestamp(answer.json()["epochMilli"] / 1000, UTC)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise DemoClockUnreachable(f"the engine's clock at {url} does not answer") from error
