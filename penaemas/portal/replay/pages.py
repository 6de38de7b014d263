"""The page on which a case is walked, forward and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from penaemas.portal.cases.reading import case_or_404
from penaemas.portal.portal import Portal
from penaemas.portal.replay import words
from penaemas.portal.replay.view import brief, read_replay


def add(app: FastAPI, portal: Portal) -> None:
    """The route of this area."""

    @app.get("/cases/{case_id}/replay")
    async def replay(request: Request, case_id: str, moment: Annotated[int | None, Query(ge=1)] = None) -> HTMLResponse:
        case = await case_or_404(portal, case_id)
        view = await read_replay(portal, case, moment)
        if view is None:
            raise HTTPException(404)
        return portal.pages.render(request, "replay/moment.html", view=view, words=words, brief=brief)
