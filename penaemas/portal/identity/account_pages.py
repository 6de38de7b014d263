"""An officer's own page: password, second factor, and where they are signed in."""

from __future__ import annotations

import base64
import io
from typing import Annotated

import segno
from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from penaemas.casefiles.officer_sessions import OpenSession
from penaemas.portal.flash import flash
from penaemas.portal.identity import totp
from penaemas.portal.identity.cookies import session_token_of
from penaemas.portal.identity.guard import Refused, session_of
from penaemas.portal.identity.passwords import fault_of
from penaemas.portal.identity.places import place_of
from penaemas.portal.identity.refusals import Sentence, sentence_of, status_of
from penaemas.portal.languages import indonesian
from penaemas.portal.portal import Portal
from penaemas.portal.problems import own_path

OFFICE = "PENA"
Text = Annotated[str, Form(max_length=300)]
Who = Annotated[OpenSession, Depends(session_of)]


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""
    _add_account(app, portal)
    _add_second_factor(app, portal)


def _add_account(app: FastAPI, portal: Portal) -> None:
    identity = portal.identity

    async def page(request: Request, session: OpenSession, refusal: Sentence | None, status: int = 200) -> HTMLResponse:
        return portal.pages.render(
            request,
            "identity/account.html",
            status=status,
            refusal=refusal,
            here=session.session_id,
            sessions=await identity.sessions.open_ones(session.officer.account),
        )

    @app.get("/account")
    async def account_page(request: Request, session: Who) -> HTMLResponse:
        return await page(request, session, None)

    @app.post("/account/password")
    async def change_password(
        request: Request, session: Who, present: Text, password: Text, repeated: Text
    ) -> Response:
        account = session.officer.account
        place = await place_of(request, account, identity.credentials)
        refusal = await identity.confirm_password(account, present, place)
        if refusal is not None:
            wrong = indonesian("Kata sandi yang sekarang tidak cocok.")
            return await page(request, session, sentence_of(refusal, wrong), status_of(refusal))
        fault = fault_of(password, repeated, account)
        if fault is not None:
            return await page(request, session, Sentence(fault), 422)
        await identity.credentials.set_password(account, await identity.passwords.hash(password))
        await identity.sessions.end_others(session_token_of(request) or "", account)
        answer = RedirectResponse("/account", status_code=303)
        flash(answer, indonesian("Kata sandi diganti; sesi di komputer lain diakhiri."))
        return answer

    @app.post("/account/sessions/end")
    async def end_session(session: Who, session_id: Text) -> RedirectResponse:
        await identity.sessions.end_one(session.officer.account, session_id)
        answer = RedirectResponse("/account", status_code=303)
        flash(answer, indonesian("Sesi itu diakhiri."))
        return answer


def _add_second_factor(app: FastAPI, portal: Portal) -> None:
    identity = portal.identity

    def page(request: Request, secret: bytes, next_path: str, refusal: Sentence | None = None) -> HTMLResponse:
        account = session_of(request).officer.account
        return portal.pages.render(
            request,
            "identity/second_factor_setup.html",
            status=403 if refusal else 200,
            refusal=refusal,
            next_path=next_path,
            secret=base64.b32encode(secret).decode(),
            shown=totp.shown(secret),
            picture=_qr_code(totp.address(secret, account, OFFICE)),
            replaces=session_of(request).officer.has_second_factor,
        )

    def require_own_hand(session: OpenSession) -> None:
        """Whoever has a second factor replaces it with a code of the old one only."""
        if session.officer.has_second_factor and not session.has_second_factor:
            raise Refused("second-factor")

    @app.get("/account/second-factor")
    async def second_factor_page(request: Request, session: Who, next: str = "/account") -> HTMLResponse:
        require_own_hand(session)
        return page(request, totp.new_secret(), own_path(next))

    @app.post("/account/second-factor")
    async def set_up(
        request: Request, session: Who, secret: Text, code: Text, password: Text = "", next: Text = "/account"
    ) -> Response:
        require_own_hand(session)
        account, new = session.officer.account, _decoded(secret)
        if not session.is_demo:
            place = await place_of(request, account, identity.credentials)
            refusal = await identity.confirm_password(account, password, place)
            if refusal is not None:
                wrong = indonesian("Kata sandi tidak cocok.")
                return page(request, new, own_path(next), sentence_of(refusal, wrong))
        if not await identity.set_up_code(session_token_of(request) or "", account, new, code):
            return page(
                request, new, own_path(next), Sentence(indonesian("Kode tidak cocok. Periksa jam telepon Anda."))
            )
        answer = RedirectResponse(own_path(next), status_code=303)
        flash(answer, indonesian("Aplikasi autentikator terpasang."))
        return answer


def _decoded(secret: str) -> bytes:
    try:
        plain = base64.b32decode(secret)
    except ValueError:  # binascii.Error, and what is no ASCII
        plain = b""
    if len(plain) != totp.SECRET_BYTES:
        raise HTTPException(422)
    return plain


def _qr_code(address: str) -> Markup:
    """The code as SVG without a style: the content policy refuses one."""
    drawing = io.BytesIO()
    segno.make(address, error="m").save(
        drawing, kind="svg", xmldecl=False, svgns=False, omitsize=True, dark="#000", light="#fff", border=3
    )
    return Markup(drawing.getvalue().decode())  # noqa: S704 (made here, of digits and squares)
