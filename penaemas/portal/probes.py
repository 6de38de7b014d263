"""What machines ask the portal, and the files that every page needs."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from penaemas.portal.office_state.state import HistoryUnreadable
from penaemas.portal.portal import Portal


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""

    @app.get("/livez")
    async def livez() -> PlainTextResponse:
        return PlainTextResponse("alive\n")

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        try:
            await portal.facts.read()
        except HistoryUnreadable as reason:
            return JSONResponse({"ready": False, "reasons": {"history": str(reason)}}, status_code=503)
        return JSONResponse({"ready": True, "checks": ["history"]})

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @app.get("/assets/{name:path}")
    async def asset(request: Request, name: str) -> Response:
        return portal.pages.assets.answer(request, name)
