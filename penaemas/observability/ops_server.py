"""The small HTTP server of a process: `/livez`, `/readyz`, `/metrics`, and routes that the process adds.

It is written on asyncio's streams because a worker process has to stay small and start at once; it speaks the part of
HTTP/1.1 that probes, Prometheus and our own processes use, one request per connection, on the local address only.
"""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

log = structlog.get_logger(__name__)

LOCAL: Final = "127.0.0.1"
_HEAD_BYTES: Final = 16 * 1024
_BODY_BYTES: Final = 64 * 1024
_ANSWER_WITHIN_S: Final = 10.0


@dataclass(frozen=True)
class Request:
    """What a route gets: the body is at most 64 KiB, the names of headers are in small letters."""

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """What a route gives back."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"

    @classmethod
    def json(cls, status: int, content: Any) -> "Response":
        """An answer that carries `content` as JSON."""
        return cls(status, json.dumps(content).encode(), "application/json")


Check = Callable[[], str | None | Awaitable[str | None]]
"""Says why the process is not ready, in words for an operator, or None if it is."""

Route = Callable[[Request], Awaitable[Response]]


class OpsServer:
    """Probes and metrics of one process.

    Usage:
        ops = OpsServer(port=8602)
        ops.add_check("gateway", lambda: None if connected else "no connection to the gateway")
        ops.add_route("POST", "/outbox/wake", wake)
        await ops.start(); …; await ops.stop()
    """

    def __init__(self, port: int, *, host: str = LOCAL, registry: CollectorRegistry = REGISTRY) -> None:
        """port 0 lets the system choose one; `port` tells which after the start."""
        self.port = port
        self._host = host
        self._registry = registry
        self._checks: dict[str, Check] = {}
        self._routes: dict[tuple[str, str], Route] = {
            ("GET", "/livez"): self._livez,
            ("GET", "/readyz"): self._readyz,
            ("GET", "/metrics"): self._metrics,
        }
        self._server: asyncio.Server | None = None

    def add_check(self, name: str, check: Check) -> None:
        """One more condition of `/readyz`."""
        self._checks[name] = check

    def add_route(self, method: str, path: str, route: Route) -> None:
        """One more address, e.g. `POST /outbox/wake`."""
        self._routes[(method, path)] = route

    async def start(self) -> None:
        """Listens.

        Raises:
            OSError: the port is taken.
        """
        self._server = await asyncio.start_server(self._serve, self._host, self.port, limit=_HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Closes the port. Stopping twice is harmless."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _livez(self, _request: Request) -> Response:
        return Response(HTTPStatus.OK, b"alive\n")

    async def _readyz(self, _request: Request) -> Response:
        reasons = await self.why_not_ready()
        if reasons:
            return Response.json(HTTPStatus.SERVICE_UNAVAILABLE, {"ready": False, "reasons": reasons})
        return Response.json(HTTPStatus.OK, {"ready": True, "checks": sorted(self._checks)})

    async def why_not_ready(self) -> dict[str, str]:
        """The failing checks and their reasons; empty when ready. A check that breaks counts as failing."""
        answers = await asyncio.gather(*(_ask(check) for check in self._checks.values()), return_exceptions=True)
        reasons = {}
        for name, answer in zip(self._checks, answers, strict=True):
            if isinstance(answer, BaseException):
                reasons[name] = f"the check itself failed: {type(answer).__name__}"
            elif answer is not None:
                reasons[name] = answer
        return reasons

    async def _metrics(self, _request: Request) -> Response:
        return Response(HTTPStatus.OK, generate_latest(self._registry), CONTENT_TYPE_LATEST)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                response = await self._answer(reader)
                head = (
                    f"HTTP/1.1 {int(response.status)} {HTTPStatus(response.status).phrase}\r\n"
                    f"Content-Type: {response.content_type}\r\nContent-Length: {len(response.body)}\r\n"
                    "Connection: close\r\n\r\n"
                )
                writer.write(head.encode() + response.body)
                await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            log.debug("ops_connection_lost")
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> Response:
        try:
            request = await _read_request(reader)
        except (ValueError, asyncio.LimitOverrunError):
            return Response(HTTPStatus.BAD_REQUEST, b"not a request that this server understands\n")
        route = self._routes.get((request.method, request.path))
        if route is None:
            known = any(path == request.path for _, path in self._routes)
            return Response(HTTPStatus.METHOD_NOT_ALLOWED if known else HTTPStatus.NOT_FOUND)
        (answer,) = await asyncio.gather(route(request), return_exceptions=True)
        if isinstance(answer, Exception):
            log.error("ops_route_failed", path=request.path, exc_info=answer)
            return Response(HTTPStatus.INTERNAL_SERVER_ERROR)
        if isinstance(answer, BaseException):
            raise answer
        return answer


async def _ask(check: Check) -> str | None:
    answer = check()
    return await answer if inspect.isawaitable(answer) else answer


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request_line, *header_lines = head.rstrip("\r\n").split("\r\n")
    method, target, version = request_line.split(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError("unknown protocol")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in header_lines)}
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= _BODY_BYTES or "transfer-encoding" in headers:
        raise ValueError("body too long or of unknown length")
    body = await reader.readexactly(length) if length else b""
    return Request(method=method, path=target.partition("?")[0], body=body, headers=headers)
