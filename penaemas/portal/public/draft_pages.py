"""Going away from an application and coming back to it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from penaemas.portal.flash import flash
from penaemas.portal.identity.cookies import forget_value, keep_device, keep_value
from penaemas.portal.languages import indonesian
from penaemas.portal.public.desk import DRAFT_COOKIE, TOO_OFTEN, PublicDesk

UNKNOWN: Final = indonesian("Kode ini tidak dikenal, atau permohonannya sudah berakhir.")


def add(app: FastAPI, desk: PublicDesk) -> None:
    """The routes of this area."""
    pages, drafts = desk.portal.pages, desk.office.applicants.drafts

    @app.get("/apply/return")
    async def ask_for_code(request: Request) -> HTMLResponse:
        return pages.render(request, "public/return.html", refusal="")

    @app.post("/apply/return")
    async def come_back(request: Request, code: Annotated[str, Form(max_length=200)] = "") -> Response:
        sender = desk.sender_of(request)
        if desk.codes.wait_s(sender) > 0:
            return pages.render(request, "public/return.html", status=429, refusal=TOO_OFTEN)
        draft = await drafts.of_code(code)
        if draft is None:
            desk.codes.failed(sender)
            return pages.render(request, "public/return.html", status=404, refusal=UNKNOWN)
        answer = RedirectResponse("/apply", status_code=303)
        keep_value(request, answer, DRAFT_COOKIE, drafts.return_code(draft.draft_id))
        desk.trust(keep_device(request, answer))
        return answer

    @app.get("/apply/later")
    async def later(request: Request) -> Response:
        draft = await desk.draft_of(request)
        if draft is None or draft.sent_case_id is not None:
            return RedirectResponse("/apply/return", status_code=303)
        code = drafts.return_code(draft.draft_id)
        return pages.render(request, "public/later.html", draft=draft, code=code)

    @app.post("/apply/leave")
    async def leave(request: Request, throw_away: Annotated[str, Form(max_length=5)] = "") -> Response:
        draft = await desk.draft_of(request)
        answer = RedirectResponse("/services", status_code=303)
        forget_value(request, answer, DRAFT_COOKIE)
        if draft is not None and throw_away == "yes":
            await drafts.throw_away(draft.draft_id)
            flash(answer, indonesian("Permohonan yang belum dikirim sudah dihapus."))
        return answer
