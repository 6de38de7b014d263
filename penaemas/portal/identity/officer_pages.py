"""Accounts, for administrators: who works here, what they may where, and the links that let them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.officers import Officer
from penaemas.licensing.roles import ALL_REGIONS, Grant, Role
from penaemas.portal.flash import flash
from penaemas.portal.identity.guard import current_officer
from penaemas.portal.languages import indonesian
from penaemas.portal.portal import Portal

Text = Annotated[str, Form(max_length=300)]
Granted = Annotated[list[str], Form(max_length=200)]
Who = Annotated[Officer, Depends(current_officer)]

# What the case files say about an entry → what the page says.
SENTENCES: Final[Mapping[str, str]] = {
    "is no account's name": indonesian("Nama akun memakai huruf kecil, angka, dan titik, misalnya loket.siti."),
    "is taken": indonesian("Nama akun ini sudah dipakai. Pilih yang lain."),
    "is required": indonesian("Tulis nama seperti pada surat, paling sedikit dua huruf."),
    "nobody would be left to administer": indonesian(
        "Tidak akan ada administrator yang tersisa. Tunjuk yang lain lebih dahulu."
    ),
}
UNKNOWN: Final = indonesian("Isian ini tidak dapat disimpan. Periksa lagi.")


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""
    _add_pages(app, portal)
    _add_new(app, portal)
    _add_changes(app, portal)
    _add_closing(app, portal)


def _add_pages(app: FastAPI, portal: Portal) -> None:
    @app.get("/officers")
    async def officers_page(request: Request, q: str = "") -> HTMLResponse:
        officers = await portal.identity.officers.all()
        wanted = q.strip().casefold()
        found = [one for one in officers if wanted in f"{one.account} {one.name}".casefold()]
        return portal.pages.render(request, "identity/officers.html", officers=found, q=q, total=len(officers))


def _add_new(app: FastAPI, portal: Portal) -> None:
    def page(request: Request, account: str = "", name: str = "", faults: Mapping[str, str] | None = None) -> Response:
        return portal.pages.render(
            request,
            "identity/officer_new.html",
            status=422 if faults else 200,
            account=account,
            name=name,
            faults=faults or {},
            regions=_regions(portal),
            roles=tuple(Role),
        )

    @app.get("/officers/new")
    async def new_page(request: Request) -> Response:
        return page(request)

    @app.post("/officers/new")
    async def create(
        request: Request, who: Who, account: Text, name: Text, role: Text, region_code: Text = ALL_REGIONS
    ) -> Response:
        account = account.strip().lower()
        try:
            grants = _grants([f"{role}@{region_code}"])
            await portal.identity.officers.add(account, name, grants, by=who.account)
        except EntryFaulty as refused:
            return page(request, account, name, _sentences(refused))
        return await _show_link(request, portal, account, who)


def _add_changes(app: FastAPI, portal: Portal) -> None:
    identity = portal.identity

    @app.get("/officers/{account}")
    async def officer_page(request: Request, account: str) -> Response:
        return await _page(request, portal, account)

    @app.post("/officers/{account}/roles")
    async def set_roles(request: Request, who: Who, account: str, grant: Granted = []) -> Response:  # noqa: B006 (copied by FastAPI)
        await _require(portal, account)
        try:
            await identity.officers.set_grants(account, _grants(grant), by=who.account)
        except EntryFaulty as refused:
            return await _page(request, portal, account, refused)
        return _back(account, indonesian("Peran tersimpan; berlaku mulai klik berikutnya."))

    @app.post("/officers/{account}/invite")
    async def invite(request: Request, who: Who, account: str) -> Response:
        await _require(portal, account)
        return await _show_link(request, portal, account, who)


def _add_closing(app: FastAPI, portal: Portal) -> None:
    identity = portal.identity

    @app.post("/officers/{account}/end-sessions")
    async def end_sessions(who: Who, account: str) -> Response:
        await _require(portal, account)
        await identity.sessions.end_all(account, by=who.account)
        return _back(account, indonesian("Semua sesi petugas ini diakhiri."))

    @app.post("/officers/{account}/drop-second-factor")
    async def drop_second_factor(who: Who, account: str) -> Response:
        await _require(portal, account)
        await identity.credentials.drop_second_factor(account, by=who.account)
        await identity.sessions.end_all(account, by=who.account)
        return _back(account, indonesian("Aplikasi autentikator dilepas; petugas memasang yang baru saat masuk lagi."))

    @app.post("/officers/{account}/disable")
    async def disable(request: Request, who: Who, account: str) -> Response:
        await _require(portal, account)
        try:
            await identity.officers.disable(account, by=who.account)
        except EntryFaulty as refused:
            return await _page(request, portal, account, refused)
        return _back(account, indonesian("Akun ditutup."))

    @app.post("/officers/{account}/enable")
    async def enable(who: Who, account: str) -> Response:
        await _require(portal, account)
        await identity.officers.enable(account, by=who.account)
        return _back(account, indonesian("Akun dibuka lagi."))


async def _page(request: Request, portal: Portal, account: str, refused: EntryFaulty | None = None) -> Response:
    person = await _require(portal, account)
    faults = tuple(_sentences(refused).values()) if refused else ()
    return portal.pages.render(
        request,
        "identity/officer.html",
        status=422 if faults else 200,
        person=person,
        faults=faults,
        regions=_regions(portal),
        roles=tuple(Role),
        held={f"{grant.role}@{grant.region_code}" for grant in person.grants},
    )


async def _show_link(request: Request, portal: Portal, account: str, who: Officer) -> Response:
    """The link is on this page and nowhere else: neither in an address nor in a log."""
    token = await portal.identity.credentials.invite(account, by=who.account)
    link = str(request.url.replace(path=f"/invitation/{token}", query=""))
    return portal.pages.render(request, "identity/officer_link.html", account=account, link=link)


async def _require(portal: Portal, account: str) -> Officer:
    person = await portal.identity.officers.find(account)
    if person is None:
        raise HTTPException(404)
    return person


def _regions(portal: Portal) -> tuple[str, ...]:
    return (ALL_REGIONS, *portal.identity.officers.region_codes)


def _grants(texts: Iterable[str]) -> list[Grant]:
    """`LOKET@32.11` → a grant. Raises HTTPException (422) for what no form of ours sends."""
    grants = []
    for text in texts:
        role, _, region_code = text.partition("@")
        if role not in Role.__members__:
            raise HTTPException(422)
        grants.append(Grant(Role(role), region_code))
    return grants


def _sentences(refused: EntryFaulty) -> dict[str, str]:
    return {fault.field: SENTENCES.get(fault.rule, UNKNOWN) for fault in refused.faults}


def _back(account: str, said: str) -> RedirectResponse:
    answer = RedirectResponse(f"/officers/{account}", status_code=303)
    flash(answer, said)
    return answer
