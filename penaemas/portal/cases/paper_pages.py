"""What is opened and printed of a case: documents that were handed in, papers that the office made, letters."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from penaemas.casefiles.officers import Officer
from penaemas.casefiles.person_vault import PersonErased
from penaemas.casefiles.sealed_files import FileDamaged
from penaemas.portal.cases.case_facts import CasePlace
from penaemas.portal.cases.prints import PRINTS, letter_of
from penaemas.portal.cases.readers import READERS
from penaemas.portal.cases.reading import application_of, case_or_404, case_view_of, names_of_officers
from penaemas.portal.cases.showing import CSP, file_answer
from penaemas.portal.identity.guard import current_officer
from penaemas.portal.portal import Portal
from penaemas.portal.protection import HEADERS

Reader = Annotated[Officer, Depends(current_officer)]
APPLICANT: Final = frozenset({"applicant_name", "requester_name"})
MAGIC: Final = ((b"%PDF-", "application/pdf"), (b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""

    @app.get("/cases/{case_id}/documents/{document}")
    async def document(case_id: str, document: str, officer: Reader) -> Response:
        case = await case_or_404(portal, case_id)
        reader = READERS.get(case.process_id)
        try:
            if reader is None:
                raise LookupError(document)
            place = CasePlace(case.case_id, case.region_code)
            content = await reader.document(portal.office, place, document, officer)
        except (LookupError, PersonErased, FileDamaged):
            raise HTTPException(404) from None
        return file_answer(content, _media_type(content), f"{document.lower()}")

    @app.get("/cases/{case_id}/papers/{kind}")
    async def paper(case_id: str, kind: str, officer: Reader) -> Response:
        case = await case_or_404(portal, case_id)
        reader = READERS.get(case.process_id)
        try:
            if reader is None:
                raise LookupError(kind)
            content = await reader.paper(portal.office, CasePlace(case.case_id, case.region_code), kind, officer)
        except (LookupError, PersonErased, FileDamaged):
            raise HTTPException(404) from None
        return file_answer(content, _media_type(content), f"{kind}-{case.number or 'berkas'}")

    @app.get("/cases/{case_id}/prints/{kind}")
    async def letter(request: Request, case_id: str, kind: str, officer: Reader) -> HTMLResponse:
        case = await case_or_404(portal, case_id)
        of_process, view = READERS.get(case.process_id), await case_view_of(portal, case)
        application = await application_of(portal, officer, case)
        name = application.answer(APPLICANT) if application is not None else None
        if of_process is None or view is None or name is None:
            raise HTTPException(404)
        try:
            made = await letter_of(portal.office, of_process, case, view, kind, name)
        except (LookupError, PersonErased):
            raise HTTPException(404) from None
        page = portal.pages.render(
            request,
            "cases/print.html",
            letter=made,
            title=PRINTS[kind],
            people=await names_of_officers(portal),
            process=portal.models.process_titles([case.process_id])[case.process_id],
            now=portal.office.clock.now(),
        )
        page.headers[CSP] = HEADERS[CSP].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        return page


def _media_type(content: bytes) -> str:
    """By what the file is, not by what somebody called it."""
    return next((kind for magic, kind in MAGIC if content.startswith(magic)), "application/json")
