"""The room that the receipt's secret opens: whose it is, and its page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from penaemas.casefiles.applicants.drafts import DraftGone
from penaemas.casefiles.applicants.status import CaseStatus
from penaemas.casefiles.person_vault import PersonErased
from penaemas.portal.flash import flash
from penaemas.portal.forms.sentences import FieldError, Words
from penaemas.portal.identity.cookies import forget_value, value_of
from penaemas.portal.languages import indonesian
from penaemas.portal.public import words
from penaemas.portal.public.corrections import read_answer
from penaemas.portal.public.desk import ROOM_COOKIE, PublicDesk
from penaemas.portal.public.follow_pages import status_parts

PAPERS: Final = {"permit": Words("SK PBG", "Permit"), "licence": Words("Surat izin", "Licence")}
REJECTION: Final = {"rejection": Words("Surat penolakan", "Rejection letter")}


def papers_of(status: CaseStatus) -> dict[str, Words]:
    """What may be taken home: the permit once it is signed, the rejection once it is decided."""
    known = (PAPERS if status.signed_at is not None else {}) | (REJECTION if status.outcome == "DITOLAK" else {})
    return {kind: name for kind, name in known.items() if kind in status.papers}


async def status_of_room(desk: PublicDesk, request: Request) -> CaseStatus | None:
    case_id = await desk.case_of_room(request)
    return await desk.office.applicants.statuses.of_case(case_id) if case_id is not None else None


async def required_status(desk: PublicDesk, request: Request) -> CaseStatus:
    status = await status_of_room(desk, request)
    if status is None:
        raise HTTPException(404)
    return status


def to_the_door(request: Request) -> Response:
    answer = RedirectResponse("/track", status_code=303)
    if value_of(request, ROOM_COOKIE):
        flash(answer, indonesian("Waktu halaman ini habis. Masukkan kode lagi; yang sudah disimpan tetap ada."), "note")
        forget_value(request, answer, ROOM_COOKIE)
    return answer


async def room_page(
    desk: PublicDesk, request: Request, status: CaseStatus, errors: Iterable[FieldError] = (), http_status: int = 200
) -> HTMLResponse:
    try:
        answer = await read_answer(desk, status)
    except (PersonErased, DraftGone):
        answer = None
    parts = await status_parts(desk, status)
    return desk.portal.pages.render(
        request,
        "public/room.html",
        status=http_status,
        words=words,
        answer=answer,
        papers=papers_of(status),
        errors=tuple(errors),
        tracking_code=await desk.office.applicants.tracking.tracking_code_of(status.case_id),
        **parts,
    )
