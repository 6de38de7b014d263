"""Indonesian first, English beside: which of the two leads is the reader's choice, kept in a cookie."""

from collections.abc import Callable
from typing import Literal

from fastapi import Request, Response

Language = Literal["id", "en"]
COOKIE = "language"
ONE_YEAR_S = 365 * 24 * 3600


def language_of(request: Request) -> Language:
    """The query's choice, else the cookie's, else Indonesian."""
    chosen = request.query_params.get("lang") or request.cookies.get(COOKIE)
    return "en" if chosen == "en" else "id"


def remember(request: Request, response: Response) -> None:
    """Keep what the query has chosen."""
    if "lang" in request.query_params:
        response.set_cookie(COOKIE, language_of(request), max_age=ONE_YEAR_S, samesite="lax", httponly=True)


def leading(language: Language) -> Callable[[str, str], str]:
    """For templates: of a pair (Indonesian, English) the one that leads."""
    return lambda indonesian, english: english if language == "en" else indonesian


def beside(language: Language) -> Callable[[str, str], str]:
    """For templates: of a pair (Indonesian, English) the one that stands beside."""
    return lambda indonesian, english: indonesian if language == "en" else english
