"""At the counter: a new secret for an applicant who has lost the receipt, against the identity card."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse

from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.overview import CaseOverview, find_case
from penaemas.portal.identity.guard import current_officer
from penaemas.portal.public.desk import PublicDesk

AtTheCounter = Annotated[Officer, Depends(current_officer)]


def add(app: FastAPI, desk: PublicDesk) -> None:
    """The routes of this area."""
    office, pages = desk.office, desk.portal.pages

    async def case_of(case_id: str) -> CaseOverview:
        case = await office.database.run(find_case, office.database, case_id)
        if case is None:
            raise HTTPException(404)
        return case

    @app.get("/cases/{case_id}/secret")
    async def ask(request: Request, case_id: str) -> HTMLResponse:
        return pages.render(request, "public/secret.html", case=await case_of(case_id), codes=None, fault=False)

    @app.post("/cases/{case_id}/secret")
    async def replace(
        request: Request, case_id: str, officer: AtTheCounter, identity_seen: Annotated[str, Form(max_length=10)] = ""
    ) -> HTMLResponse:
        case = await case_of(case_id)
        if identity_seen != "true":
            return pages.render(request, "public/secret.html", status=422, case=case, codes=None, fault=True)
        try:
            codes = await office.applicants.tracking.replace_secret(case.case_id, by=officer.account)
        except CaseUnknown:
            raise HTTPException(404) from None
        return pages.render(request, "public/secret.html", case=case, codes=codes, fault=False)
