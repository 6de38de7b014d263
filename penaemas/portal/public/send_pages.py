"""Checking the answers, sending them once, and the receipt."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from penaemas.casefiles.applicants.drafts import ApplicationDraft, DraftGone
from penaemas.casefiles.case_records import RequestIdReused
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.sealed_files import FileDamaged
from penaemas.portal.forms.rules_of_case_files import errors_of
from penaemas.portal.forms.sentences import FieldError, Words
from penaemas.portal.languages import indonesian
from penaemas.portal.public.answers_page import answers_page, questions_of_draft
from penaemas.portal.public.desk import PublicDesk, acting, helper_of
from penaemas.portal.public.sending import errors_of_draft, submit

CONFIRMATIONS: Final = ("paper", "phone")
DAMAGED: Final = indonesian("Salah satu berkas rusak di tempat penyimpanan. Unggah lagi, lalu kirim.")


def add(app: FastAPI, desk: PublicDesk) -> None:
    """The routes of this area."""
    office, pages = desk.office, desk.portal.pages

    @app.get("/apply")
    async def check(request: Request) -> Response:
        draft = await desk.draft_of(request)
        if draft is None:
            return RedirectResponse("/apply/return", status_code=303)
        if draft.sent_case_id is not None:
            return RedirectResponse("/apply/sent", status_code=303)
        return await answers_page(desk, request, draft, ())

    @app.post("/apply/send")
    async def send(request: Request, confirmed: Annotated[str, Form(max_length=10)] = "") -> Response:
        draft = await desk.draft_of(request)
        if draft is None:
            return RedirectResponse("/apply/return", status_code=303)
        if draft.sent_case_id is not None:
            return RedirectResponse("/apply/sent", status_code=303)
        return await _sent(desk, request, draft, confirmed)

    @app.get("/apply/sent")
    async def receipt(request: Request) -> Response:
        draft = await desk.draft_of(request)
        if draft is None or draft.sent_case_id is None:
            return RedirectResponse("/apply", status_code=303)
        return pages.render(
            request,
            "public/sent.html",
            case=await office.applicants.statuses.of_case(draft.sent_case_id),
            codes=await office.applicants.tracking.receipt_of(draft.sent_case_id),
            service=desk.services[draft.service],
            due_at=desk.promised_by(desk.services[draft.service], draft.region_code),
        )


async def _sent(desk: PublicDesk, request: Request, draft: ApplicationDraft, confirmed: str) -> Response:
    """Send a draft. Pressed twice, one case is made and both presses lead to its receipt."""
    questions, helper = await questions_of_draft(desk, draft), helper_of(request, draft.region_code)
    errors = list(errors_of_draft(desk, draft, questions))
    if helper is not None and confirmed not in CONFIRMATIONS:
        rule = Words("persetujuan pemohon belum dicatat", "the applicant's agreement is not recorded yet")
        fix = Words("bacakan jawabannya, lalu pilih bagaimana ia setuju", "read it out, then choose how they agreed")
        errors.append(FieldError("confirmed", rule, fix))
    if errors:
        return await answers_page(desk, request, draft, errors)
    done = RedirectResponse("/apply/sent", status_code=303)
    try:
        receipt = await submit(desk, draft, questions, by=acting(request, draft.region_code))
    except EntryFaulty as faulty:
        keys = [one.key for one in questions.form.fields()]
        return await answers_page(desk, request, draft, errors_of(faulty.faults, keys))
    except (DraftGone, RequestIdReused):
        return done  # the other press was faster
    except FileDamaged:
        raise HTTPException(409, DAMAGED) from None
    if helper is not None:
        await desk.office.database.run(_note_help, desk, helper, receipt.case_id, confirmed)
    desk.portal.poke()
    return done


def _note_help(desk: PublicDesk, helper: Officer, case_id: str, confirmed: str) -> None:
    """That the applicant has agreed to what the officer typed, and how."""
    office = desk.office
    with office.database.transaction() as connection:
        details = {"confirmed": confirmed}
        office.acts.record(
            connection, helper.account, "assist_application", office.clock.now(), case_id=case_id, details=details
        )
