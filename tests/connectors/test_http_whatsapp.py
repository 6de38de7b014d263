"""The carrier of WhatsApp messages, as its description says, with every answer that it may give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from penaemas.connectors.message_outcomes import (
    Accepted,
    ChannelAway,
    NotNow,
    Outcome,
    OutcomeUnknown,
    RefusedForGood,
)
from penaemas.connectors.whatsapp import http as whatsapp_http
from penaemas.connectors.whatsapp.http import HttpWhatsApp
from penaemas.connectors.whatsapp.port import ShortMessage

DESCRIPTION: dict[str, Any] = yaml.safe_load(Path(whatsapp_http.__file__).with_name("openapi.yaml").read_text())
OPERATION = DESCRIPTION["paths"]["/messages"]["post"]
BODY = Draft202012Validator(DESCRIPTION["components"]["schemas"]["Message"])
SILENT = 0
TOKEN = "rahasia"


class Carrier(BaseHTTPRequestHandler):
    """Checks what it gets against the description, and answers with the status that the text asks for."""

    carried: dict[str, str] = {}

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = int(body["text"])
        if self.path != "/messages" or not BODY.is_valid(body) or not self.headers["Idempotency-Key"]:
            status = 500
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            status = 401
        elif status == SILENT:
            self.close_connection = True
            return
        elif status == 202:
            self.carried.setdefault(self.headers["Idempotency-Key"], body["to"])
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Carrier) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


async def carried(address: str, text: str, *, token: str = TOKEN) -> Outcome:
    async def nothing() -> None:
        pass

    carrier = HttpWhatsApp(address, token)
    try:
        return await carrier.send(ShortMessage("kunci-1", "6281200000001", text), nothing)
    finally:
        await carrier.close()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (202, Accepted("202")),
        (400, RefusedForGood("400")),
        (404, RefusedForGood("404")),
        (422, RefusedForGood("422")),
        (429, NotNow("429")),
        (503, NotNow("503")),
        (SILENT, OutcomeUnknown("no answer")),
    ],
)
async def test_what_the_carrier_says_is_what_is_known(address: str, status: int, outcome: Outcome) -> None:
    assert status == SILENT or str(status) in OPERATION["responses"]
    assert await carried(address, str(status)) == outcome


async def test_the_same_reference_is_carried_once(address: str) -> None:
    Carrier.carried.clear()

    await carried(address, "202")
    await carried(address, "202")

    assert Carrier.carried == {"kunci-1": "6281200000001"}


async def test_a_token_that_is_not_accepted_stops_the_channel_and_not_the_message(address: str) -> None:
    with pytest.raises(ChannelAway, match="401"):
        await carried(address, "202", token="salah")


async def test_a_carrier_that_is_away_stops_the_channel(unused_tcp_port: int) -> None:
    with pytest.raises(ChannelAway):
        await carried(f"http://127.0.0.1:{unused_tcp_port}", "202")
