"""The page of one task: read, filled in, kept as a draft, completed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from penaemas.casefiles.drafts import DraftTooLarge
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.officers_work import FasterColleague, NotPossibleNow, StepPlace
from penaemas.casefiles.person_vault import PersonErased
from penaemas.portal.cases import words
from penaemas.portal.cases.showing import documents_shown, prints_shown, with_frames
from penaemas.portal.flash import flash
from penaemas.portal.forms.entries import Typed, read_entry, typed_of
from penaemas.portal.forms.rendering import render_form
from penaemas.portal.forms.rules_of_case_files import errors_of
from penaemas.portal.forms.sentences import FieldError
from penaemas.portal.identity.guard import current_officer
from penaemas.portal.languages import indonesian, language_of
from penaemas.portal.portal import Portal
from penaemas.portal.tasklist.pages import colleagues
from penaemas.portal.tasklist.task_view import TaskView, read_task

Reader = Annotated[Officer, Depends(current_officer)]
AWAY_AFTER_S: Final = 5.0  # a command that waits longer: the engine, or the workers, are away


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""

    @app.get("/tasks/{task_key}")
    async def task(request: Request, task_key: int, officer: Reader) -> HTMLResponse:
        view = await _required(portal, officer, task_key)
        return await _page(portal, request, officer, view, view.typed, ())

    @app.post("/tasks/{task_key}")
    async def fill_in(request: Request, task_key: int, officer: Reader) -> Response:
        view = await _required(portal, officer, task_key)
        sent = await request.form()
        if view.form is None:
            raise HTTPException(404)
        typed = typed_of(view.form, _texts(sent))
        match sent.get("do"):
            case "complete":
                return await _complete(portal, request, officer, view, typed)
            case "draft":
                await portal.office.drafts.keep(view.case.case_id, task_key, officer.account, typed)
                answer = RedirectResponse(f"/tasks/{task_key}", status_code=303)
                flash(answer, indonesian("Konsep disimpan; ada di semua perangkat Anda."))
                return answer
            case "discard":
                await portal.office.drafts.drop(task_key, officer.account)
                answer = RedirectResponse(f"/tasks/{task_key}", status_code=303)
                flash(answer, indonesian("Konsep dihapus."), "note")
                return answer
        return await _page(portal, request, officer, view, typed, ())

    @app.post("/tasks/{task_key}/draft")
    async def keep(request: Request, task_key: int, officer: Reader) -> Response:
        """What the script sends while one types. Light: nothing is shown, so nothing is read."""
        task = await portal.office.database.run(portal.history.task, task_key)
        form = await portal.office.database.run(portal.models.form, task.form_reference or "") if task else None
        if task is None or form is None or task.case_id is None:
            raise HTTPException(404)
        typed = typed_of(form, _texts(await request.form()))
        try:
            await portal.office.drafts.keep(task.case_id, task_key, officer.account, typed)
        except (DraftTooLarge, PersonErased):
            raise HTTPException(422) from None
        return Response(status_code=204)

    @app.post("/tasks/{task_key}/presence")
    async def presence(request: Request, task_key: int, officer: Reader) -> HTMLResponse:
        others = await portal.office.presence.seen(task_key, officer.account)
        names = {other.account: other.name for other in await portal.directory.all()} if others else {}
        return portal.pages.render(request, "tasks/others.html", others=others, people=names)


async def _complete(portal: Portal, request: Request, officer: Officer, view: TaskView, typed: Typed) -> Response:
    if view.form is None:
        raise HTTPException(404)
    key, case_id = view.line.key, view.case.case_id
    entry = read_entry(view.form, typed, view.settings)
    await _keep(portal, officer, view, typed)
    if not entry.is_right:
        return await _page(portal, request, officer, view, typed, entry.errors, status=422)
    if not view.line.rights.work:
        return await _page(portal, request, officer, view, typed, (), status=409)
    try:
        place = StepPlace(key, view.task.element_id, view.task.candidate_groups)
        await portal.office.work.complete(view.case.process_id, case_id, place, entry.values, officer.account)
    except EntryFaulty as faulty:
        keys = {field.key for field in view.form.fields()}
        return await _page(portal, request, officer, view, typed, errors_of(faulty.faults, keys), status=422)
    except FasterColleague as faster:
        return await _page(portal, request, officer, view, typed, (), status=409, faster=faster)
    except NotPossibleNow as refused:
        return await _page(portal, request, officer, view, typed, (), status=409, refused=refused.reason)
    portal.poke()
    answer = RedirectResponse(f"/tasks/next?after={key}", status_code=303)
    flash(answer, await _what_was_done(portal))
    return answer


async def _what_was_done(portal: Portal) -> str:
    """Sent, or kept until the engine is there again."""

    def oldest_s() -> float:
        with portal.office.database.reading() as connection:
            since = portal.office.outbox.backlog(connection).oldest_waiting_at
        return 0.0 if since is None else (portal.office.clock.now() - since).total_seconds()

    if await portal.office.database.run(oldest_s) > AWAY_AFTER_S:
        return indonesian("Tersimpan. Mesin proses sedang tidak menjawab; dikirim begitu siap. Silakan lanjut bekerja.")
    return indonesian("Selesai dan terkirim.")


async def _keep(portal: Portal, officer: Officer, view: TaskView, typed: Typed) -> None:
    """Whatever comes, what was typed is not lost; the outbox drops it once the engine has recorded the completion."""
    try:
        await portal.office.drafts.keep(view.case.case_id, view.line.key, officer.account, typed)
    except (DraftTooLarge, PersonErased):
        return


async def _required(portal: Portal, officer: Officer, task_key: int) -> TaskView:
    view = await read_task(portal, officer, task_key)
    if view is None:
        raise HTTPException(404)
    return view


async def _page(
    portal: Portal,
    request: Request,
    officer: Officer,
    view: TaskView,
    typed: Typed,
    errors: Iterable[FieldError],
    *,
    status: int = 200,
    faster: FasterColleague | None = None,
    refused: str = "",
) -> HTMLResponse:
    language = language_of(request)
    form = render_form(view.form, typed, view.settings, language, errors) if view.form else ""
    page = portal.pages.render(
        request,
        "tasks/task.html",
        status=status,
        view=view,
        form_html=form,
        words=words,
        documents=documents_shown(portal.office, view.case, view.case_view, officer),
        prints=prints_shown(view.case, view.case_view, officer),
        faster=faster,
        refused=refused,
        colleagues=await colleagues(portal, officer, (view.case.region_code,)) if view.line.rights.hand_over else (),
    )
    return with_frames(page)


def _texts(sent: FormData) -> list[tuple[str, str]]:
    return [(key, value) for key, value in sent.multi_items() if isinstance(value, str)]
