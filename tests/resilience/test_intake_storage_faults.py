"""The database under the intake fails: the broker is told so, keeps its records, and everything comes in afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import islice

import httpx
import pytest

from penaemas.history.intake.bulk import Document
from penaemas.history.server import IntakeServer
from penaemas.storage.database import Database
from tests.databases import PostgresqlServer
from tests.history.exporter_double import ExporterDouble, many_cases
from tests.history.streams import FixedClock, body_of, recorded
from tests.waiting import wait_until_async

PASSWORD = "not-a-real-password"


def full_feed(server: IntakeServer) -> httpx.AsyncClient:
    address = f"http://127.0.0.1:{server.port}"
    return httpx.AsyncClient(base_url=address, auth=("full", PASSWORD), timeout=60)


class SmallDisk:
    """A database that may not grow beyond a number of pages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def holds(self, pages: int) -> None:
        with self._database.transaction() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


@pytest.fixture
def small_disk(sqlite_database: Database) -> SmallDisk:
    return SmallDisk(sqlite_database)


async def test_a_full_disk_is_answered_with_an_error_and_ends_by_itself(
    sqlite_database: Database, small_disk: SmallDisk
) -> None:
    records = list(islice(many_cases().records(), 4_000))
    batches = [
        body_of([Document(record.record_id, record.body) for record in records[start : start + 500]])
        for start in range(0, len(records), 500)
    ]
    async with (
        IntakeServer(sqlite_database, FixedClock(), password=PASSWORD, port=0) as server,
        full_feed(server) as http,
    ):
        small_disk.holds(400)
        answers = [(await http.post("/_bulk", content=body)) for body in batches]
        assert [answer.status_code for answer in answers][-1] == 503
        assert answers[-1].json()["error"]["type"] == "storage"
        confirmed = sum(500 for answer in answers if answer.status_code == 200)
        stored = server.queries.position(1)
        assert stored
        assert stored >= confirmed

        small_disk.holds(100_000)
        for body in batches:
            assert (await http.post("/_bulk", content=body)).status_code == 200

        assert server.queries.position(1) == len(records)
        assert server.queries.gaps(open_only=False) == ()
        assert server.queries.quarantined() == ()


@pytest.fixture
def own_postgresql() -> Iterator[PostgresqlServer]:
    """A server that only this test stops."""
    server = PostgresqlServer.create()
    yield server
    server.destroy()


@pytest.fixture
async def on_postgresql(own_postgresql: PostgresqlServer) -> AsyncIterator[IntakeServer]:
    with Database.open(own_postgresql.new_database()) as database:
        async with IntakeServer(database, FixedClock(), password=PASSWORD, port=0) as server:
            yield server


@pytest.mark.postgresql
async def test_a_stopped_database_is_answered_with_an_error_and_intake_recovers(
    own_postgresql: PostgresqlServer, on_postgresql: IntakeServer
) -> None:
    stream = recorded("six_cases_full")
    async with full_feed(on_postgresql) as http:
        assert (await http.post("/_bulk", content=body_of(stream[:100]))).status_code == 200
        own_postgresql.stop()

        assert (await http.post("/_bulk", content=body_of(stream[100:]))).status_code == 503
        assert (await http.get("/readyz")).status_code == 503
        assert (await http.get("/livez")).status_code == 200

        own_postgresql.start()

        async def is_taken() -> bool:
            return (await http.post("/_bulk", content=body_of(stream[100:]))).status_code == 200

        await wait_until_async(is_taken, "the batch is taken again")
        assert on_postgresql.queries.position(1) == len(stream)
        assert (await http.get("/readyz")).status_code == 200


@pytest.mark.postgresql
async def test_nothing_is_lost_when_the_database_stops_under_load(
    own_postgresql: PostgresqlServer, on_postgresql: IntakeServer
) -> None:
    queries = on_postgresql.queries
    exporter = ExporterDouble(f"http://127.0.0.1:{on_postgresql.port}", PASSWORD)

    async def more_records_come_in() -> None:
        seen = exporter.confirmed
        await wait_until_async(lambda: exporter.confirmed > seen + 1_000, "more records come in")

    async def the_broker_is_refused() -> None:
        seen = exporter.refused
        await wait_until_async(lambda: exporter.refused > seen, "the broker is refused")

    exporter.start()
    for _ in range(3):
        await more_records_come_in()
        own_postgresql.stop()
        await the_broker_is_refused()
        own_postgresql.start()
    await more_records_come_in()
    await asyncio.to_thread(exporter.end)  # the server answers on this loop

    assert queries.position(1) == exporter.confirmed
    assert queries.gaps(open_only=False) == ()
    assert queries.quarantined() == ()
