"""The signer's pages: what waits to be signed, each paper as it will be, and the passphrase for what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import SecretStr

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.letter_typesetting import TemplateFaulty
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.permit_signing import NotSigned
from penaemas.casefiles.person_vault import PersonErased
from penaemas.history.queries import UserTask
from penaemas.portal.cases.showing import file_answer
from penaemas.portal.identity.demo_accounts import TRAINING_PASSPHRASE
from penaemas.portal.identity.guard import current_officer
from penaemas.portal.portal import Portal
from penaemas.portal.signing.signing_room import Away, Draft, NoKey, Signed, TryLater, Wrong
from penaemas.portal.tasklist.lines import TaskLine, lines_of
from penaemas.portal.tasklist.pages import desk_of

Reader = Annotated[Officer, Depends(current_officer)]
MOST_AT_ONCE: Final = 50


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""

    @app.get("/signing")
    async def waiting(request: Request, officer: Reader) -> HTMLResponse:
        return await _page(portal, request, officer)

    @app.post("/signing")
    async def sign(
        request: Request,
        officer: Reader,
        passphrase: Annotated[SecretStr, Form(max_length=200)],
        key: Annotated[list[int] | None, Form()] = None,
        no_conflict_of_interest: Annotated[bool, Form()] = False,
    ) -> HTMLResponse:
        lines = {line.key: line for line in await _lines(portal, officer)}
        chosen = [lines[each] for each in dict.fromkeys(key or []) if each in lines][:MOST_AT_ONCE]
        if not chosen:
            return await _page(portal, request, officer, status=422, refused="nothing_chosen")
        if not no_conflict_of_interest:
            return await _page(portal, request, officer, status=422, refused="no_declaration", chosen=chosen)
        drafts = [_draft(portal, line) for line in chosen]
        answer = await portal.signing.sign(drafts, officer.account, passphrase, {"no_conflict_of_interest": True})
        match answer:
            case TryLater(wait=wait):
                seconds = int(wait.total_seconds()) + 1
                return await _page(
                    portal, request, officer, status=429, refused="too_often", seconds=seconds, chosen=chosen
                )
            case Wrong():
                return await _page(portal, request, officer, status=403, refused="wrong", chosen=chosen)
            case NoKey():
                return await _page(portal, request, officer, status=409, refused="no_key", chosen=chosen)
            case Away():
                return await _page(portal, request, officer, status=503, refused="away", chosen=chosen)
        portal.poke()
        return await _page(portal, request, officer, results=answer, lines_before=lines)

    @app.get("/signing/{task_key}/paper")
    async def paper(task_key: int, officer: Reader) -> Response:
        line = next((each for each in await _lines(portal, officer) if each.key == task_key), None)
        if line is None:
            raise HTTPException(404)
        try:
            read = await portal.signing.read(_draft(portal, line), officer.account)
        except (NotSigned, StepMissing, CaseUnknown, PersonErased, TemplateFaulty):
            raise HTTPException(404) from None
        return file_answer(read.content, "application/pdf", f"untuk-ditandatangani-{read.number}")


def _draft(portal: Portal, line: TaskLine) -> Draft:
    processes = portal.office.signing.processes.values()
    process_id = next(process.process_id for process in processes if process.element_id == line.element_id)
    return Draft(process_id, line.case_id, line.key)


async def _lines(portal: Portal, officer: Officer) -> tuple[TaskLine, ...]:
    """What this officer may sign now, the earliest due first."""
    desk = await desk_of(portal, officer)

    def read() -> tuple[TaskLine, ...]:
        tasks: list[UserTask] = []
        for process in portal.office.signing.processes.values():
            found = portal.history.open_tasks(bpmn_process_id=process.process_id)
            tasks += [task for task in found if task.element_id == process.element_id]
        lines = lines_of(
            tasks,
            office=portal.office,
            models=portal.models,
            officer=officer,
            pending=desk.pending,
            drafts=desk.drafts,
            now=desk.now,
        )
        return tuple(line for line in lines if line.rights.work)

    return await portal.office.database.run(read)


async def _page(
    portal: Portal,
    request: Request,
    officer: Officer,
    *,
    status: int = 200,
    refused: str = "",
    seconds: int = 0,
    chosen: Sequence[TaskLine] = (),
    results: Sequence[Signed] = (),
    lines_before: dict[int, TaskLine] | None = None,
) -> HTMLResponse:
    asked = request.query_params.get("key", "")
    return portal.pages.render(
        request,
        "signing/signing.html",
        status=status,
        lines=await _lines(portal, officer),
        certificate=await portal.signing.certificate_of(officer.account),
        refused=refused,
        seconds=seconds,
        chosen={line.key for line in chosen} | ({int(asked)} if asked.isdecimal() else set()),
        results=results,
        lines_before=lines_before or {},
        account=officer.account,
        is_training=portal.clock is not None,
        training_passphrase=TRAINING_PASSPHRASE.get_secret_value(),
    )
