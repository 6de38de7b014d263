"""Says when a list has changed, as server-sent events: the browser then asks for the rows again.

What is compared is cheap: how far the history has come and what the outbox holds. Only when that has moved is the
officer's own page read, and only when that differs is anything sent. Each stream ends by itself; the browser asks anew.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select

from penaemas.casefiles.officers import Officer
from penaemas.casefiles.outbox import OPEN_STATES
from penaemas.casefiles.tables import outbox
from penaemas.history.queries.overview import feed_position
from penaemas.portal.identity.guard import current_officer
from penaemas.portal.portal import Portal
from penaemas.portal.tasklist.listing import Wish, read_listing
from penaemas.portal.tasklist.pages import desk_of, wish_of
from penaemas.storage.errors import StorageError

LOOK_EVERY_S: Final = 0.7
LOOK_ANYWAY_S: Final = 30.0  # minutes pass although nothing happens
ASK_AGAIN_MS: Final = 2000


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""

    @app.get("/tasks/events")
    async def events(request: Request, officer: Annotated[Officer, Depends(current_officer)]) -> StreamingResponse:
        wish = await wish_of(portal, request, officer)
        return StreamingResponse(_stream(portal, request, officer, wish), media_type="text/event-stream")


async def _stream(portal: Portal, request: Request, officer: Officer, wish: Wish) -> AsyncIterator[str]:
    yield f"retry: {ASK_AGAIN_MS}\n\n"
    ends = time.monotonic() + portal.events_last_s
    told, looked = "", 0.0
    seen: tuple[object, ...] = ()
    while True:
        try:
            now = await portal.office.database.run(_pulse, portal)
            if now != seen or time.monotonic() - looked > LOOK_ANYWAY_S:
                seen, looked = now, time.monotonic()
                desk = await desk_of(portal, officer)
                signature = (await portal.office.database.run(read_listing, portal, desk, wish)).signature
                if signature != told:
                    told = signature
                    yield f"event: tasks\ndata: {signature}\n\n"
        except StorageError:
            return  # the browser asks again in a moment
        if time.monotonic() >= ends or await request.is_disconnected():
            return
        await asyncio.sleep(LOOK_EVERY_S)


def _pulse(portal: Portal) -> tuple[object, ...]:
    """Moves whenever a list may have changed. Blocks."""
    with portal.office.database.reading() as connection:
        wanted = select(func.count(), func.max(outbox.c.created_at)).where(outbox.c.state.in_(OPEN_STATES))
        waiting = tuple(connection.execute(wanted).one())
    return (*waiting, *feed_position(portal.history_database))
