"""The page of one case, its documents and papers, its diagram, and comments on it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.person_vault import PersonErased
from penaemas.portal.cases import words
from penaemas.portal.cases.case_page import read_case
from penaemas.portal.cases.reading import case_or_404
from penaemas.portal.cases.showing import documents_shown, papers_shown, prints_shown, with_frames
from penaemas.portal.flash import flash
from penaemas.portal.identity.access import rule_of
from penaemas.portal.identity.guard import current_officer
from penaemas.portal.languages import indonesian
from penaemas.portal.portal import Portal
from penaemas.portal.problems import own_path

Reader = Annotated[Officer, Depends(current_officer)]


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""

    @app.get("/cases/{case_id}")
    async def case_page(request: Request, case_id: str, officer: Reader) -> HTMLResponse:
        case = await case_or_404(portal, case_id)
        view = await read_case(portal, officer, case)
        page = portal.pages.render(
            request,
            "cases/case.html",
            view=view,
            words=words,
            may_replay=officer.may(rule_of("GET", "/cases/{case_id}/replay").roles, case.region_code),
            documents=documents_shown(portal.office, case, view.on_file, officer),
            papers=papers_shown(case, view.on_file, officer),
            prints=prints_shown(case, view.on_file, officer),
        )
        return with_frames(page)

    @app.get("/cases/{case_id}/diagram")
    async def diagram(case_id: str, version: int = 0) -> Response:
        """The diagram of the case; `version` names another one that it has called, by its process definition."""
        case = await case_or_404(portal, case_id)
        running = await portal.office.database.run(portal.history.case_by_id, case.case_id)
        key = version or (running.process_definition_key if running is not None else 0)
        found = await portal.office.database.run(portal.models.diagram, case.process_id, key)
        if found is None:
            raise HTTPException(404)
        return Response(found.xml, media_type="application/xml")

    @app.post("/cases/{case_id}/comments")
    async def comment(
        case_id: str,
        officer: Reader,
        text: Annotated[str, Form(max_length=5000)] = "",
        back: Annotated[str, Form(max_length=200)] = "",
    ) -> RedirectResponse:
        case = await case_or_404(portal, case_id)
        answer = RedirectResponse(f"{own_path(back or f'/cases/{case_id}')}#comments", status_code=303)
        try:
            await portal.office.case_comments.write(case.case_id, officer.account, text)
        except (EntryFaulty, PersonErased):
            flash(answer, indonesian("Catatan tidak disimpan: tulis 1 sampai 4.000 huruf."), "bad")
        return answer
