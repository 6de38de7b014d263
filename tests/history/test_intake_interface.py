"""The interface that the broker's exporter speaks to, over HTTP."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from penaemas.history.server import IntakeServer
from penaemas.storage.database import Database
from tests.history.streams import FixedClock, body_of, recorded

PASSWORD = "not-a-real-password"
FULL = httpx.BasicAuth("full", PASSWORD)
EXPRESS = httpx.BasicAuth("express", PASSWORD)


@pytest.fixture
async def server(sqlite_database: Database) -> AsyncIterator[IntakeServer]:
    async with IntakeServer(sqlite_database, FixedClock(), password=PASSWORD, port=0) as started:
        yield started


@pytest.fixture
async def http(server: IntakeServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", auth=FULL) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/_component_template/zeebe-record", "/_index_template/zeebe-record_job_8.5.8", "/zeebe-record*/_settings"]
)
async def test_templates_and_settings_are_acknowledged(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.put(path, json={"settings": {}})

    assert (answer.status_code, answer.json()) == (200, {"acknowledged": True})
    assert answer.headers["X-Elastic-Product"] == "Elasticsearch"


async def test_a_confirmed_batch_is_answered_item_by_item(http: httpx.AsyncClient, server: IntakeServer) -> None:
    answer = await http.post("/_bulk", content=body_of(recorded("six_cases_full")[:3]))

    assert answer.headers["X-Elastic-Product"] == "Elasticsearch"
    assert answer.json()["errors"] is False
    assert answer.json()["items"] == [{"index": {"_id": f"1-{number}", "status": 201}} for number in (1, 2, 3)]
    assert server.queries.position(1) == 3


async def test_a_batch_may_come_in_chunks(http: httpx.AsyncClient, server: IntakeServer) -> None:
    body = body_of(recorded("six_cases_full"))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1_000):
            yield body[start : start + 1_000]

    assert (await http.post("/_bulk", content=pieces())).status_code == 200
    assert server.queries.position(1) == len(recorded("six_cases_full"))


async def test_the_user_name_tells_the_feeds_apart(http: httpx.AsyncClient, server: IntakeServer) -> None:
    answer = await http.post("/_bulk", content=body_of(recorded("six_cases_express")), auth=EXPRESS)

    assert answer.status_code == 200
    assert server.queries.position(1) is None
    assert {task.provisional for task in server.queries.open_tasks()} == {True}


async def test_answers_are_sent_at_once(http: httpx.AsyncClient) -> None:
    """An answer that is held back for the other side's acknowledgement takes 40 ms, every time."""
    took_s = []
    for document in recorded("six_cases_express")[:20]:
        started = time.perf_counter()
        await http.post("/_bulk", content=body_of([document]), auth=EXPRESS)
        took_s.append(time.perf_counter() - started)

    assert min(took_s) < 0.025


@pytest.mark.parametrize("auth", [("full", "wrong"), ("someone", PASSWORD), ("full", ""), None])
async def test_who_does_not_know_the_password_stores_nothing(
    http: httpx.AsyncClient, server: IntakeServer, auth: tuple[str, str] | None
) -> None:
    http.auth = auth  # type: ignore[assignment]  # httpx's setter takes what its constructor takes
    answer = await http.post("/_bulk", content=body_of(recorded("six_cases_full")[:3]))

    assert answer.status_code == 401
    assert server.queries.position(1) is None


@pytest.mark.parametrize("header", ["Basic %%%", "Bearer x", "Basic", ""])
async def test_a_broken_authorization_header_is_refused(server: IntakeServer, header: str) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        answer = await client.post("/_bulk", content=b"", headers={"Authorization": header})

    assert answer.status_code == 401


async def test_a_refused_password_is_counted(http: httpx.AsyncClient) -> None:
    def refused(text: str) -> float:
        name = 'pena_history_requests_refused_total{reason="wrong_password"}'
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))

    before = refused((await http.get("/metrics")).text)
    await http.post("/_bulk", content=b"", auth=("full", "wrong"))

    assert refused((await http.get("/metrics")).text) == before + 1


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"\n",
        b"hello",
        b"\xff\xfe\x00\n\x00\n",
        b'{"index":{"_id":"1-1"}}\n',
        b'{"delete":{"_id":"1-1"}}\n{}\n',
        b'{"index":{"_id":"one-two"}}\n{}\n',
        b'{"index":{"_id":"0-1"}}\n{}\n',
        b'{"index":{"_id":"1-99999999999999999999"}}\n{}\n',
    ],
)
async def test_nonsense_is_refused_whole_and_intake_goes_on(
    http: httpx.AsyncClient, server: IntakeServer, nonsense: bytes
) -> None:
    good = body_of(recorded("six_cases_full")[:2])

    refused = await http.post("/_bulk", content=good + nonsense if nonsense else nonsense)

    assert (refused.status_code, refused.json()["error"]["type"]) == (400, "not_a_batch")
    assert server.queries.position(1) is None
    assert (await http.post("/_bulk", content=good)).status_code == 200


async def test_fifty_megabytes_are_refused_before_they_are_sent(http: httpx.AsyncClient, server: IntakeServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    token = base64.b64encode(f"full:{PASSWORD}".encode()).decode()
    writer.write(
        f"POST /_bulk HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {token}\r\nContent-Length: 50000000\r\n\r\n".encode()
    )

    status_line = await asyncio.wait_for(reader.readline(), timeout=5)

    assert status_line.startswith(b"HTTP/1.1 413 ")
    writer.close()
    assert (await http.post("/_bulk", content=body_of(recorded("six_cases_full")[:2]))).status_code == 200


async def test_fifty_megabytes_that_are_not_announced_are_not_read_to_the_end(
    http: httpx.AsyncClient, server: IntakeServer
) -> None:
    sent = 0

    async def without_end() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 500_000_000:
            sent += 1_000_000
            yield b"x" * 1_000_000

    # The server answers and closes while we still write, so the answer may be lost with the connection.
    with contextlib.suppress(httpx.TransportError):
        assert (await http.post("/_bulk", content=without_end())).status_code == 413
    assert sent < 50_000_000
    assert server.queries.position(1) is None
    assert (await http.post("/_bulk", content=body_of(recorded("six_cases_full")[:2]))).status_code == 200


async def test_a_waiter_is_woken_by_the_record_it_waits_for(http: httpx.AsyncClient, server: IntakeServer) -> None:
    await http.post("/_bulk", content=body_of(recorded("six_cases_full")))

    case = await server.wait_until(lambda: server.queries.case_by_id("HS-A"), timeout_s=5)

    assert case
    assert case.state == "completed"


async def test_a_waiter_gives_up_in_time(server: IntakeServer) -> None:
    with pytest.raises(TimeoutError):
        await server.wait_until(lambda: server.queries.case_by_id("HS-Z"), timeout_s=0.05)


async def test_probes_and_status_tell_how_far_intake_has_come(http: httpx.AsyncClient) -> None:
    assert (await http.get("/livez")).status_code == 200
    assert (await http.get("/readyz")).json() == {"ready": True, "checks": ["database"]}
    assert (await http.get("/status")).json() == {"partitions": {}}

    await http.post("/_bulk", content=body_of(recorded("six_cases_full")[:4]))

    assert (await http.get("/status")).json()["partitions"]["1"]["last_position"] == 4
    assert 'pena_history_record_lag_seconds{partition="1"}' in (await http.get("/metrics")).text


async def test_a_restart_continues_where_the_data_stood(sqlite_database: Database) -> None:
    stream = recorded("six_cases_full")
    for start in range(0, len(stream), 200):
        async with IntakeServer(sqlite_database, FixedClock(), password=PASSWORD, port=0) as server:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", auth=FULL) as client:
                await client.post("/_bulk", content=body_of(stream[max(0, start - 50) : start + 200]))
            assert server.queries.position(1) == min(start + 200, len(stream))
            assert server.queries.quarantined() == ()
