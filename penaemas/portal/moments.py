"""Instants, days and numbers as people here write them. An instant always names its zone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from penaemas.portal.languages import Language

MONTHS: Final = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
DAYS: Final = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def instant(moment: datetime, language: Language, zone: ZoneInfo) -> str:
    """`Senin, 2 Nov 2026 08.00 WIB`."""
    local = moment.astimezone(zone)
    return f"{day(local.date(), language)} {clock_time(moment, language, zone)}"


def clock_time(moment: datetime, language: Language, zone: ZoneInfo) -> str:
    """`08.00 WIB`."""
    local = moment.astimezone(zone)
    separator = "." if language == "id" else ":"
    return f"{local:%H}{separator}{local:%M} {local.tzname()}"


def day(when: date, language: Language) -> str:
    """`Senin, 2 Nov 2026`."""
    return f"{DAYS[language][when.weekday()]}, {when.day} {MONTHS[language][when.month - 1]} {when.year}"


def number(value: int, language: Language) -> str:
    """Thousands as the language writes them."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language == "id" else grouped
