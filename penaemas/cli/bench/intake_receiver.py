"""The control of `./pena bench intake`: takes the same batches by the same HTTP and only appends their bytes to
SQLite.
"""

from __future__ import annotations

import sqlite3
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class BareReceiver:
    """No parsing, no counting, no projections; as durable as ours."""

    def __init__(self, file: str) -> None:
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE documents (number INTEGER PRIMARY KEY, document BLOB NOT NULL)")

    def application(self) -> Starlette:
        """`POST /_bulk`, and `/readyz` for whoever waits."""
        return Starlette(routes=[Route("/_bulk", self._bulk, methods=["POST"]), Route("/readyz", self._ready)])

    async def _ready(self, _request: Request) -> Response:
        return Response(b"ready")

    async def _bulk(self, request: Request) -> Response:
        await run_in_threadpool(self._append, await request.body())
        return Response(b'{"took":1,"errors":false,"items":[]}', media_type="application/json")

    def _append(self, body: bytes) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        documents = ((document,) for document in body.split(b"\n")[1::2])
        self._connection.executemany("INSERT INTO documents (document) VALUES (?)", documents)
        self._connection.execute("COMMIT")


if __name__ == "__main__":
    uvicorn.run(BareReceiver(sys.argv[1]).application(), host="127.0.0.1", port=int(sys.argv[2]), log_config=None)
