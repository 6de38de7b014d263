"""The HTTP interface for auditors' programs: everything of a replay and of the searches, read only.

Mounted on the history process's port under `PREFIX`; whoever knows the token may read. Its OpenAPI description is at
`PREFIX/openapi.json`, without a token.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from penaemas.history.queries import (
    Case,
    CaseFilter,
    CaseSearch,
    Count,
    CursorUnreadable,
    Page,
    TaskFilter,
    UserTask,
    Worklists,
)
from penaemas.history.queries.facts import CaseState as StateOfCase
from penaemas.history.queries.pages import MOST_ON_A_PAGE
from penaemas.history.replay.facts import CaseState, DecisionTable, Diagram, Moment
from penaemas.history.replay.replay import Replay
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError

PREFIX: Final = "/api/history/v1"

_BEARER: Final = HTTPBearer(auto_error=False, description="The office's token: `secrets/history_api_token`.")

Answer = TypeVar("Answer")
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before", max_length=200)]
Size = Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE, description="rows of a page")]
Text = Annotated[str | None, Query(max_length=200)]
Key = Annotated[int, Query(ge=1, lt=1 << 63)]


def history_api(database: Database, token: str) -> FastAPI:
    """The application; its endpoints run in threads, for they ask the database.

    Args:
        token: what a caller must send as `Authorization: Bearer …`.
    """
    app = FastAPI(
        title="PENA history",
        version="1",
        summary="State of a case at any position, its moments with cause and actor, decisions, diagrams, searches.",
        description="Read only. Instants are UTC by the engine's clock; a position is the engine's log position of "
        "the case's partition. The history holds no names and no personal data.",
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(_cases(database), dependencies=[Depends(_allowed(token))])
    app.include_router(_tasks(database), dependencies=[Depends(_allowed(token))])
    app.add_exception_handler(CursorUnreadable, _cursor_unreadable)
    app.add_exception_handler(StorageError, _away)
    return app


def _allowed(token: str) -> Any:
    def check(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> None:
        given = credentials.credentials if credentials is not None else ""
        if not hmac.compare_digest(given.encode(), token.encode()):
            raise HTTPException(401, "unknown token", headers={"WWW-Authenticate": "Bearer"})

    return check


def _cases(database: Database) -> APIRouter:
    router = APIRouter(tags=["cases"])
    replay, search = Replay(database), CaseSearch(database)

    @router.get("/cases")
    def find_cases(
        number: Text = None,
        state: StateOfCase | None = None,
        bpmn_process_id: Text = None,
        region_code: Text = None,
        element_id: Text = None,
        officer: Text = None,
        outcome: Text = None,
        started_from: datetime | None = None,
        started_before: datetime | None = None,
        due_before: datetime | None = None,
        cursor: Cursor = None,
        size: Size = 50,
    ) -> Page[Case]:
        """Root cases by number, state, process, region, open element, officer, outcome, start or deadline."""
        wanted = CaseFilter(
            number=number,
            state=state,
            bpmn_process_id=bpmn_process_id,
            region_code=region_code,
            element_id=element_id,
            officer=officer,
            outcome=outcome,
            started_from=_aware(started_from),
            started_before=_aware(started_before),
            due_before=_aware(due_before),
        )
        return search.page(wanted, cursor=cursor, size=size)

    @router.get("/cases/{number}")
    def case(number: str) -> Case:
        """A case by its case number, case id or process instance key."""
        return _found(replay.find(number))

    @router.get("/cases/{number}/moments")
    def moments(number: str) -> tuple[Moment, ...]:
        """Everything that happened: cause, actor, events, changed variables, decisions with legal basis, proof."""
        return _found(replay.moments(_found(replay.find(number)).process_instance_key))

    @router.get("/cases/{number}/state")
    def state(number: str, position: Key | None = None) -> CaseState:
        """How the case stood at a position: tokens, variables, timers, jobs, messages, tasks, incidents, children."""
        return _found(replay.state(_found(replay.find(number)).process_instance_key, position))

    @router.get("/diagrams/{process_definition_key}")
    def diagram(process_definition_key: int) -> Diagram:
        """The very diagram that was deployed."""
        return _found(replay.diagram(process_definition_key))

    @router.get("/decision-tables/{decision_requirements_key}/{decision_id}")
    def decision_table(decision_requirements_key: int, decision_id: str) -> DecisionTable:
        """A deployed decision table with the legal basis of each rule."""
        return _found(replay.decision_table(decision_requirements_key, decision_id))

    return router


def _wanted(
    assignee: Text = None,
    unassigned: bool = False,
    group: Annotated[list[str] | None, Query(max_length=50)] = None,
    region_code: Text = None,
    bpmn_process_id: Text = None,
    element_id: Text = None,
    due_from: datetime | None = None,
    due_before: datetime | None = None,
) -> TaskFilter:
    return TaskFilter(
        assignee=assignee,
        unassigned=unassigned,
        groups=None if group is None else frozenset(group),
        region_code=region_code,
        bpmn_process_id=bpmn_process_id,
        element_id=element_id,
        due_from=_aware(due_from),
        due_before=_aware(due_before),
    )


Wanted = Annotated[TaskFilter, Depends(_wanted)]


def _tasks(database: Database) -> APIRouter:
    router = APIRouter(tags=["tasks"])
    worklists = Worklists(database)

    @router.get("/tasks/open")
    def open_tasks(chosen: Wanted, cursor: Cursor = None, size: Size = 50) -> Page[UserTask]:
        """Tasks that wait, the earliest due first."""
        return worklists.open_page(chosen, cursor=cursor, size=size)

    @router.get("/tasks/done")
    def done_tasks(chosen: Wanted, cursor: Cursor = None, size: Size = 50) -> Page[UserTask]:
        """Tasks that have ended, the newest first."""
        return worklists.done_page(chosen, cursor=cursor, size=size)

    @router.get("/tasks/open/count")
    def count_open(chosen: Wanted) -> Count:
        """How many tasks wait, up to 1,000."""
        return worklists.count_open(chosen)

    return router


def _found(answer: Answer | None) -> Answer:
    if answer is None:
        raise HTTPException(404, "the history knows no such thing")
    return answer


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise HTTPException(422, "an instant needs a time zone")
    return moment


async def _cursor_unreadable(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "the cursor is not from this list"}, status_code=400)


async def _away(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "the history cannot be read now"}, status_code=503)
