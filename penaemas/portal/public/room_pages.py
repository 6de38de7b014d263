"""In the room: leaving it, taking the application back, taking papers home."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from penaemas.casefiles.applicants.rooms import APPLICANT
from penaemas.casefiles.applicants.status import PBG_SERVICE, CaseStatus
from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.person_vault import PersonErased
from penaemas.casefiles.sealed_files import FileDamaged
from penaemas.portal.cases.showing import file_answer
from penaemas.portal.flash import flash
from penaemas.portal.identity.cookies import forget_value, value_of
from penaemas.portal.languages import indonesian
from penaemas.portal.public.desk import ROOM_COOKIE, PublicDesk
from penaemas.portal.public.room import papers_of, room_page, status_of_room, to_the_door


def add(app: FastAPI, desk: PublicDesk) -> None:
    """The routes of this area."""
    rooms = desk.office.applicants.rooms

    @app.get("/my")
    async def room(request: Request) -> Response:
        status = await status_of_room(desk, request)
        if status is None:
            return to_the_door(request)
        return await room_page(desk, request, status)

    @app.post("/my/leave")
    async def leave(request: Request) -> RedirectResponse:
        answer = RedirectResponse("/track", status_code=303)
        token = value_of(request, ROOM_COOKIE)
        if token:
            await rooms.close(token)
            forget_value(request, answer, ROOM_COOKIE)
        flash(answer, indonesian("Halaman permohonan Anda ditutup di perangkat ini."))
        return answer

    _add_withdrawal(app, desk)

    @app.get("/my/papers/{kind}")
    async def paper(request: Request, kind: str) -> Response:
        status = await status_of_room(desk, request)
        if status is None:
            return to_the_door(request)
        if kind not in papers_of(status):
            raise HTTPException(404)
        content = await _paper(desk, status, kind)
        return file_answer(content, "application/pdf", f"{kind}-{status.number or 'pena'}")


def _add_withdrawal(app: FastAPI, desk: PublicDesk) -> None:
    pages = desk.portal.pages

    @app.get("/my/withdraw")
    async def ask_about_withdrawal(request: Request) -> Response:
        status = await status_of_room(desk, request)
        if status is None:
            return to_the_door(request)
        return pages.render(request, "public/withdraw.html", status=200 if status.may_withdraw else 409, case=status)

    @app.post("/my/withdraw")
    async def withdraw(request: Request, reason: Annotated[str, Form(max_length=2000)] = "") -> Response:
        status = await status_of_room(desk, request)
        if status is None:
            return to_the_door(request)
        answer = RedirectResponse("/my", status_code=303)
        if await _withdrawn(desk, status, reason.strip()):
            flash(answer, indonesian("Permohonan sudah ditarik. Kami mengabari petugas."))
        else:
            flash(answer, indonesian("Permohonan ini tidak dapat ditarik lagi."), "bad")
        return answer


async def _withdrawn(desk: PublicDesk, status: CaseStatus, reason: str) -> bool:
    files = desk.office.pbg if status.service == PBG_SERVICE else desk.office.emas
    try:
        await files.submission.withdraw(status.case_id, reason=reason, by=APPLICANT)
    except (NotAllowedNow, PersonErased):
        return False
    desk.portal.poke()
    return True


async def _paper(desk: PublicDesk, status: CaseStatus, kind: str) -> bytes:
    """A paper's newest version; that the applicant took it is recorded first.

    Raises:
        HTTPException: 404, there is none that can be read.
    """
    try:
        if status.service == PBG_SERVICE:
            return await desk.office.pbg.papers.content_as_read_by(status.case_id, kind, APPLICANT)
        of_licence = desk.office.emas.papers
        return await of_licence.content_as_read_by(
            status.case_id, "rejection" if kind == "rejection" else "licence", APPLICANT
        )
    except (LookupError, PersonErased, FileDamaged):
        raise HTTPException(404) from None
