"""Rendering: templates that escape everything and refuse unknown names."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from penaemas.portal.languages import Language, beside, language_of, leading, remember

HERE = Path(__file__).parent
MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


class Pages:
    """The portal's templates, and what every page needs."""

    def __init__(self, time_zone: ZoneInfo, demo: bool) -> None:
        self._time_zone = time_zone
        self._demo = demo
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def render(self, request: Request, template: str, *, status: int = 200, **content: object) -> HTMLResponse:
        """One page, in the reader's language."""
        language = language_of(request)
        html = self._environment.get_template(template).render(
            **content,
            language=language,
            other_language="id" if language == "en" else "en",
            path=request.url.path,
            demo=self._demo,
            t=leading(language),
            beside=beside(language),
            instant=lambda moment: self._instant(moment, language),
            number=lambda value: _number(value, language),
        )
        response = HTMLResponse(html, status_code=status)
        remember(request, response)
        return response

    def _instant(self, moment: datetime, language: Language) -> str:
        """`Senin, 2 Nov 2026 08.00` in the office's own time zone."""
        local = moment.astimezone(self._time_zone)
        day = f"{DAYS[language][local.weekday()]}, {local.day} {MONTHS[language][local.month - 1]} {local.year}"
        separator = "." if language == "id" else ":"
        return f"{day} {local:%H}{separator}{local:%M} {local.tzname()}"


def _number(value: int, language: Language) -> str:
    """Thousands as the language writes them."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language == "id" else grouped
