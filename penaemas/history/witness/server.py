"""The witness over HTTP: `POST /add-checkpoint`, and what it has signed, to be read by anybody."""

from __future__ import annotations

from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from penaemas.history.witness.cosigner import Cosigner, Refusal

log = structlog.get_logger(__name__)

MOST_BODY_BYTES: Final = 64 * 1024


def application(cosigner: Cosigner) -> Starlette:
    """A witness to be served by any ASGI server."""

    async def add_checkpoint(request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BODY_BYTES:
                return PlainTextResponse("a checkpoint is shorter than that\n", 413)
        try:
            line = await run_in_threadpool(cosigner.sign, body.decode())
        except UnicodeDecodeError:
            return PlainTextResponse("not text\n", 400)
        except Refusal as refusal:
            log.warning("checkpoint_refused", status=int(refusal.status), reason=str(refusal))
            if refusal.size is not None:
                return Response(f"{refusal.size}\n", int(refusal.status), media_type="text/x.tlog.size")
            return PlainTextResponse(f"{refusal}\n", int(refusal.status))
        return PlainTextResponse(line)

    async def latest(request: Request) -> Response:
        note = await run_in_threadpool(cosigner.latest, request.path_params["origin"])
        return PlainTextResponse(note) if note is not None else PlainTextResponse("never signed\n", 404)

    async def key(_request: Request) -> Response:
        return PlainTextResponse(cosigner.verifier_key + "\n")

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/checkpoint/{origin:path}", latest),
            Route("/key", key),
        ]
    )
