"""The portal's cookies: which session, which browser.

On any name but this machine's own they are marked Secure, and then bear the prefix by which a browser holds them to
that; without TLS nobody can sign in from elsewhere.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from typing import Final

from fastapi import Request, Response

SESSION: Final = "pena_session"
DEVICE: Final = "pena_device"
SECURE_PREFIX: Final = "__Host-"
ONE_YEAR_S: Final = 365 * 24 * 3600
DEVICE_BYTES: Final = 16


def session_token_of(request: Request) -> str | None:
    """The session's token, or None."""
    return request.cookies.get(_name(request, SESSION))


def device_of(request: Request) -> str | None:
    """This browser's own number, or None at its first visit."""
    return request.cookies.get(_name(request, DEVICE))


def keep_session(request: Request, response: Response, token: str) -> None:
    """Hand the session's token to the browser; it forgets it when it is closed."""
    _set(request, response, SESSION, token, max_age=None)


def forget_session(request: Request, response: Response) -> None:
    """Take the token back."""
    forget_value(request, response, SESSION)


def keep_device(request: Request, response: Response) -> str:
    """Number the browser if it has no number yet; the number."""
    device = device_of(request) or secrets.token_urlsafe(DEVICE_BYTES)
    _set(request, response, DEVICE, device, max_age=ONE_YEAR_S)
    return device


def value_of(request: Request, name: str) -> str | None:
    """What a cookie of ours holds, or None."""
    return request.cookies.get(_name(request, name))


def keep_value(request: Request, response: Response, name: str, value: str) -> None:
    """Hand a value to the browser; it forgets it when it is closed."""
    _set(request, response, name, value, max_age=None)


def forget_value(request: Request, response: Response, name: str) -> None:
    """Take it back."""
    response.delete_cookie(_name(request, name), path="/", secure=_is_secure(request), httponly=True, samesite="lax")


def csrf_token_of(session_token: str) -> str:
    """What a form must carry: derived from the session's token, so that only a page of this session knows it."""
    return hashlib.sha256(b"pena form: " + session_token.encode()).hexdigest()


def is_loopback(host: str | None) -> bool:
    """Whether a name or address means this machine itself."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_secure(request: Request) -> bool:
    return not is_loopback(request.url.hostname)


def _name(request: Request, name: str) -> str:
    return SECURE_PREFIX + name if _is_secure(request) else name


def _set(request: Request, response: Response, name: str, value: str, *, max_age: int | None) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        max_age=max_age,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )
