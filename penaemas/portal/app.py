"""The portal as an ASGI application. It wires nothing itself: what it needs is handed in.

An area is a function that adds its routes; `AREAS` is the one table of them. Every route goes through the guard.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from penaemas.casefiles.overview import find_case
from penaemas.portal import home, probes
from penaemas.portal.cases import outage_pages, paper_pages
from penaemas.portal.cases import pages as case_pages
from penaemas.portal.identity import account_pages, demo_pages, officer_pages, preferences, sign_in_pages
from penaemas.portal.identity.guard import Guard, GuardedRoute
from penaemas.portal.office_state import page as office_state
from penaemas.portal.portal import Portal
from penaemas.portal.problems import CatchAll, add_pages_for_refusals
from penaemas.portal.protection import protect
from penaemas.portal.replay import pages as replay_pages
from penaemas.portal.tasklist import events as task_events
from penaemas.portal.tasklist import pages as task_list
from penaemas.portal.tasklist import task_pages

AREAS: Final[tuple[Callable[[FastAPI, Portal], None], ...]] = (
    probes.add,
    home.add,
    sign_in_pages.add,
    preferences.add,
    account_pages.add,
    officer_pages.add,
    demo_pages.add,
    office_state.add,
    task_list.add,
    task_events.add,
    task_pages.add,
    case_pages.add,
    replay_pages.add,
    paper_pages.add,
    outage_pages.add,
)

LARGEST_KEY: Final = 2**63 - 1  # of the engine, and of an integer in the databases
COMPRESS_FROM_BYTES: Final = 1_000
COMPRESSION: Final = 5  # beyond, a page gets hardly smaller and takes twice as long


def create_app(portal: Portal, host_names: Sequence[str], proxies: Sequence[str] = ()) -> FastAPI:
    """The application.

    Args:
        host_names: the names under which it may be asked; any other is refused, so that no foreign name can be pointed
            at it.
        proxies: addresses of the office's own reverse proxies, which tell for whom they ask.

    Raises:
        RouteWithoutRoles: a route is not in the access table.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.router.route_class = GuardedRoute
    app.state.proxies = frozenset(proxies)
    app.state.guard = Guard(portal.identity.sessions, regions_of(portal))
    app.middleware("http")(protect)
    # Forms carry their token under a new mask each time, so a compressed page gives nothing of it away.
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESS_FROM_BYTES, compresslevel=COMPRESSION)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(host_names))
    app.add_middleware(CatchAll, pages=portal.pages)
    add_pages_for_refusals(app, portal.pages)
    for add in AREAS:
        add(app, portal)
    return app


def regions_of(portal: Portal) -> Mapping[str, Callable[[str], Awaitable[str | None]]]:
    """Path parameter → how to find the region of the object that it names. See `Rule.within`."""

    async def of_case(case_id: str) -> str | None:
        case = await portal.office.database.run(find_case, portal.office.database, case_id)
        return case.region_code if case is not None else None

    async def of_task(task_key: str) -> str | None:
        if not task_key.isdecimal() or int(task_key) > LARGEST_KEY:
            return None
        task = await portal.office.database.run(portal.history.task, int(task_key))
        return await of_case(task.case_id) if task is not None and task.case_id is not None else None

    return {"case_id": of_case, "task_key": of_task}
