"""Probes, metrics and added routes of a process, over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter

from penaemas.observability.ops_server import OpsServer, Request, Response


@pytest.fixture
async def ops() -> AsyncIterator[OpsServer]:
    server = OpsServer(port=0, registry=CollectorRegistry())
    await server.start()
    yield server
    await server.stop()


async def ask(ops: OpsServer, method: str, path: str, body: bytes = b"") -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{ops.port}", trust_env=False) as client:
        return await client.request(method, path, content=body)


async def test_a_running_process_is_alive(ops: OpsServer) -> None:
    assert (await ask(ops, "GET", "/livez")).status_code == 200


async def test_a_process_is_ready_when_every_check_passes(ops: OpsServer) -> None:
    ops.add_check("gateway", lambda: None)

    answer = await ask(ops, "GET", "/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": ["gateway"]}


async def test_a_process_that_is_not_ready_says_why(ops: OpsServer) -> None:
    async def database() -> str | None:
        return "the database does not answer"

    ops.add_check("gateway", lambda: None)
    ops.add_check("database", database)

    answer = await ask(ops, "GET", "/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reasons": {"database": "the database does not answer"}}


async def test_a_check_that_breaks_counts_as_not_ready_without_its_text(ops: OpsServer) -> None:
    def broken() -> str | None:
        raise ValueError("secret")

    ops.add_check("broken", broken)

    answer = await ask(ops, "GET", "/readyz")

    assert answer.status_code == 503
    assert "ValueError" in answer.text
    assert "secret" not in answer.text


async def test_metrics_are_given_in_prometheus_format() -> None:
    registry = CollectorRegistry()
    Counter("pena_example_things_total", "Things.", registry=registry).inc()
    ops = OpsServer(port=0, registry=registry)
    await ops.start()

    answer = await ask(ops, "GET", "/metrics")

    await ops.stop()
    assert "pena_example_things_total 1.0" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


async def test_a_process_adds_its_own_route(ops: OpsServer) -> None:
    async def wake(request: Request) -> Response:
        return Response.json(202, {"got": request.body.decode()})

    ops.add_route("POST", "/outbox/wake", wake)

    answer = await ask(ops, "POST", "/outbox/wake?x=1", b"hello")

    assert (answer.status_code, answer.json()) == (202, {"got": "hello"})


async def test_a_route_that_breaks_answers_500_and_the_server_goes_on(ops: OpsServer) -> None:
    async def broken(_request: Request) -> Response:
        raise ValueError("secret")

    ops.add_route("POST", "/broken", broken)

    assert (await ask(ops, "POST", "/broken")).status_code == 500
    assert (await ask(ops, "GET", "/livez")).status_code == 200


async def test_an_unknown_address_and_a_wrong_method_are_told_apart(ops: OpsServer) -> None:
    assert (await ask(ops, "GET", "/nothing")).status_code == 404
    assert (await ask(ops, "POST", "/livez")).status_code == 405


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"GET / SPDY/3\r\n\r\n",
        b"POST /x HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n",
        b"A" * 40_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_not_a_request_is_refused(ops: OpsServer, raw: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", ops.port)
    writer.write(raw)
    answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 400")


async def test_it_listens_on_the_local_address_only(ops: OpsServer) -> None:
    assert ops._server is not None
    assert {socket.getsockname()[0] for socket in ops._server.sockets} == {"127.0.0.1"}


async def test_a_taken_port_is_an_error_at_the_start(ops: OpsServer) -> None:
    with pytest.raises(OSError, match=str(ops.port)):
        await OpsServer(port=ops.port).start()


async def test_reasons_are_json(ops: OpsServer) -> None:
    ops.add_check("x", lambda: 'a "quoted" reason')

    assert json.loads((await ask(ops, "GET", "/readyz")).content)["reasons"] == {"x": 'a "quoted" reason'}
