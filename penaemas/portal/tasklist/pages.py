"""The list of tasks: shown, kept up to date, searched, and several tasks taken or given away at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from penaemas.casefiles.officers import Officer
from penaemas.casefiles.officers_work import NotPossibleNow, StepPlace
from penaemas.casefiles.overview import cases_of, find_case
from penaemas.history.queries import UserTask
from penaemas.history.queries.case_tasks import open_tasks_of_cases
from penaemas.licensing.roles import TASK_ROLES
from penaemas.portal.flash import flash
from penaemas.portal.identity.access import SEEING_CASES
from penaemas.portal.identity.guard import current_officer
from penaemas.portal.languages import indonesian
from penaemas.portal.portal import Portal
from penaemas.portal.tasklist.lines import TaskLine, lines_of
from penaemas.portal.tasklist.listing import TABS, Desk, Listing, Wish, first_task_for, read_listing

Reader = Annotated[Officer, Depends(current_officer)]
TOLD_FOR: Final = timedelta(hours=8)  # how long an officer is told that a command came to nothing
LIST_NAME: Final = "tasks"


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""
    _add_list(app, portal)
    _add_search(app, portal)
    _add_acts(app, portal)


def _add_list(app: FastAPI, portal: Portal) -> None:
    @app.get("/tasks")
    async def tasks(request: Request, officer: Reader) -> HTMLResponse:
        wish = await wish_of(portal, request, officer)
        listing, content = await _content(portal, officer, wish)
        if wish.whose in ("mine", "groups") and request.query_params.get("whose"):
            await portal.office.filters.keep(officer.account, LIST_NAME, wish.to_keep())
        return portal.pages.render(request, "tasks/list.html", **content, listing=listing)

    @app.get("/tasks/rows")
    async def rows(request: Request, officer: Reader) -> HTMLResponse:
        wish = await wish_of(portal, request, officer)
        listing, content = await _content(portal, officer, wish)
        return portal.pages.render(request, "tasks/rows.html", **content, listing=listing)

    @app.get("/tasks/next")
    async def next_task(officer: Reader) -> RedirectResponse:
        desk = await desk_of(portal, officer)
        key = await portal.office.database.run(first_task_for, portal, desk)
        return RedirectResponse("/tasks" if key is None else f"/tasks/{key}", status_code=303)


def _add_search(app: FastAPI, portal: Portal) -> None:
    @app.post("/tasks/search")
    async def search(request: Request, officer: Reader, q: Annotated[str, Form(max_length=200)] = "") -> HTMLResponse:
        # By POST: a name must not stand in an address, which logs and histories keep.
        regions = officer.regions(portal.office.regions, SEEING_CASES)
        found = await portal.office.search.find(q, regions, officer.account)
        desk = await desk_of(portal, officer)
        lines = await portal.office.database.run(_lines_of_cases, portal, desk, found)
        cases = await portal.office.database.run(cases_of, portal.office.database, found)
        return portal.pages.render(request, "tasks/search.html", lines=lines, cases=cases, searched=q.strip())


def _add_acts(app: FastAPI, portal: Portal) -> None:
    @app.post("/tasks/act")
    async def act(
        officer: Reader,
        do: Annotated[str, Form()],
        key: Annotated[list[int] | None, Form()] = None,
        to: Annotated[str, Form(max_length=120)] = "",
        back: Annotated[str, Form(max_length=200)] = "/tasks",
    ) -> RedirectResponse:
        answer = RedirectResponse(back if back.startswith("/tasks") else "/tasks", status_code=303)
        done, refused = 0, 0
        for each in (key or [])[:100]:
            if await _act(portal, officer, each, do, to):
                done += 1
            else:
                refused += 1
        portal.poke()
        _say(answer, do, done, refused)
        return answer


async def desk_of(portal: Portal, officer: Officer) -> Desk:
    """What the officer's lists need to know now."""
    pending = await portal.office.work.pending()
    drafts = await portal.office.drafts.tasks_with_draft(officer.account)
    return Desk(officer, pending, drafts, portal.office.clock.now())


async def colleagues(portal: Portal, officer: Officer, region_codes: tuple[str, ...]) -> tuple[Officer, ...]:
    """Whom the officer can give tasks to: everybody who completes tasks in one of these regions."""
    return tuple(
        other
        for other in await portal.directory.all()
        if other.account != officer.account
        and other.disabled_at is None
        and any(other.may(TASK_ROLES, code) for code in region_codes)
    )


async def wish_of(portal: Portal, request: Request, officer: Officer) -> Wish:
    kept = await portal.office.filters.of(officer.account, LIST_NAME)
    return Wish.of(request.query_params, kept, officer)


async def _content(portal: Portal, officer: Officer, wish: Wish) -> tuple[Listing, dict[str, Any]]:
    desk = await desk_of(portal, officer)
    listing = await portal.office.database.run(read_listing, portal, desk, wish)
    refused = await portal.office.work.refused_of(officer.account, desk.now - TOLD_FOR)
    query = urlencode({name: value for name, value in wish.to_keep().items() if value})
    return listing, {
        "tabs": TABS,
        "query": query,
        "colleagues": await colleagues(portal, officer, listing.regions) if officer.may(TASK_ROLES) else (),
        "process_titles": portal.models.process_titles(listing.processes),
        "refused": refused,
        "waiting": sum(1 for command in desk.pending.values() if command.state == "waiting"),
    }


def _lines_of_cases(portal: Portal, desk: Desk, case_ids: tuple[str, ...]) -> tuple[TaskLine, ...]:
    return lines_of(
        open_tasks_of_cases(portal.history_database, case_ids) if case_ids else (),
        office=portal.office,
        models=portal.models,
        officer=desk.officer,
        pending=desk.pending,
        drafts=desk.drafts,
        now=desk.now,
    )


async def _act(portal: Portal, officer: Officer, key: int, do: str, to: str) -> bool:
    """Do it with one task, if the officer may."""
    task: UserTask | None = await portal.office.database.run(portal.history.task, key)
    desk = await desk_of(portal, officer)
    found = await portal.office.database.run(
        lambda: lines_of(
            [task] if task else [],
            office=portal.office,
            models=portal.models,
            officer=officer,
            pending=desk.pending,
            drafts=(),
            now=desk.now,
        )
    )
    if task is None or not found:
        return False
    (line,) = found
    work = portal.office.work
    match do:
        case "claim" if line.rights.work and await _may_do(portal, task, line.case_id, officer.account):
            await work.claim(line.case_id, key, officer.account)
        case "take_over" if line.rights.hand_over and await _may_do(portal, task, line.case_id, officer.account):
            await work.claim(line.case_id, key, officer.account, take_over=True)
        case "release" if line.rights.release:
            await work.release(line.case_id, key, officer.account)
        case "hand_over" if (
            line.rights.hand_over
            and await _may_receive(portal, officer, line.region_code, to)
            and await _may_do(portal, task, line.case_id, to)
        ):
            await work.hand_over(line.case_id, key, to, by=officer.account)
        case _:
            return False
    return True


async def _may_do(portal: Portal, task: UserTask, case_id: str, account: str) -> bool:
    """Whether the process lets this officer do the step: other eyes, an agency's mandate."""
    case = await portal.office.database.run(find_case, portal.office.database, case_id)
    if case is None:
        return False
    place = StepPlace(task.user_task_key, task.element_id, task.candidate_groups)
    try:
        await portal.office.work.may_do(case.process_id, case_id, place, account)
    except NotPossibleNow:
        return False
    return True


async def _may_receive(portal: Portal, officer: Officer, region_code: str, to: str) -> bool:
    other = await portal.office.officers.find(to)
    if other is None or other.account == officer.account:
        return False
    return other.disabled_at is None and other.may(TASK_ROLES, region_code)


_NONE: Final = indonesian(
    "Tidak dapat: tugas sudah diambil orang lain, selesai, bukan wewenang, atau harus orang lain (empat mata)."
)
_SOME: Final = indonesian(
    "Sebagian tidak dapat: sudah diambil orang lain, selesai, bukan wewenang, atau harus dikerjakan orang lain."
)
_DONE: Final = {
    "claim": indonesian("Tugas diambil."),
    "take_over": indonesian("Tugas diambil alih."),
    "release": indonesian("Tugas dikembalikan ke kelompok."),
    "hand_over": indonesian("Tugas diserahkan kepada rekan."),
}


def _say(answer: Response, do: str, done: int, refused: int) -> None:
    if not done and not refused:
        flash(answer, indonesian("Pilih dulu tugasnya."), "note")
    elif refused and not done:
        flash(answer, _NONE, "bad")
    elif refused:
        flash(answer, _SOME, "note")
    else:
        flash(answer, _DONE[do])
