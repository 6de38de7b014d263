"""A training room's doors: sign in as anybody without a password, and move the engine's clock.

The routes exist in a demonstration only, and answer this machine only: its address, by its own name.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse

from penaemas.portal.demo import EngineClockUnreachable, MovableClock
from penaemas.portal.flash import flash
from penaemas.portal.identity.cookies import is_loopback, keep_device, keep_session, session_token_of
from penaemas.portal.languages import indonesian
from penaemas.portal.portal import Portal
from penaemas.portal.problems import own_path

MOST_MINUTES: Final = 24 * 60


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area; none in a real office."""
    if not portal.pages.demo:
        return
    _add_picker(app, portal)
    if portal.clock is not None:
        _add_clock(app, portal.clock)


def _add_picker(app: FastAPI, portal: Portal) -> None:
    identity = portal.identity

    @app.post("/demo/sign-in")
    async def sign_in(
        request: Request, account: Annotated[str, Form(max_length=60)], next: Annotated[str, Form()] = "/"
    ) -> RedirectResponse:
        _require_this_machine(request)
        officer = await identity.officers.find(account)
        if officer is None or officer.disabled_at is not None:
            raise HTTPException(404)
        present = session_token_of(request)
        if present is not None:
            await identity.sessions.end(present)
        token = await identity.sessions.begin(account, details={"door": "demo"}, is_demo=True)
        answer = RedirectResponse(own_path(next), status_code=303)
        keep_session(request, answer, token)
        await identity.credentials.remember_device(keep_device(request, answer), account)
        return answer


def _add_clock(app: FastAPI, clock: MovableClock) -> None:
    @app.post("/demo/clock")
    async def advance(request: Request, minutes: Annotated[int, Form(ge=1, le=MOST_MINUTES)]) -> RedirectResponse:
        _require_this_machine(request)
        try:
            await clock.advance(timedelta(minutes=minutes))
        except EngineClockUnreachable:
            raise HTTPException(503, indonesian("Mesin proses belum siap; coba lagi.")) from None
        answer = RedirectResponse(own_path(urlsplit(request.headers.get("referer", "/")).path), status_code=303)
        flash(answer, indonesian("Jam latihan sudah maju."), "note")
        return answer


def _require_this_machine(request: Request) -> None:
    if request.client is None or not (is_loopback(request.client.host) and is_loopback(request.url.hostname)):
        raise HTTPException(403, indonesian("Latihan hanya dijalankan dari komputer ini."))
