"""As much of Elasticsearch's interface as the broker's exporter uses. Source: the exporter of 8.5.8,
`docs/adr/0020`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from penaemas.history.intake.acceptance import Feed
from penaemas.history.intake.bulk import BulkRefused, answer
from penaemas.history.intake.writer import Writer
from penaemas.observability import metrics
from penaemas.storage.errors import StorageError

log = structlog.get_logger(__name__)

MOST_BODY_BYTES: Final = 32 * 1024 * 1024
"""Three times what the exporter collects at most (`bulk.memoryLimit`); the largest record the engine takes has 4
MiB.
"""

_PRODUCT: Final = {"X-Elastic-Product": "Elasticsearch"}
_ACKNOWLEDGED: Final = b'{"acknowledged":true}'

_FEEDS: Final = {feed.encode(): feed for feed in Feed}

Handler = Callable[[Request], Awaitable[Response]]


class _Refused(Exception):
    """An answer that is not 200, and the reason to count."""

    def __init__(self, status: HTTPStatus, reason: str, explanation: str) -> None:
        super().__init__(explanation)
        self.status = status
        self.reason = reason


class ExporterInterface:
    """The routes that the exporter calls. Whoever knows the password is the broker; its user name says which feed it
    sends.
    """

    def __init__(self, writer: Writer, password: str) -> None:
        self._writer = writer
        self._password = password.encode()

    def routes(self) -> list[Route]:
        """For a Starlette application."""
        return [
            Route("/_bulk", self._answering(self._bulk), methods=["POST"]),
            Route("/_component_template/{name}", self._answering(self._template), methods=["PUT"]),
            Route("/_index_template/{name}", self._answering(self._template), methods=["PUT"]),
            Route("/{index}/_settings", self._answering(self._template), methods=["PUT"]),
        ]

    def _answering(self, handler: Callable[[Request, Feed], Awaitable[bytes]]) -> Handler:
        async def answered(request: Request) -> Response:
            try:
                body = await handler(request, self._feed(request))
            except _Refused as refusal:
                metrics.HISTORY_REQUESTS_REFUSED_TOTAL.labels(refusal.reason).inc()
                # The broker tries again all the time: what it will overcome by itself is not an alarm per try.
                log.warning("history_request_refused", reason=refusal.reason, status=int(refusal.status))
                return _problem(refusal)
            return Response(body, media_type="application/json", headers=_PRODUCT)

        return answered

    def _feed(self, request: Request) -> Feed:
        """Raises _Refused: neither of our feeds, or not our password."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(token, validate=True).partition(b":")
        except binascii.Error:
            user, password = b"", b""
        # Compared before anything else is decided, so that the time taken tells nothing.
        is_ours = hmac.compare_digest(password, self._password)
        feed = _FEEDS.get(user)
        if feed is None or not is_ours or scheme.lower() != "basic":
            raise _Refused(HTTPStatus.UNAUTHORIZED, "wrong_password", "unknown feed or wrong password")
        return feed

    async def _template(self, request: Request, _feed: Feed) -> bytes:
        await _limited_body(request)  # it describes indices, of which we have none
        return _ACKNOWLEDGED

    async def _bulk(self, request: Request, feed: Feed) -> bytes:
        body = await _limited_body(request)
        started = time.perf_counter()
        try:
            documents = await self._writer.write(feed, body)
        except BulkRefused as error:
            raise _Refused(HTTPStatus.BAD_REQUEST, "not_a_batch", str(error)) from error
        except StorageError as error:
            raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE, "storage", "the history cannot be written now") from error
        took = time.perf_counter() - started
        metrics.HISTORY_BATCH_SECONDS.labels(feed).observe(took)
        return answer(documents, round(took * 1000))


async def _limited_body(request: Request) -> bytes:
    """Raises _Refused: too long, or the sender went away in the middle."""
    too_long = _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"more than {MOST_BODY_BYTES} bytes")
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > MOST_BODY_BYTES:
        raise too_long
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BODY_BYTES:
                raise too_long
    except ClientDisconnect as error:
        raise _Refused(HTTPStatus.BAD_REQUEST, "broken_off", "the body did not arrive whole") from error
    return bytes(body)


def _problem(refusal: _Refused) -> Response:
    headers = dict(_PRODUCT)
    if refusal.status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Basic realm="history"'
    if refusal.status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        headers["Connection"] = "close"  # the rest of the body is not read
    content = {"error": {"type": refusal.reason, "reason": str(refusal)}, "status": int(refusal.status)}
    return Response(msgspec.json.encode(content), int(refusal.status), headers, media_type="application/json")
