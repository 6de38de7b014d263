"""The services, what each promises and kept, the check before anything is kept, and the beginning of an application."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from penaemas.casefiles.applicants.kept_times import Kept
from penaemas.portal.flash import flash
from penaemas.portal.forms.entries import Typed, read_entry, typed_of
from penaemas.portal.forms.rendering import render_form
from penaemas.portal.identity.cookies import keep_value
from penaemas.portal.languages import indonesian, language_of
from penaemas.portal.public.desk import DRAFT_COOKIE, PublicDesk
from penaemas.portal.public.pre_check import check_form, find
from penaemas.portal.public.questions import Questionnaire, questionnaire
from penaemas.portal.public.services import COMPONENTS, Service
from penaemas.portal.public.uploads import sent_form

KEPT_FOR_S: Final = 600.0
REGION: Final = "region_code"


def add(app: FastAPI, desk: PublicDesk) -> None:
    """The routes of this area."""
    pages, measured = desk.portal.pages, dict[str, tuple[float, Kept]]()

    @app.get("/services")
    async def services(request: Request) -> HTMLResponse:
        return pages.render(request, "public/services.html", services=tuple(desk.services.values()))

    @app.get("/services/{service}")
    async def one_service(request: Request, service: str) -> HTMLResponse:
        known = _service(desk, service)
        at_s, kept = measured.get(service, (0.0, None))
        if kept is None or desk.now_s() - at_s > KEPT_FOR_S:
            kept = await desk.office.applicants.kept_times.of_service(service)
            measured[service] = desk.now_s(), kept
        return pages.render(request, "public/service.html", service=known, components=COMPONENTS, kept=kept)

    @app.get("/services/{service}/check")
    async def ask(request: Request, service: str) -> HTMLResponse:
        return await _check_page(desk, request, _service(desk, service), {}, "", is_sent=False)

    @app.post("/services/{service}/check")
    async def check(request: Request, service: str) -> HTMLResponse:
        known, sent = _service(desk, service), await sent_form(request)
        region_code = next((text for key, text in sent.texts if key == REGION), "")
        questions = await questions_of(desk, known, region_code)
        typed = typed_of(check_form(known, questions), sent.texts) if questions is not None else {}
        return await _check_page(desk, request, known, typed, region_code, is_sent=True)

    @app.post("/services/{service}/begin")
    async def begin(request: Request, service: str, region_code: Annotated[str, Form(max_length=5)] = "") -> Response:
        known, sent = _service(desk, service), await sent_form(request)
        questions = await questions_of(desk, known, region_code)
        if questions is None:
            return RedirectResponse(f"/services/{service}/check", status_code=303)
        sender = desk.sender_of(request)
        if desk.beginnings.wait_s(sender) > 0:
            answer = RedirectResponse(f"/services/{service}", status_code=303)
            flash(answer, indonesian("Terlalu banyak permohonan dimulai dari sambungan ini. Tunggu sebentar."), "bad")
            return answer
        desk.beginnings.failed(sender)  # every draft takes room, so every beginning counts
        drafts = desk.office.applicants.drafts
        draft_id = await drafts.begin(service, region_code, typed_of(questions.form, sent.texts))
        answer = RedirectResponse(f"/apply/{questions.pages[0].page}", status_code=303)
        keep_value(request, answer, DRAFT_COOKIE, drafts.return_code(draft_id))
        return answer


async def questions_of(desk: PublicDesk, service: Service, region_code: str) -> Questionnaire | None:
    """The service's questions in a region; None where it takes no applications from home."""
    if region_code not in desk.open_regions():
        return None
    region = desk.office.regions[region_code]
    return await desk.office.database.run(questionnaire, desk.portal.models, service, region)


def _service(desk: PublicDesk, service: str) -> Service:
    known = desk.services.get(service)
    if known is None:
        raise HTTPException(404)
    return known


async def _check_page(
    desk: PublicDesk, request: Request, service: Service, typed: Typed, region_code: str, *, is_sent: bool
) -> HTMLResponse:
    regions = desk.open_regions()
    chosen = region_code if region_code in regions else next(iter(regions)) if len(regions) == 1 else ""
    questions = await questions_of(desk, service, chosen or next(iter(regions), ""))
    language, form_html, finding, due_at, right = language_of(request), "", None, None, False
    if questions is not None:
        form = check_form(service, questions)
        entry = read_entry(form, typed, questions.settings)
        form_html = render_form(form, typed, questions.settings, language, entry.errors if is_sent else ())
        right = is_sent and entry.is_right and bool(chosen)
        if right:
            today = desk.office.pbg.submission.outlook(chosen).today
            finding = find(service, entry.values, desk.office.regions[chosen], today)
            due_at = desk.promised_by(service, chosen)
    return desk.portal.pages.render(
        request,
        "public/check.html",
        status=422 if is_sent and not right else 200,
        service=service,
        regions=regions,
        region_code=chosen,
        region_missing=is_sent and not chosen,
        form_html=form_html,
        finding=finding,
        due_at=due_at,
        typed=typed,
    )
