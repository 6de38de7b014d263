"""Applying, one question a page: kept at each step, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from penaemas.casefiles.applicants.drafts import ApplicationDraft, DraftGone, DraftTooLarge
from penaemas.portal.flash import flash
from penaemas.portal.forms.entries import typed_of
from penaemas.portal.forms.rendering import render_form
from penaemas.portal.forms.sentences import FieldError
from penaemas.portal.languages import indonesian, language_of
from penaemas.portal.public.answers_page import CHECK, questions_of_draft
from penaemas.portal.public.desk import PublicDesk, helper_of
from penaemas.portal.public.questions import Questionnaire, QuestionPage
from penaemas.portal.public.sending import MISSING_FILE, errors_of_page, required_files
from penaemas.portal.public.uploads import arrived, keep_file, sent_form, take_piece

THEN: Final = "then"


def add(app: FastAPI, desk: PublicDesk) -> None:
    """The routes of this area; the fixed addresses of others stand before the one of a page."""

    @app.get("/apply/files/{document}")
    async def where_to_go_on(request: Request, document: str, upload: str) -> JSONResponse:
        return await arrived(desk, (await _required(desk, request)).draft_id, document, upload)

    @app.post("/apply/files/{document}")
    async def piece(request: Request, document: str, upload: str, begins: int, size: int) -> JSONResponse:
        draft = await _required(desk, request)
        questions = await questions_of_draft(desk, draft)
        if document not in {page.file.document for page in questions.pages if page.file is not None}:
            raise HTTPException(404)
        return await take_piece(desk, request, draft.draft_id, document, upload, begins, size)

    @app.get("/apply/{page}")
    async def ask(request: Request, page: str, then: str = "") -> Response:
        draft = await desk.draft_of(request)
        if draft is None:
            return RedirectResponse("/apply/return", status_code=303)
        if draft.sent_case_id is not None:
            return RedirectResponse("/apply/sent", status_code=303)
        return await _question_page(desk, request, draft, page, (), then)

    @app.post("/apply/{page}")
    async def keep(request: Request, page: str) -> Response:
        draft = await desk.draft_of(request)
        if draft is None:
            answer = RedirectResponse("/apply/return", status_code=303)
            flash(answer, indonesian("Permohonan ini tidak terbuka di perangkat ini. Masukkan kode kembali."), "note")
            return answer
        return await _kept(desk, request, draft, page)


async def _required(desk: PublicDesk, request: Request) -> ApplicationDraft:
    draft = await desk.draft_of(request)
    if draft is None or draft.sent_case_id is not None:
        raise HTTPException(404)
    return draft


async def _kept(desk: PublicDesk, request: Request, draft: ApplicationDraft, name: str) -> Response:
    """Keep what was typed whatever is wrong with it, then go on or say what is wrong."""
    questions, sent = await questions_of_draft(desk, draft), await sent_form(request)
    page = questions.page(name, draft.typed)
    if page is None:
        return RedirectResponse("/apply", status_code=303)
    drafts, then = desk.office.applicants.drafts, next((text for key, text in sent.texts if key == THEN), "")
    errors: list[FieldError] = []
    try:
        if page.file is not None:
            errors = await _keep_file(desk, draft, questions, page, sent.files)
        else:
            typed = dict.fromkeys(page.keys, ()) | dict(typed_of(page.form(), sent.texts))
            await drafts.keep(draft.draft_id, typed)
            errors = errors_of_page(desk.services[draft.service], questions, page, {**draft.typed, **typed})
    except (DraftGone, DraftTooLarge):
        raise HTTPException(404) from None
    again = await desk.draft_of(request)
    if again is None:
        raise HTTPException(404)
    if errors:
        return await _question_page(desk, request, again, name, errors, then)
    if then == CHECK:
        return RedirectResponse("/apply", status_code=303)
    shown = questions.visible(again.typed)
    here = next((number for number, one in enumerate(shown) if one.page == name), len(shown))
    following = shown[here + 1].page if here + 1 < len(shown) else ""
    return RedirectResponse(f"/apply/{following}".rstrip("/"), status_code=303)


async def _keep_file(
    desk: PublicDesk, draft: ApplicationDraft, questions: Questionnaire, page: QuestionPage, files: dict[str, bytes]
) -> list[FieldError]:
    one = page.file
    if one is None or one.document is None:
        return []
    content = files.get(one.key)
    if content is not None:
        wrong = await keep_file(desk, draft.draft_id, one.document, one.key, content)
        return [wrong] if wrong is not None else []
    region = desk.office.regions[draft.region_code]
    needed = required_files(desk.services[draft.service], region, questions.entry(draft.typed).values)
    is_missing = one.document in needed and one.document not in draft.files
    return [FieldError(one.key, *MISSING_FILE)] if is_missing else []


async def _question_page(
    desk: PublicDesk, request: Request, draft: ApplicationDraft, name: str, errors: Iterable[FieldError], then: str
) -> Response:
    questions = await questions_of_draft(desk, draft)
    shown = questions.visible(draft.typed)
    here = next((number for number, one in enumerate(shown) if one.page == name), None)
    if here is None:
        return RedirectResponse("/apply", status_code=303)
    page, wrong, one = shown[here], tuple(errors), shown[here].file
    region = desk.office.regions[draft.region_code]
    service = desk.services[draft.service]
    form = "" if one else render_form(page.form(), draft.typed, questions.settings, language_of(request), wrong)
    return desk.portal.pages.render(
        request,
        "public/question.html",
        status=422 if wrong else 200,
        service=service,
        page=page,
        step=here + 1,
        steps=len(shown),
        back=f"/apply/{shown[here - 1].page}" if here else f"/services/{draft.service}",
        then=CHECK if then == CHECK else "",
        form_html=form,
        file=one,
        kept=draft.files.get(one.document) if one and one.document else None,
        is_required=one is not None
        and one.document in required_files(service, region, questions.entry(draft.typed).values),
        errors=wrong,
        helper=helper_of(request, draft.region_code),
    )
