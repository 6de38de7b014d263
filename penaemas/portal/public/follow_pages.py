"""Following a case by its tracking code: no account, nothing personal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from penaemas.casefiles.applicants.status import PBG_SERVICE, CaseStatus
from penaemas.casefiles.emas.lifecycle import LimitReading
from penaemas.casefiles.service_window import ClockReading
from penaemas.history.queries.case_tasks import open_tasks_of_cases
from penaemas.portal.cases import words as case_words
from penaemas.portal.forms.sentences import Words
from penaemas.portal.identity.cookies import keep_device, keep_value
from penaemas.portal.languages import indonesian
from penaemas.portal.public import words
from penaemas.portal.public.desk import ROOM_COOKIE, TOO_OFTEN, PublicDesk
from penaemas.portal.public.services import Service
from penaemas.portal.public.services import words as catalogue_words
from penaemas.portal.public.stages import stages_of
from penaemas.storage.errors import StorageError

LONGEST_CODE: Final = 60
NOT_IN_CODES: Final = re.compile(r"[^A-Za-z2-7-]")
UNKNOWN: Final = indonesian("Kode ini tidak dikenal. Periksa lagi huruf demi huruf pada tanda terima.")
WRONG_SECRET: Final = indonesian("Kode atau rahasia salah. Periksa lagi huruf demi huruf pada tanda terima.")


def add(app: FastAPI, desk: PublicDesk) -> None:
    """The routes of this area."""
    tracking, pages = desk.office.applicants.tracking, desk.portal.pages

    @app.get("/track")
    async def ask(request: Request) -> HTMLResponse:
        return pages.render(request, "public/track.html", refusal="", code="")

    @app.post("/track")
    async def look_up(request: Request, code: Annotated[str, Form(max_length=200)] = "") -> Response:
        if desk.codes.wait_s(desk.sender_of(request)) > 0:
            return _too_often(request)
        if await tracking.case_of(code) is None:
            desk.codes.failed(desk.sender_of(request))
            return pages.render(request, "public/track.html", status=404, refusal=UNKNOWN, code="")
        return RedirectResponse(f"/track/{_in_an_address(code)}", status_code=303)

    @app.get("/track/{code}")
    async def follow(request: Request, code: str) -> Response:
        if desk.codes.wait_s(desk.sender_of(request)) > 0:
            return _too_often(request)
        case_id = await tracking.case_of(code)
        if case_id is None:
            desk.codes.failed(desk.sender_of(request))
            return pages.render(request, "public/track.html", status=404, refusal=UNKNOWN, code="")
        answer = await status_page(desk, request, case_id, code=_in_an_address(code))
        desk.trust(keep_device(request, answer))
        return answer

    @app.post("/track/{code}/open")
    async def open_room(request: Request, code: str, secret: Annotated[str, Form(max_length=200)] = "") -> Response:
        if desk.codes.wait_s(desk.sender_of(request)) > 0:
            return _too_often(request)
        case_id = await tracking.opened_by(code, secret)
        if case_id is None:
            desk.codes.failed(desk.sender_of(request))
            return pages.render(request, "public/track.html", status=403, refusal=WRONG_SECRET, code="")
        answer = RedirectResponse("/my", status_code=303)
        keep_value(request, answer, ROOM_COOKIE, await desk.office.applicants.rooms.open(case_id))
        desk.trust(keep_device(request, answer))
        return answer

    def _too_often(request: Request) -> Response:
        answer = pages.render(request, "public/track.html", status=429, refusal=TOO_OFTEN, code="")
        answer.headers["Retry-After"] = str(int(desk.codes.wait_s(desk.sender_of(request))) + 1)
        return answer


async def status_page(desk: PublicDesk, request: Request, case_id: str, *, code: str) -> HTMLResponse:
    """Where the case stands. Args: code: the tracking code, for the form that opens the room; empty in the room."""
    status = await desk.office.applicants.statuses.of_case(case_id)
    return desk.portal.pages.render(
        request, "public/status.html", code=code, words=words, **await status_parts(desk, status)
    )


async def status_parts(desk: PublicDesk, status: CaseStatus) -> dict[str, Any]:
    """What the templates show of a case's state."""
    service = desk.services.get(status.service)
    readings = await desk.office.deadlines.service_window.readings(status.case_id)
    limit = None if status.service == PBG_SERVICE else await desk.office.emas.lifecycle.reading(status.case_id)
    return {
        "case": status,
        "service": service,
        "stages": stages_of(status, await _open_steps(desk, status)),
        "main": _main_clock(status, readings, limit),
        "subjects": _subject_words(service),
        "compensations": case_words.COMPENSATIONS,
        "reasons": case_words.BREACH_REASONS,
        "said": case_words.said,
        "now": desk.office.clock.now(),
    }


async def _open_steps(desk: PublicDesk, status: CaseStatus) -> tuple[str, ...]:
    """Where officers' tasks wait; none while the history does not answer."""
    if status.closed_at is not None:
        return ()
    try:
        tasks = await desk.office.database.run(open_tasks_of_cases, desk.portal.history_database, [status.case_id])
    except StorageError:
        return ()
    return tuple(task.element_id for task in tasks)


def _main_clock(
    status: CaseStatus, readings: tuple[ClockReading, ...], limit: LimitReading | None
) -> dict[str, object] | None:
    """The clock that the applicant is promised, in one shape; None before it has started."""
    if limit is not None:
        return {
            "due_at": limit.due_at,
            "net_min": limit.net_s // 60,
            "gross_min": limit.gross_office_s // 60,
            "is_standing": limit.is_standing,
            "stopped_at": limit.stopped_at,
            "limit": Words(f"{limit.working_days} hari kerja", f"{limit.working_days} working days"),
        }
    promise = next((reading for reading in readings if reading.which == "promise"), None)
    if promise is None:
        return None
    return {
        "due_at": promise.due_at,
        "net_min": promise.net_s // 60,
        "gross_min": promise.gross_office_s // 60,
        "is_standing": promise.is_standing,
        "stopped_at": promise.stopped_at,
        "limit": Words("180 menit jam loket", "180 counter minutes"),
    }


def _subject_words(service: Service | None) -> Mapping[str, Words]:
    """Names of the licence's own documents and questions."""
    if service is None or service.standard is None:
        return {}
    documents = {one.id: catalogue_words(one.name) for one in service.standard.documents}
    return documents | {one.id: catalogue_words(one.label) for one in service.standard.questions}


def _in_an_address(code: str) -> str:
    """A code as it may stand in an address: nothing but what codes are made of."""
    return NOT_IN_CODES.sub("", code.replace(" ", "-"))[:LONGEST_CODE].upper()
