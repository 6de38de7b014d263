"""A receiver as small as the broker's exporter puts up with: keeps every record and who posted it."""

import base64
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class PostedRecord:
    """One record as a feed posted it."""

    feed_user: str
    password: str
    record: dict[str, Any]


class RecordReceiver:
    """Listens on a free port of this machine from construction until `close`."""

    def __init__(self) -> None:
        self.posted: list[PostedRecord] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _take(self) -> None:
                body = self._body()
                answer: dict[str, Any] = {"acknowledged": True}
                if self.path.startswith("/_bulk"):
                    answer = receiver.take_bulk(self.headers.get("Authorization", ""), body)
                text = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)

            do_GET = do_PUT = do_POST = _take

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: the tests ask for records."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take_bulk(self, authorization: str, body: bytes) -> dict[str, Any]:
        user, _, password = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        lines = body.splitlines()
        items = []
        for action, document in zip(lines[::2], lines[1::2], strict=True):
            self.posted.append(PostedRecord(user, password, json.loads(document)))
            items.append({"index": {"_id": json.loads(action)["index"]["_id"], "status": 201}})
        return {"took": 1, "errors": False, "items": items}

    def find(self, value_type: str, intent: str, *, feed_user: str = "full", **value: object) -> dict[str, Any] | None:
        """The first record of that kind whose value has these fields."""
        for posted in tuple(self.posted):
            record = posted.record
            if (
                posted.feed_user == feed_user
                and (record["valueType"], record["intent"]) == (value_type, intent)
                and value.items() <= {key: record["value"].get(key) for key in value}.items()
            ):
                return record
        return None
