"""What a browser sees when something cannot be: refusals, unknown addresses, and the error nobody expected.

An unexpected error becomes a page that says what to do, and one log line with the same reference.
"""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import quote, urlsplit

import structlog
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from penaemas.portal.identity.guard import Refused
from penaemas.portal.pages import Pages
from penaemas.portal.protection import HEADERS
from penaemas.storage.errors import StorageError

log = structlog.get_logger(__name__)
REFERENCE_BYTES: Final = 4
REFUSED_HEADER: Final = "X-Refused"
DOORS: Final = {"sign-in": "/sign-in", "locked": "/unlock", "second-factor": "/second-factor"}
# Status → what its page is called in templates/problem.html.
KINDS: Final = {404: "missing", 403: "refused", 503: "away"}


class CatchAll:
    """Outermost middleware of ours (added last). Logs the class of the error and our own frames, never its text, which
    may hold anything.
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
            log.error("request_failed", route=_route_of(scope), reference=reference, exc_info=error)
            if scope["type"] == "http" and not begun:
                away = isinstance(error, StorageError)
                page = self._pages.render(
                    Request(scope),
                    "problem.html",
                    status=503 if away else 500,
                    reference=reference,
                    kind="away" if away else "broken",
                    sentence="",
                )
                page.headers.update(HEADERS)
                await page(scope, receive, send)


def add_pages_for_refusals(app: FastAPI, pages: Pages) -> None:
    """Answer a refusal by the door that opens it, or by a page that says why."""

    @app.exception_handler(Refused)
    async def refuse(request: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, Refused)  # noqa: S101 (what the handler is registered for)
        answer = _to_the_door(request, refusal.why) if refusal.why in DOORS else _explained(request, refusal.why)
        answer.headers[REFUSED_HEADER] = refusal.why
        return answer

    @app.exception_handler(HTTPException)
    async def explain(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, HTTPException)  # noqa: S101 (what the handler is registered for)
        status = problem.status_code
        sentence = str(problem.detail) if status != 404 else ""
        kind = KINDS.get(status, "wrong")
        return pages.render(request, "problem.html", status=status, reference="", kind=kind, sentence=sentence)

    def _explained(request: Request, why: str) -> Response:
        # Whether there is an object of another region, nobody is told.
        kind, status = {"role": ("refused", 403), "object": ("missing", 404), "form": ("stale", 403)}[why]
        return pages.render(request, "problem.html", status=status, reference="", kind=kind, sentence="")


def own_path(address: str | None) -> str:
    """A path of this portal that somebody may be sent back to; anything else becomes the first page."""
    if address is None or not address.startswith("/") or address.startswith(("//", "/\\")):
        return "/"
    return address


def _to_the_door(request: Request, why: str) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET" or "hx-request" in request.headers:
        # What was asked is no page; back to the page that asked it.
        wanted = urlsplit(request.headers.get("referer", "/")).path or "/"
    door = f"{DOORS[why]}?next={quote(own_path(wanted), safe='/')}"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": door})
    return RedirectResponse(door, status_code=303)


def _route_of(scope: Scope) -> str | None:
    """The route as it is written: an address may hold what belongs into no log."""
    route = scope.get("route")
    return getattr(route, "path", None)
