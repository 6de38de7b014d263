"""Outages of systems that the office depends on: declared and ended here; while one lasts, every clock of the region
stands. Whoever supervises declares; whoever sees cases reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.officers import Officer
from penaemas.licensing.instants import WIB
from penaemas.licensing.roles import SUPERVISING_ROLES
from penaemas.portal.flash import flash
from penaemas.portal.identity.access import SEEING_CASES
from penaemas.portal.identity.guard import current_officer
from penaemas.portal.languages import indonesian
from penaemas.portal.portal import Portal

Text = Annotated[str, Form(max_length=600)]
Reader = Annotated[Officer, Depends(current_officer)]
PLACE: Final = "/outages"

# What the case files say about an entry → what the page says.
SENTENCES: Final[Mapping[str, str]] = {
    "is required": indonesian("Wajib diisi; gangguan tanpa ini tidak menghentikan jam."),
    "is too long": indonesian("Terlalu panjang. Ringkaskan."),
    "lies ahead": indonesian("Belum terjadi. Tulis jam yang sudah lewat, atau kosongkan untuk sekarang."),
    "lies before the beginning": indonesian("Lebih awal daripada mulainya gangguan."),
    "is used for another instant already": indonesian(
        "Nomor laporan ini sudah dipakai. Pakai nomor laporan Anda sendiri."
    ),
    "is no instant": indonesian("Tulis tanggal dan jam, misalnya 2026-01-31T08:15."),
}
UNKNOWN: Final = indonesian("Isian ini tidak dapat disimpan. Periksa lagi.")


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""

    @app.get(PLACE)
    async def outages_page(request: Request, officer: Reader) -> HTMLResponse:
        return await _page(portal, request, officer, {}, {})

    @app.post(f"{PLACE}/declare")
    async def declare(
        request: Request,
        officer: Reader,
        region_code: Text,
        reference: Text = "",
        system: Text = "",
        reason: Text = "",
        at: Text = "",
    ) -> Response:
        _require_supervisor(officer, region_code)
        entered = {"region_code": region_code, "reference": reference, "system": system, "reason": reason, "at": at}
        began_at = _instant(at) if at.strip() else portal.office.clock.now()
        if began_at is None:
            return await _page(portal, request, officer, entered, {"at": SENTENCES["is no instant"]})
        try:
            await portal.office.outages.declare(
                region_code,
                reference.strip(),
                system=system.strip(),
                began_at=began_at,
                reason=reason.strip(),
                supervisor=officer.account,
            )
        except EntryFaulty as refused:
            return await _page(portal, request, officer, entered, _sentences(refused))
        return _back(portal, indonesian("Gangguan dicatat. Semua jam daerah ini berhenti."))

    @app.post(f"{PLACE}/end")
    async def end(officer: Reader, region_code: Text, reference: Text, reason: Text = "") -> Response:
        _require_supervisor(officer, region_code)
        now = portal.office.clock.now()
        try:
            await portal.office.outages.end(
                region_code, reference, ended_at=now, reason=reason.strip(), supervisor=officer.account
            )
        except EntryFaulty as refused:
            answer = RedirectResponse(PLACE, status_code=303)
            flash(answer, next(iter(_sentences(refused).values())), "bad")
            return answer
        return _back(portal, indonesian("Gangguan selesai. Jam berjalan lagi dengan sisa waktunya."))


async def _page(
    portal: Portal, request: Request, officer: Officer, entered: Mapping[str, str], faults: Mapping[str, str]
) -> HTMLResponse:
    regions = officer.regions(portal.office.regions, SEEING_CASES)
    known = [outage for code in regions for outage in await portal.office.outages.all_of(code)]
    names = {other.account: other.name for other in await portal.directory.all()} if known else {}
    return portal.pages.render(
        request,
        "cases/outages.html",
        status=422 if faults else 200,
        lasting=[outage for outage in known if outage.ended_at is None],
        ended=sorted((outage for outage in known if outage.ended_at), key=lambda outage: outage.began_at, reverse=True),
        may_declare=officer.regions(portal.office.regions, SUPERVISING_ROLES),
        people=names,
        entered={name: entered.get(name, "") for name in ("region_code", "reference", "system", "reason", "at")},
        faults=faults,
    )


def _require_supervisor(officer: Officer, region_code: str) -> None:
    if not officer.may(SUPERVISING_ROLES, region_code):
        raise HTTPException(404)


def _instant(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=WIB)


def _sentences(refused: EntryFaulty) -> dict[str, str]:
    return {fault.field: SENTENCES.get(fault.rule, UNKNOWN) for fault in refused.faults}


def _back(portal: Portal, said: str) -> RedirectResponse:
    portal.poke()  # the ladders ask the clock again
    answer = RedirectResponse(PLACE, status_code=303)
    flash(answer, said)
    return answer
