"""The one gate: every route of the portal goes through it, before its body is read.

A refusal is an exception with what the browser should see; `portal.problems` turns it into an answer. The order: signed
in → screen not locked → a role → the object's region → second factor → the form is ours.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Final, Literal

from fastapi import Request, Response
from fastapi.routing import APIRoute

from penaemas.casefiles.officer_sessions import OfficerSessions, OpenSession
from penaemas.casefiles.officers import Officer
from penaemas.portal.identity.access import Rule, rule_of
from penaemas.portal.identity.cookies import csrf_token_of, session_token_of

CSRF_FIELD: Final = "csrf_token"
CSRF_HEADER: Final = "X-CSRF-Token"
CHANGES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Why = Literal["sign-in", "locked", "role", "object", "second-factor", "form"]

RegionOf = Callable[[str], Awaitable[str | None]]
"""The region of an object by its id, or None if there is no such object."""


class Refused(Exception):
    """A request that may not be served."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Guard:
    """Decides about requests. `regions_of`: for each path parameter that names an object, how to find its region."""

    def __init__(self, sessions: OfficerSessions, regions_of: Mapping[str, RegionOf]) -> None:
        self._sessions = sessions
        self._regions_of = regions_of

    async def require(self, request: Request, rule: Rule) -> None:
        """Let the request pass, with `request.state.session` set where somebody is signed in.

        Raises:
            Refused: it may not.
        """
        token = session_token_of(request)
        session = await self._sessions.find(token, is_activity=rule.is_activity) if token else None
        request.state.session = session
        if not rule.is_public:
            await self._require_officer(request, rule, session)
        if request.method in CHANGES and session is not None and token is not None:
            await _require_our_form(request, token)

    async def _require_officer(self, request: Request, rule: Rule, session: OpenSession | None) -> None:
        if session is None:
            raise Refused("sign-in")
        if session.is_locked and not rule.is_locked_too:
            raise Refused("locked")
        if not session.officer.may(rule.roles):
            raise Refused("role")
        if rule.within is not None:
            region_code = await self._regions_of[rule.within](request.path_params[rule.within])
            if region_code is None or not session.officer.may(rule.roles, region_code):
                raise Refused("object")
        if rule.second_factor and not session.has_second_factor:
            raise Refused("second-factor")


class GuardedRoute(APIRoute):
    """A route that asks the guard first. Without a row in the access table it cannot be made."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """See APIRoute."""
        rules = {method: rule_of(method, self.path) for method in self.methods or ()}
        serve = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            guard: Guard = request.app.state.guard
            await guard.require(request, rules[request.method])
            return await serve(request)

        return guarded


def session_of(request: Request) -> OpenSession:
    """The session of whoever asks; for routes that need one, as a dependency: `Depends(session_of)`."""
    session: OpenSession | None = getattr(request.state, "session", None)
    if session is None:
        raise Refused("sign-in")
    return session


def current_officer(request: Request) -> Officer:
    """Who asks; as a dependency: `officer: Annotated[Officer, Depends(current_officer)]`."""
    return session_of(request).officer


async def _require_our_form(request: Request, token: str) -> None:
    """Whoever is signed in proves that the form was ours, by what only our pages hold."""
    given = request.headers.get(CSRF_HEADER)
    if given is None and request.headers.get("content-type", "").partition(";")[0] in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ):
        field = (await request.form()).get(CSRF_FIELD)
        given = field if isinstance(field, str) else None
    if given is None or not hmac.compare_digest(_unmasked(given).encode(), csrf_token_of(token).encode()):
        raise Refused("form")


def masked(token: str) -> str:
    """The form's token under a new mask each time, so that compressed pages give nothing of it away."""
    plain = bytes.fromhex(token)
    mask = secrets.token_bytes(len(plain))
    return (mask + bytes(left ^ right for left, right in zip(mask, plain, strict=True))).hex()


def _unmasked(given: str) -> str:
    try:
        both = bytes.fromhex(given)
    except ValueError:
        return ""
    half = len(both) // 2
    return bytes(left ^ right for left, right in zip(both[:half], both[half:], strict=False)).hex()
