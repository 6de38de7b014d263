"""The page that says whether the office's system is well."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from penaemas.portal.office_state.state import Facts, FactsReader, HistoryUnreadable
from penaemas.portal.portal import Portal


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""

    @app.get("/office-state")
    async def office_state(request: Request) -> HTMLResponse:
        parts = await portal.readiness.ask()
        return portal.pages.render(request, "office_state.html", parts=parts, facts=await _facts(portal.facts))


async def _facts(reader: FactsReader) -> Facts | None:
    try:
        return await reader.read()
    except HistoryUnreadable:
        return None
