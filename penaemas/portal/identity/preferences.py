"""Language and colours: the reader's choice, kept for the officer, and in a cookie for the pages before signing in."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse

from penaemas.portal.identity.cookies import ONE_YEAR_S
from penaemas.portal.languages import COOKIE as LANGUAGE_COOKIE
from penaemas.portal.pages import THEME_COOKIE
from penaemas.portal.portal import Portal
from penaemas.portal.problems import own_path


def add(app: FastAPI, portal: Portal) -> None:
    """The routes of this area."""

    @app.post("/preferences")
    async def choose(
        request: Request,
        language: Annotated[Literal["id", "en"] | None, Form()] = None,
        theme: Annotated[Literal["auto", "light", "dark"] | None, Form()] = None,
    ) -> RedirectResponse:
        answer = RedirectResponse(own_path(urlsplit(request.headers.get("referer", "/")).path), status_code=303)
        chosen = {"language": (LANGUAGE_COOKIE, language), "theme": (THEME_COOKIE, theme)}
        for name, (cookie, value) in chosen.items():
            if value is None:
                continue
            answer.set_cookie(cookie, value, max_age=ONE_YEAR_S, httponly=True, samesite="lax")
            if request.state.session is not None:
                await portal.identity.officers.choose(request.state.session.officer.account, **{name: value})
        return answer
