"""The other end of the broker's exporter: keeps every record it is sent, so that a test can search all of them."""

import asyncio
import json
from typing import Any


class RecordCatcher:
    """Speaks as much of Elasticsearch's interface as the exporter needs. `raw` is every byte that was posted."""

    def __init__(self) -> None:
        self.raw = b""
        self._records: list[dict[str, Any]] = []
        self._read_bytes = 0
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens on a free local port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Closes the port."""
        if self._server is not None:
            self._server.close()

    def values(self, value_type: str, intent: str) -> list[dict[str, Any]]:
        """The values of all records of that type and intent, oldest first."""
        news = self.raw[self._read_bytes :]  # whole batches, so whole lines
        self._read_bytes += len(news)
        self._records += [json.loads(line) for line in news.splitlines() if line.startswith(b'{"partitionId"')]
        return [
            record["value"]
            for record in self._records
            if record["valueType"] == value_type and record["intent"] == intent
        ]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                body = await self._body(reader, head)
                answer = b"{}"
                if path.startswith("/_bulk"):
                    self.raw += body
                    count = sum(1 for line in body.splitlines() if line.startswith(b'{"index"'))
                    items = [{"index": {"status": 201}}] * count
                    answer = json.dumps({"took": 1, "errors": False, "items": items}).encode()
                elif path.startswith("/_"):
                    answer = b'{"acknowledged":true}'
                writer.write(
                    b"HTTP/1.1 200 OK\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: application/json\r\n"
                    + f"Content-Length: {len(answer)}\r\n\r\n".encode()
                    + answer
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    @staticmethod
    async def _body(reader: asyncio.StreamReader, head: str) -> bytes:
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await reader.readline(), 16):
                body += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
            return body
        return await reader.readexactly(int(headers.get("content-length", "0")))
