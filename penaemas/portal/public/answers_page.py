"""All answers of a draft on one page: to be checked, changed, and sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse

from penaemas.casefiles.applicants.drafts import ApplicationDraft
from penaemas.portal.forms.sentences import FieldError
from penaemas.portal.public.desk import PublicDesk, helper_of
from penaemas.portal.public.questions import Questionnaire
from penaemas.portal.public.sending import errors_of_draft
from penaemas.portal.public.start_pages import questions_of

CHECK: Final = "check"


async def questions_of_draft(desk: PublicDesk, draft: ApplicationDraft) -> Questionnaire:
    """The questions of a draft.

    Raises:
        HTTPException: 404, its region takes no applications from home any more.
    """
    questions = await questions_of(desk, desk.services[draft.service], draft.region_code)
    if questions is None:
        raise HTTPException(404)
    return questions


async def answers_page(
    desk: PublicDesk, request: Request, draft: ApplicationDraft, errors: Iterable[FieldError]
) -> HTMLResponse:
    """The page; with what is wrong on top, if it was to be sent."""
    questions, service = await questions_of_draft(desk, draft), desk.services[draft.service]
    wrong = tuple(errors)
    missing = errors_of_draft(desk, draft, questions)
    unanswered = next((questions.page_of_field(error.field) for error in missing if error.field), None)
    return desk.portal.pages.render(
        request,
        "public/check_answers.html",
        status=422 if wrong else 200,
        service=service,
        draft=draft,
        questions=questions,
        shown=questions.visible(draft.typed),
        incomplete={error.field for error in missing},
        go_on=unanswered,
        errors=wrong,
        labels={one.key: one.label for one in questions.form.fields()},
        links={
            one.key: f"/apply/{questions.page_of_field(one.key)}?then={CHECK}#{one.key}"
            for one in questions.form.fields()
        },
        due_at=desk.promised_by(service, draft.region_code),
        helper=helper_of(request, draft.region_code),
    )
