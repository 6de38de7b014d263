"""The portal as an ASGI application. It wires nothing itself: what it needs is handed in."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.middleware.trustedhost import TrustedHostMiddleware

from penaemas.portal.demo import STEP, EngineClockUnreachable, MovableClock
from penaemas.portal.office_state.readiness import Readiness
from penaemas.portal.office_state.state import Facts, FactsReader, HistoryUnreadable
from penaemas.portal.pages import HERE, Pages
from penaemas.portal.problems import CatchAll, add_pages_for_refusals
from penaemas.portal.protection import protect

MOST_MINUTES = 24 * 60


@dataclass(frozen=True)
class Office:
    """What the portal asks. `clock` is there in a demonstration only."""

    facts: FactsReader
    readiness: Readiness
    clock: MovableClock | None


def create_app(office: Office, pages: Pages, host_names: Sequence[str]) -> FastAPI:
    """The application.

    Args:
        host_names: the names under which it may be asked; any other is refused, so that no foreign name can be pointed
        at it.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.middleware("http")(protect)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(host_names))
    app.add_middleware(CatchAll, pages=pages)
    add_pages_for_refusals(app, pages)
    _add_probes(app, office)
    _add_first_page(app, office, pages)
    if office.clock is not None:
        _add_clock(app, office.clock)
    return app


def _add_probes(app: FastAPI, office: Office) -> None:
    @app.get("/livez")
    async def livez() -> PlainTextResponse:
        return PlainTextResponse("alive\n")

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        try:
            await office.facts.read()
        except HistoryUnreadable as reason:
            return JSONResponse({"ready": False, "reasons": {"history": str(reason)}}, status_code=503)
        return JSONResponse({"ready": True, "checks": ["history"]})

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _add_first_page(app: FastAPI, office: Office, pages: Pages) -> None:
    @app.get("/")
    async def office_state(request: Request) -> HTMLResponse:
        parts = await office.readiness.ask()
        now = None
        if office.clock is not None:
            try:
                now = await office.clock.read()
            except EngineClockUnreachable:
                now = None
        return pages.render(request, "office_state.html", parts=parts, facts=await _facts(office), now=now, step=STEP)


async def _facts(office: Office) -> Facts | None:
    try:
        return await office.facts.read()
    except HistoryUnreadable:
        return None


def _add_clock(app: FastAPI, clock: MovableClock) -> None:
    @app.post("/demo/clock")
    async def advance(request: Request, minutes: Annotated[int, Form(ge=1, le=MOST_MINUTES)]) -> RedirectResponse:
        if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
            raise HTTPException(
                403, "Jam latihan hanya digeser dari komputer ini. · The clock is moved from this machine only."
            )
        try:
            await clock.advance(timedelta(minutes=minutes))
        except EngineClockUnreachable:
            raise HTTPException(503, "Mesin belum siap; coba lagi. · The engine is not ready; try again.") from None
        return RedirectResponse("/", status_code=303)
