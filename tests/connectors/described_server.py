"""A system as its published description says: built from `openapi.yaml`, run on the office's own tables, and faulty.

Every request and every answer is checked against the description; what breaks it is collected in `broken_promises` and
answered with 500, so that no test passes on it. Faults are taken from a list, one for each request.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import yaml
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from penaemas.connectors.faults import KeyUsedForAnother
from penaemas.licensing.outside_systems import OutsideSystem

CONNECTORS: Final = Path(__file__).parents[2] / "penaemas" / "connectors"
TOKEN: Final = "kunci-uji"


class Fault(Enum):
    """What goes wrong with one request. `…_AFTER` means that the system has done what it was asked."""

    SILENCE = auto()
    SILENCE_AFTER = auto()
    SERVER_ERROR = auto()
    SERVER_ERROR_AFTER = auto()
    TOO_MANY = auto()
    CUT_BEFORE = auto()
    CUT_AFTER = auto()
    CUT_WITHIN_THE_ANSWER = auto()
    GARBAGE_AFTER = auto()
    WRONG_TYPES_AFTER = auto()
    DRIP = auto()


ALL_FAULTS: Final = tuple(Fault)
_BEFORE: Final = (Fault.SILENCE, Fault.SERVER_ERROR, Fault.TOO_MANY, Fault.CUT_BEFORE)


@dataclass(frozen=True)
class Asked:
    """A request as an operation gets it: checked."""

    body: Any
    query: Mapping[str, str]
    key: str


Operation = Callable[[Asked], Awaitable[Any]]


def description_of(system: OutsideSystem) -> dict[str, Any]:
    """The published description."""
    described: dict[str, Any] = yaml.safe_load((CONNECTORS / system.value / "openapi.yaml").read_text(encoding="utf-8"))
    return described


@dataclass
class DescribedServer:
    """One system on the loopback.

    Attributes:
        operations: by operation id; each works on the office's own tables.
        faults: what goes wrong with the coming requests, the next one first.
        heads: the first line of every request, as an access log would keep it.
    """

    description: dict[str, Any]
    operations: Mapping[str, Operation]
    faults: list[Fault] = field(default_factory=list)
    retry_after_s: int = 0
    heads: list[str] = field(default_factory=list)
    broken_promises: list[str] = field(default_factory=list)
    done: int = 0
    url: str = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[DescribedServer]:
        """Answer until the block ends."""
        talks: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talk = asyncio.ensure_future(self._talk(reader, writer))
            talks.add(talk)
            talk.add_done_callback(talks.discard)

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for talk in tuple(talks):
                talk.cancel()
            await asyncio.gather(*talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *lines = head.rstrip().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.heads.append(first)
                fault = self.faults.pop(0) if self.faults else None
                if fault in (Fault.SILENCE, Fault.CUT_BEFORE):
                    await self._fail(fault, writer, b"")
                    return
                if fault in _BEFORE:
                    status = 429 if fault is Fault.TOO_MANY else 500
                    content = _problem(status)
                else:
                    status, content = await self._answer(first, headers, body)
                if fault is not None and fault not in _BEFORE:
                    await self._fail(fault, writer, _message(status, content))
                    return
                writer.write(_message(status, content, retry_after_s=self.retry_after_s if status == 429 else None))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _fail(self, fault: Fault, writer: asyncio.StreamWriter, answer: bytes) -> None:
        match fault:
            case Fault.SILENCE | Fault.SILENCE_AFTER:
                await asyncio.Event().wait()
            case Fault.SERVER_ERROR_AFTER:
                writer.write(_message(500, _problem(500)))
            case Fault.CUT_WITHIN_THE_ANSWER:
                writer.write(answer[: len(answer) - 5])
            case Fault.GARBAGE_AFTER:
                writer.write(_message(200, None, raw=b"<html>Sedang perawatan</html>"))
            case Fault.WRONG_TYPES_AFTER:
                writer.write(_message(200, {"answer": 7, "payment_code": None, "payments": "none", "status": []}))
            case Fault.DRIP:
                for one in answer:
                    writer.write(bytes((one,)))
                    await writer.drain()
                    await asyncio.sleep(0.05)
            case _:
                pass

    async def _answer(self, first: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Any]:
        method, target, _ = first.split(" ")
        parts = urlsplit(target)
        operation = self.description["paths"].get(parts.path, {}).get(method.lower())
        if operation is None:
            return self._broken(f"{method} {parts.path} is not described")
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return 401, _problem(401)
        asked = Asked(json.loads(body) if body else None, dict(parse_qsl(parts.query, keep_blank_values=True)),
                      headers.get("idempotency-key", ""))  # fmt: skip
        faults = self._request_faults(operation, asked)
        if faults:
            return self._broken(f"{method} {parts.path}: {faults}")
        try:
            answer = await self.operations[operation["operationId"]](asked)
        except KeyUsedForAnother:
            return 409, _problem(409)
        self.done += 1
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        wrong = self._schema_faults(schema, answer)
        return self._broken(f"the answer of {parts.path}: {wrong}") if wrong else (200, answer)

    def _request_faults(self, operation: dict[str, Any], asked: Asked) -> list[str]:
        faults = []
        for parameter in operation.get("parameters", ()):
            given = asked.key if parameter["in"] == "header" else asked.query.get(parameter["name"])
            faults += self._schema_faults(parameter["schema"], given)
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            faults += self._schema_faults(schema, asked.body)
        return faults

    def _schema_faults(self, schema: dict[str, Any], value: Any) -> list[str]:
        whole = {**schema, "components": self.description["components"]}
        return [
            error.message for error in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)
        ]

    def _broken(self, promise: str) -> tuple[int, Any]:
        self.broken_promises.append(promise)
        return 500, _problem(500)


def _problem(status: int) -> dict[str, Any]:
    return {"title": "uji", "status": status}


def _message(status: int, content: Any, *, raw: bytes | None = None, retry_after_s: int | None = None) -> bytes:
    body = json.dumps(content).encode() if raw is None else raw
    wait = "" if retry_after_s is None else f"Retry-After: {retry_after_s}\r\n"
    head = f"HTTP/1.1 {status} uji\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{wait}\r\n"
    return head.encode() + body
