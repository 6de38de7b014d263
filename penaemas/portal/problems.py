"""The portal's one catch-all: an error nobody expected becomes a page that says what to do, and one log line."""

import secrets

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from penaemas.portal.pages import Pages
from penaemas.portal.protection import HEADERS

log = structlog.get_logger(__name__)
REFERENCE_BYTES = 4


class CatchAll:
    """Outermost middleware of ours (added last). Logs the class of the error and our own frames, never its text, which
    may hold anything.

    The page and the log line carry the same reference, so that whoever is told of it finds it.
    """

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        begun = False

        async def note(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception as error:  # the one catch-all of the portal
            reference = secrets.token_hex(REFERENCE_BYTES)
            log.error("request_failed", path=scope.get("path"), reference=reference, exc_info=error)
            if scope["type"] == "http" and not begun:
                page = self._pages.render(
                    Request(scope), "problem.html", status=500, reference=reference, missing=False
                )
                page.headers.update(HEADERS)
                await page(scope, receive, send)


def add_pages_for_refusals(app: FastAPI, pages: Pages) -> None:
    """Answer an unknown address with a page, and any other refusal with its plain sentence."""

    @app.exception_handler(HTTPException)
    async def refuse(request: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, HTTPException)  # noqa: S101 (what the handler is registered for)
        if refusal.status_code == 404:
            return pages.render(request, "problem.html", status=404, reference="", missing=True)
        return HTMLResponse(str(refusal.detail), status_code=refusal.status_code)
