"""Rendering: templates that escape everything and refuse unknown names."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from penaemas.licensing.clock import Clock
from penaemas.licensing.roles import ALL_REGIONS, TITLES, Role
from penaemas.portal import moments
from penaemas.portal.design.assets import Assets
from penaemas.portal.flash import flash_of, forget_flash
from penaemas.portal.identity.cookies import csrf_token_of, session_token_of
from penaemas.portal.identity.guard import CSRF_FIELD, masked
from penaemas.portal.languages import Language, beside, indonesian, language_of, pair, translate
from penaemas.portal.navigation import entries_for

HERE: Final = Path(__file__).parent
THEME_COOKIE: Final = "pena_theme"
THEMES: Final = ("auto", "light", "dark")


class Pages:
    """The portal's templates, and what every page needs.

    `demo_clock`: the moved clock of a demonstration, for its banner. `regions`: code → name of this office's regions.
    `lock_after_s`: after how long without a key or a click the screen is locked.
    """

    def __init__(
        self,
        time_zone: ZoneInfo,
        *,
        demo_clock: Clock | None = None,
        assets: Assets | None = None,
        regions: dict[str, str] | None = None,
        lock_after_s: int = 600,
    ) -> None:
        self.demo = demo_clock is not None
        self._demo_clock = demo_clock
        self.assets = assets or Assets()
        self.regions = dict(regions or {})
        self._time_zone = time_zone
        self._lock_after_s = lock_after_s
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, request: Request, template: str, *, status: int = 200, **content: object) -> HTMLResponse:
        """One page, in the reader's language.

        A template knows beside `content`: `_` (the program's texts), `both` (with the other language beside), `pair`
        (of two texts that are data), `instant`, `clock_time`, `day`, `number`, `role_title`, `region_name`, `officer`
        and `session` (None where nobody is signed in), `csrf` (the hidden field of every form), `language`, `path`.
        """
        language = language_of(request)
        session = getattr(request.state, "session", None)
        officer = session.officer if session is not None and not session.is_locked else None
        token = session_token_of(request)
        html = self._environment.get_template(template).render(
            **content,
            **self._words(language),
            language=language,
            other_language="id" if language == "en" else "en",
            theme=_theme_of(request),
            path=request.url.path,
            demo=self.demo,
            demo_now=self._demo_clock.now() if self._demo_clock is not None else None,
            session=session,
            officer=officer,
            menu=entries_for(officer) if officer is not None else (),
            flash=flash_of(request),
            assets=self.assets,
            csrf_token=masked(csrf_token_of(token)) if session is not None and token else "",
            csrf_field=CSRF_FIELD,
            lock_after_s=self._lock_after_s,
        )
        response = HTMLResponse(html, status_code=status)
        forget_flash(request, response)
        return response

    def _words(self, language: Language) -> dict[str, object]:
        def instant(moment: datetime) -> str:
            return moments.instant(moment, language, self._time_zone)

        def clock_time(moment: datetime) -> str:
            return moments.clock_time(moment, language, self._time_zone)

        return {
            "_": lambda text, **values: translate(language, text) % values if values else translate(language, text),
            "indonesian": indonesian,
            "beside": lambda text: beside(language, text),
            "pair": lambda indonesian, english: pair(language, indonesian, english),
            "instant": instant,
            "clock_time": clock_time,
            "day": lambda when: moments.day(when, language),
            "number": lambda value: moments.number(value, language),
            "role_title": lambda role: pair(language, *TITLES[Role(role)]),
            "region_name": lambda code: (
                translate(language, indonesian("Semua daerah")) if code == ALL_REGIONS else self.regions.get(code, code)
            ),
        }


def _theme_of(request: Request) -> str:
    session = getattr(request.state, "session", None)
    chosen = session.officer.theme if session is not None else request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else "auto"
