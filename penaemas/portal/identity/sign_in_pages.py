"""Coming in and going out: sign-in, sign-out, locking and unlocking the screen, invitations, the second factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from penaemas.casefiles.officer_sessions import OpenSession
from penaemas.casefiles.officers import Officer
from penaemas.licensing.roles import Role
from penaemas.portal.flash import flash
from penaemas.portal.identity.cookies import (
    device_of,
    forget_session,
    is_loopback,
    keep_device,
    keep_session,
    session_token_of,
)
from penaemas.portal.identity.guard import session_of
from penaemas.portal.identity.identity import SignedIn, TryLater, Wrong
from penaemas.portal.identity.passwords import fault_of
from penaemas.portal.identity.places import place_of
from penaemas.portal.identity.refusals import Sentence, sentence_of, status_of
from penaemas.portal.languages import indonesian
from penaemas.portal.portal import Portal
from penaemas.portal.problems import own_path

WRONG = indonesian("Nama akun atau kata sandi tidak cocok.")
WRONG_PASSWORD = indonesian("Kata sandi tidak cocok.")
WRONG_CODE = indonesian("Kode tidak cocok. Tunggu kode berikutnya di aplikasi, lalu masukkan lagi.")

Text = Annotated[str, Form(max_length=300)]


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""
    _add_sign_in(app, portal)
    _add_lock(app, portal)
    _add_invitation(app, portal)
    _add_second_factor(app, portal)


def _add_sign_in(app: FastAPI, portal: Portal) -> None:
    identity, pages = portal.identity, portal.pages

    async def page(
        request: Request, next_path: str, account: str = "", refusal: TryLater | Wrong | None = None
    ) -> HTMLResponse:
        officers = await identity.officers.all()
        device = device_of(request)
        known = await identity.credentials.accounts_of_device(device) if device else ()
        by_account = {officer.account: officer for officer in officers}
        colleagues = [by_account[name] for name in known if name in by_account]
        return pages.render(
            request,
            "identity/sign_in.html",
            status=status_of(refusal) if refusal else 200,
            next_path=next_path,
            account=account,
            refusal=sentence_of(refusal, WRONG) if refusal else None,
            colleagues=colleagues,
            nobody_yet=not officers and is_loopback(request.url.hostname),
            training=_by_role(officers) if pages.demo else (),
            training_open=_region_to_open(colleagues or officers),
            training_regions=pages.regions,
        )

    @app.get("/sign-in")
    async def sign_in_page(request: Request, next: str = "/", account: str = "") -> Response:
        session = request.state.session
        if session is not None and not session.is_locked:
            return RedirectResponse(own_path(next), status_code=303)
        return await page(request, own_path(next), account[:60])

    @app.post("/sign-in")
    async def sign_in(request: Request, account: Text, password: Text, next: Text = "/") -> Response:
        account = account.strip().lower()
        place = await place_of(request, account, identity.credentials)
        outcome = await identity.sign_in(account, password, place)
        if not isinstance(outcome, SignedIn):
            return await page(request, own_path(next), account, outcome)
        await _end_present(request, portal)
        answer = RedirectResponse(own_path(next), status_code=303)
        keep_session(request, answer, outcome.token)
        await identity.credentials.remember_device(keep_device(request, answer), account)
        return answer

    @app.post("/sign-out")
    async def sign_out(request: Request) -> RedirectResponse:
        await _end_present(request, portal)
        answer = RedirectResponse("/sign-in", status_code=303)
        forget_session(request, answer)
        return answer


def _add_lock(app: FastAPI, portal: Portal) -> None:
    identity, pages = portal.identity, portal.pages

    @app.post("/lock")
    async def lock(request: Request, next: Text = "/") -> RedirectResponse:
        await identity.sessions.lock(session_token_of(request) or "")
        return RedirectResponse(f"/unlock?next={own_path(next)}", status_code=303)

    def page(
        request: Request, session: OpenSession, next_path: str, refusal: TryLater | Wrong | None = None
    ) -> HTMLResponse:
        return pages.render(
            request,
            "identity/unlock.html",
            status=status_of(refusal) if refusal else 200,
            who=session.officer,
            next_path=next_path,
            refusal=sentence_of(refusal, WRONG_PASSWORD) if refusal else None,
            without_password=session.is_demo,
        )

    @app.get("/unlock")
    async def unlock_page(
        request: Request, session: Annotated[OpenSession, Depends(session_of)], next: str = "/"
    ) -> Response:
        if not session.is_locked:
            return RedirectResponse(own_path(next), status_code=303)
        return page(request, session, own_path(next))

    @app.post("/unlock")
    async def unlock(
        request: Request, session: Annotated[OpenSession, Depends(session_of)], password: Text = "", next: Text = "/"
    ) -> Response:
        account = session.officer.account
        if not session.is_demo:
            place = await place_of(request, account, identity.credentials)
            refusal = await identity.confirm_password(account, password, place)
            if refusal is not None:
                return page(request, session, own_path(next), refusal)
        await identity.sessions.unlock(session_token_of(request) or "")
        return RedirectResponse(own_path(next), status_code=303)


def _add_invitation(app: FastAPI, portal: Portal) -> None:
    identity, pages = portal.identity, portal.pages

    @app.get("/invitation/{token}")
    async def invitation_page(request: Request, token: str) -> HTMLResponse:
        account = await identity.credentials.invited(token)
        status = 200 if account else 404
        return pages.render(request, "identity/invitation.html", status=status, account=account, refusal=None)

    @app.post("/invitation/{token}")
    async def accept(request: Request, token: str, password: Text, repeated: Text) -> Response:
        account = await identity.credentials.invited(token)
        if account is not None:
            fault = fault_of(password, repeated, account)
            if fault is not None:
                return pages.render(
                    request, "identity/invitation.html", status=422, account=account, refusal=Sentence(fault)
                )
            account = await identity.credentials.accept(token, await identity.passwords.hash(password))
        if account is None:
            return pages.render(request, "identity/invitation.html", status=404, account=None, refusal=None)
        answer = RedirectResponse(f"/sign-in?account={account}", status_code=303)
        flash(answer, indonesian("Kata sandi tersimpan. Silakan masuk."))
        return answer


def _add_second_factor(app: FastAPI, portal: Portal) -> None:
    identity, pages = portal.identity, portal.pages

    def page(request: Request, next_path: str, refusal: TryLater | Wrong | None = None) -> HTMLResponse:
        sentence = sentence_of(refusal, WRONG_CODE) if refusal else None
        return pages.render(
            request,
            "identity/second_factor.html",
            status=status_of(refusal) if refusal else 200,
            next_path=next_path,
            refusal=sentence,
        )

    @app.get("/second-factor")
    async def second_factor_page(
        request: Request, session: Annotated[OpenSession, Depends(session_of)], next: str = "/"
    ) -> Response:
        if not session.officer.has_second_factor:
            return RedirectResponse(f"/account/second-factor?next={own_path(next)}", status_code=303)
        return page(request, own_path(next))

    @app.post("/second-factor")
    async def second_factor(
        request: Request, session: Annotated[OpenSession, Depends(session_of)], code: Text, next: Text = "/"
    ) -> Response:
        account, token = session.officer.account, session_token_of(request) or ""
        place = await place_of(request, account, identity.credentials)
        refusal = await identity.confirm_code(token, account, code, place)
        if refusal is not None:
            return page(request, own_path(next), refusal)
        return RedirectResponse(own_path(next), status_code=303)


async def _end_present(request: Request, portal: Portal) -> None:
    token = session_token_of(request)
    if token is not None:
        await portal.identity.sessions.end(token)


def _by_role(officers: Sequence[Officer]) -> list[Officer]:
    """In the order in which a case meets them."""
    order = list(Role)
    return sorted(officers, key=lambda officer: order.index(officer.grants[0].role) if officer.grants else len(order))


def _region_to_open(officers: Sequence[Officer]) -> str | None:
    """The region that a training room shows first: that of whoever was here last, else the first in the list."""
    held = [grant.region_code for officer in officers[:1] for grant in officer.grants]
    return held[0] if held else None
