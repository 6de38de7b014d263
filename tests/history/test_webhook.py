"""Events reach another program at least once and in order, whatever fails on either side."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from penaemas.history.export import Pseudonyms
from penaemas.history.export.webhook import CONTENT_TYPE, Webhook
from penaemas.history.intake.acceptance import Feed
from penaemas.history.server import IntakeServer
from penaemas.storage.database import Database
from tests.history.streams import FixedClock, OpenHistory, recorded

PATIENCE_S = 60


class Receiver:
    """A real HTTP server that can fail, hang up, and be away. Keeps what it has confirmed, and all it was sent."""

    def __init__(self, fails: Callable[[int], str | None] = lambda number: None) -> None:
        self.confirmed: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self._fails = fails
        self._port = 0
        self._arrived = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/events"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()

    async def has(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len({event["id"] for event in self.confirmed}) < number:
                self._arrived.clear()
                await self._arrived.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(line for line in head.lower().split("\r\n") if line.startswith("content-length:"))
            event = json.loads(await reader.readexactly(int(length.partition(":")[2])))
            self.headers.append(head)
            self.sent.append(event)
            failure = self._fails(len(self.sent))
            if failure != "hang up":
                status = failure or "204 No Content"
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
            if failure is None:
                self.confirmed.append(event)
                self._arrived.set()
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()


def webhook(database: Database, receiver: Receiver, **options: Any) -> Webhook:
    officers = Pseudonyms(b"k" * 32)
    return Webhook(database, receiver.url, officers, source="pena.example", first_pause_s=0.001, **options)


@asynccontextmanager
async def running(hook: Webhook) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(hook.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def expected(history: OpenHistory) -> list[str]:
    with history.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT record_id FROM timeline ORDER BY record_id").scalars()
        return [f"1-{record_id & ((1 << 51) - 1)}" for record_id in rows]


def ids(events: list[dict[str, Any]]) -> list[str]:
    return [event["id"] for event in events]


def in_order(seen: list[str]) -> bool:
    """Once the repetitions are left out."""
    first = list(dict.fromkeys(seen))
    return first == sorted(first, key=lambda one: int(one.partition("-")[2]))


async def test_an_event_is_a_cloud_event_without_a_name(sqlite_history: OpenHistory) -> None:
    sqlite_history.takes(Feed.FULL, recorded("six_cases_full"))
    receiver = Receiver()

    async with receiver.listening(), running(webhook(sqlite_history.database, receiver, token="secret")):
        await receiver.has(len(expected(sqlite_history)))

    assert ids(receiver.confirmed) == expected(sqlite_history)
    done = next(event for event in receiver.confirmed if event["type"] == "id.pena.history.task_completed")
    assert (done["specversion"], done["source"], done["data"]["element_id"]) == ("1.0", "pena.example", "Task_Review")
    assert done["data"]["officer"].startswith("officer-")
    assert "petugas" not in json.dumps(receiver.sent)
    assert CONTENT_TYPE in receiver.headers[0]
    assert "Bearer secret" in receiver.headers[0]


async def test_what_fails_is_sent_again_before_anything_behind_it(history: OpenHistory) -> None:
    history.takes(Feed.FULL, recorded("six_cases_full")[:300])
    failures = {3: "503 Service Unavailable", 7: "hang up", 8: "500 Internal Server Error", 20: "hang up"}
    receiver = Receiver(failures.get)

    async with receiver.listening(), running(webhook(history.database, receiver)):
        await receiver.has(len(expected(history)))

    assert ids(receiver.confirmed) == expected(history)
    assert len(receiver.sent) == len(expected(history)) + len(failures)
    assert in_order(ids(receiver.sent))


async def test_a_receiver_that_is_away_gets_everything_when_it_is_back(sqlite_history: OpenHistory) -> None:
    sqlite_history.takes(Feed.FULL, recorded("six_cases_full"))
    receiver = Receiver()
    async with receiver.listening(), running(webhook(sqlite_history.database, receiver)):
        await receiver.has(20)

    async with running(webhook(sqlite_history.database, receiver)), receiver.listening():
        await receiver.has(len(expected(sqlite_history)))

    assert set(ids(receiver.confirmed)) == set(expected(sqlite_history))
    assert in_order(ids(receiver.confirmed))


async def test_a_sender_that_is_killed_goes_on_from_its_cursor(sqlite_history: OpenHistory) -> None:
    sqlite_history.takes(Feed.FULL, recorded("six_cases_full"))
    receiver = Receiver()

    async with receiver.listening():
        for wanted in (10, 50, 150, len(expected(sqlite_history))):
            async with running(webhook(sqlite_history.database, receiver)):
                await receiver.has(wanted)

    assert set(ids(receiver.confirmed)) == set(expected(sqlite_history))
    assert in_order(ids(receiver.confirmed))


async def test_nothing_behind_a_gap_is_sent_before_the_gap_is_filled(sqlite_history: OpenHistory) -> None:
    stream = recorded("six_cases_full")
    sqlite_history.takes(Feed.FULL, [*stream[:100], *stream[120:]])
    receiver = Receiver()

    async with receiver.listening():
        hook = webhook(sqlite_history.database, receiver)
        async with httpx.AsyncClient() as client:
            while await hook.deliver_some(client):
                continue
            assert max(int(one.partition("-")[2]) for one in ids(receiver.confirmed)) <= 100
            sqlite_history.takes(Feed.FULL, stream[100:120])
            while await hook.deliver_some(client):
                continue

    assert ids(receiver.confirmed) == expected(sqlite_history)


async def test_the_history_process_delivers_while_it_receives(sqlite_database: Database) -> None:
    history = OpenHistory(sqlite_database)
    history.takes(Feed.FULL, recorded("six_cases_full")[:200])
    receiver = Receiver()

    async with receiver.listening():
        hook = webhook(sqlite_database, receiver)
        async with IntakeServer(sqlite_database, FixedClock(), password="x", port=0, webhook=hook):
            await receiver.has(len(expected(history)))

    assert ids(receiver.confirmed) == expected(history)


@pytest.mark.parametrize("name", ["webhook", "another"])
async def test_another_receiver_has_a_cursor_of_its_own(sqlite_history: OpenHistory, name: str) -> None:
    sqlite_history.takes(Feed.FULL, recorded("six_cases_full")[:100])
    first, second = Receiver(), Receiver()
    async with first.listening(), httpx.AsyncClient() as client:
        await webhook(sqlite_history.database, first).deliver_some(client)

    async with second.listening(), httpx.AsyncClient() as client:
        await webhook(sqlite_history.database, second, name=name).deliver_some(client)

    assert ids(second.confirmed) == ([] if name == "webhook" else expected(sqlite_history))
