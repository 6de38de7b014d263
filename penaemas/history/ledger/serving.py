"""The ledger's files over HTTP, read only, under the paths of C2SP tlog-tiles. They hold digests and keys of cases, no
more.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from penaemas.history.ledger.files import CHECKPOINT, STATEMENT
from penaemas.history.ledger.sealing import VERIFIER_KEY

_NUMBER: Final = r"(x\d{3}/)*\d{3}(\.p/\d{1,3})?"
_ORIGIN: Final = r"[a-z0-9.-]+/(partition/\d+|portal)/\d+"
_TILE: Final = rf"tile/(\d{{1,2}}|entries)/{_NUMBER}"
_SERVED: Final = re.compile(rf"{_ORIGIN}/(?P<file>{CHECKPOINT}|{STATEMENT}|{_TILE})|{VERIFIER_KEY}")
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def ledger_routes(folder: Path) -> list[Route]:
    """Everything below `/ledger/`, from the ledger's folder."""

    async def file(request: Request) -> Response:
        path = request.path_params["path"]
        known = _SERVED.fullmatch(path)
        content = await run_in_threadpool(_content, folder / path) if known else None
        if known is None or content is None:
            return PlainTextResponse("no such file\n", 404)
        if known["file"] in (CHECKPOINT, None):
            return Response(content, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})
        kind = "application/json" if known["file"] == STATEMENT else "application/octet-stream"
        return Response(content, media_type=kind, headers={"Cache-Control": _FOR_EVER})

    return [Route("/ledger/{path:path}", file)]


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
