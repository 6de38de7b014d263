"""The first page after signing in: what each reader is here for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse

from penaemas.casefiles.officers import Officer
from penaemas.portal.identity.guard import current_officer
from penaemas.portal.portal import Portal


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""

    @app.get("/")
    async def home(request: Request, officer: Annotated[Officer, Depends(current_officer)]) -> HTMLResponse:
        return portal.pages.render(request, "home.html", grants=officer.grants, stands_in=officer.stands_in)
