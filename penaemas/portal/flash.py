"""One sentence for the next page: what has just been done. Kept in a cookie for the moment between the two."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Final, Literal

from fastapi import Request, Response

COOKIE: Final = "pena_flash"
HOLDS_S: Final = 60

Kind = Literal["good", "note", "bad"]


@dataclass(frozen=True, slots=True)
class Flash:
    """A text of the catalogues; never anything personal."""

    text: str
    kind: Kind = "good"


def flash(response: Response, text: str, kind: Kind = "good") -> None:
    """Say this on the next page."""
    content = base64.urlsafe_b64encode(json.dumps([text, kind]).encode()).decode()
    response.set_cookie(COOKIE, content, max_age=HOLDS_S, httponly=True, samesite="lax")


def flash_of(request: Request) -> Flash | None:
    """What is to be said now."""
    kept = request.cookies.get(COOKIE)
    if kept is None:
        return None
    try:
        text, kind = json.loads(base64.urlsafe_b64decode(kept))
    except (ValueError, binascii.Error):
        return None
    return Flash(str(text), kind if kind in ("good", "note", "bad") else "note")


def forget_flash(request: Request, response: Response) -> None:
    """It has been said."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE)
