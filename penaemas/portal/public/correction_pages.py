"""Answering what is to be mended, item by item, then all at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from penaemas.casefiles.applicants.drafts import DraftGone
from penaemas.casefiles.applicants.rooms import APPLICANT
from penaemas.casefiles.applicants.status import PBG_SERVICE, CaseStatus
from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.person_vault import PersonErased
from penaemas.portal.flash import flash
from penaemas.portal.forms.entries import read_entry, typed_of
from penaemas.portal.forms.rendering import render_form
from penaemas.portal.forms.rules_of_case_files import errors_of
from penaemas.portal.forms.sentences import FieldError, Words
from penaemas.portal.languages import indonesian, language_of
from penaemas.portal.public import words
from penaemas.portal.public.corrections import EXPLANATION, Answer, read_answer
from penaemas.portal.public.desk import PublicDesk
from penaemas.portal.public.follow_pages import status_parts
from penaemas.portal.public.room import required_status, room_page, status_of_room, to_the_door
from penaemas.portal.public.uploads import arrived, keep_file, sent_form, take_piece

CORRECT_PATH: Final = "/my/correction"
LONGEST_EXPLANATION: Final = 2000


def add(app: FastAPI, desk: PublicDesk) -> None:
    """The routes of this area."""

    @app.get("/my/correction/{subject}")
    async def item(request: Request, subject: str) -> Response:
        status = await status_of_room(desk, request)
        if status is None:
            return to_the_door(request)
        return await _item_page(desk, request, await _answer(desk, status), subject, ())

    @app.post("/my/correction/{subject}")
    async def keep_item(request: Request, subject: str) -> Response:
        status = await status_of_room(desk, request)
        if status is None:
            return to_the_door(request)
        answer = await _answer(desk, status)
        if answer.item(subject) is None:
            raise HTTPException(404)
        errors = await _kept(desk, request, answer, subject)
        if errors:
            return await _item_page(desk, request, await _answer(desk, status), subject, errors)
        return RedirectResponse("/my", status_code=303)

    @app.post("/my/correction")
    async def send(request: Request) -> Response:
        status = await status_of_room(desk, request)
        if status is None:
            return to_the_door(request)
        return await _sent(desk, request, status)

    @app.get("/my/files/{document}")
    async def where_to_go_on(request: Request, document: str, upload: str) -> JSONResponse:
        answer = await _answer(desk, await required_status(desk, request))
        return await arrived(desk, answer.draft.draft_id, document, upload)

    @app.post("/my/files/{document}")
    async def piece(request: Request, document: str, upload: str, begins: int, size: int) -> JSONResponse:
        answer = await _answer(desk, await required_status(desk, request))
        if document not in {one.document for item in answer.items for one in answer.files_of(item.subject)}:
            raise HTTPException(404)
        return await take_piece(desk, request, answer.draft.draft_id, document, upload, begins, size)


async def _answer(desk: PublicDesk, status: CaseStatus) -> Answer:
    try:
        answer = await read_answer(desk, status)
    except (PersonErased, DraftGone):
        answer = None
    if answer is None:
        raise HTTPException(404)
    return answer


async def _item_page(
    desk: PublicDesk, request: Request, answer: Answer, subject: str, errors: Iterable[FieldError]
) -> HTMLResponse:
    item = answer.item(subject)
    if item is None:
        raise HTTPException(404)
    wrong = tuple(errors)
    form, language = answer.form_of(subject), language_of(request)
    fields = {one.key for one in form.fields()}
    in_form = [error for error in wrong if error.field in fields]
    service = desk.services[answer.status.service]
    parts = await status_parts(desk, answer.status)
    return desk.portal.pages.render(
        request,
        "public/correction.html",
        status=422 if wrong else 200,
        words=words,
        service=service,
        subjects=parts["subjects"],
        item=item,
        answer=answer,
        form_html=render_form(form, answer.typed(), answer.questions.settings, language, in_form) if fields else "",
        files=answer.files_of(subject),
        errors=[error for error in wrong if error.field not in fields],
        explanation=next(iter(answer.draft.typed.get(f"{EXPLANATION}.{subject}", ())), ""),
        action=f"{CORRECT_PATH}/{subject}",
    )


async def _kept(desk: PublicDesk, request: Request, answer: Answer, subject: str) -> list[FieldError]:
    """Keep everything that was sent for an item, and say what is wrong with it."""
    sent = await sent_form(request)
    form, drafts = answer.form_of(subject), desk.office.applicants.drafts
    typed = dict(typed_of(form, sent.texts))
    for one in form.fields():
        if one.kind in ("checkbox", "checklist"):
            typed.setdefault(one.key, ())
    errors = [
        error
        for error in read_entry(form, {**answer.typed(), **typed}, answer.questions.settings).errors
        if error.field in typed
    ]
    explanation = next((text for key, text in sent.texts if key == EXPLANATION), "")[:LONGEST_EXPLANATION]
    try:
        await drafts.keep(answer.draft.draft_id, {**typed, f"{EXPLANATION}.{subject}": (explanation,)})
        for one in answer.files_of(subject):
            content = sent.files.get(one.key)
            if content is not None:
                wrong = await keep_file(desk, answer.draft.draft_id, one.document or "", one.key, content)
                errors += [wrong] if wrong else []
    except DraftGone:
        raise HTTPException(404) from None
    return errors


async def _sent(desk: PublicDesk, request: Request, status: CaseStatus) -> Response:
    """Send the whole answer. Pressed twice, it is sent once."""
    done = RedirectResponse("/my", status_code=303)
    flash(done, indonesian("Perbaikan terkirim. Jam layanan berjalan lagi."))
    if status.asked is not None and status.asked.submitted_at is not None:
        return done
    answer = await _answer(desk, status)
    if not answer.is_whole:
        return await room_page(desk, request, status, _unanswered(answer), 422)
    files = desk.office.pbg if status.service == PBG_SERVICE else desk.office.emas
    try:
        documents = await desk.office.applicants.drafts.contents(answer.draft.draft_id)
        await files.corrections.submit(
            status.case_id, answer.changes(), documents, explanations=answer.explanations(), by=APPLICANT
        )
    except EntryFaulty as faulty:
        keys = [one.key for one in answer.questions.form.fields()]
        return await room_page(desk, request, status, errors_of(faulty.faults, keys), 422)
    except (NotAllowedNow, DraftGone):
        again = await desk.office.applicants.statuses.of_case(status.case_id)
        if again.asked is not None and again.asked.submitted_at is not None:
            return done
        late = RedirectResponse("/my", status_code=303)
        flash(
            late, indonesian("Perbaikan tidak dapat dikirim lagi: waktunya lewat, atau perkara sudah ditutup."), "bad"
        )
        return late
    await desk.office.applicants.drafts.throw_away(answer.draft.draft_id)
    desk.portal.poke()
    return done


def _unanswered(answer: Answer) -> list[FieldError]:
    rule = Words("belum dijawab", "is not answered yet")
    fix = Words("betulkan, atau jelaskan mengapa sudah benar", "mend it, or explain why it is right as it is")
    return [FieldError(item.subject, rule, fix) for item in answer.items if not item.is_answered]
