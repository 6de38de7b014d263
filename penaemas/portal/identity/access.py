"""Who may ask what: one row per route. A route without a row does not start; a row refuses whoever it does not name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from penaemas.licensing.roles import SUPERVISING_ROLES, TASK_ROLES, Role

EVERY_OFFICER: Final = frozenset(Role)
ADMINISTRATORS: Final = frozenset({Role.ADMINISTRATOR})
AT_THE_COUNTER: Final = frozenset({Role.LOKET, Role.PENDAMPING, Role.PENGAWAS})
SEEING_CASES: Final = TASK_ROLES | {Role.AUDITOR, Role.INSPEKTORAT, Role.PIMPINAN}

AUDITING: Final = frozenset({Role.AUDITOR, Role.INSPEKTORAT})


class RouteWithoutRoles(Exception):
    """A route that nobody has said who may ask; add its row to the table in `portal/identity/access.py`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may ask a route.

    Attributes:
        roles: any of them, in some region; empty with `is_public`.
        is_public: no sign-in needed.
        within: the path's parameter that names an object; the role must be held in the object's region.
        second_factor: a code must have been given lately.
        is_locked_too: also asked with the screen locked, e.g. to unlock it.
        is_activity: False where a page asks by itself: that keeps no session open.
    """

    roles: frozenset[Role] = field(default=frozenset())
    is_public: bool = False
    within: str | None = None
    second_factor: bool = False
    is_locked_too: bool = False
    is_activity: bool = True


PUBLIC: Final = Rule(is_public=True, is_activity=False)
EVERYBODY: Final = Rule(is_public=True)
OFFICER: Final = Rule(EVERY_OFFICER)
CASE_READER: Final = Rule(SEEING_CASES)
ADMINISTRATOR: Final = Rule(ADMINISTRATORS, second_factor=True)
SIGNERS: Final = frozenset({Role.KADIS})
SIGNER: Final = Rule(SIGNERS, second_factor=True)

TABLE: Final[Mapping[str, Rule]] = {
    # What machines ask, and what everybody's browser needs.
    "GET /livez": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": PUBLIC,
    "GET /assets/{name:path}": PUBLIC,
    # Signing in and out.
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "POST /sign-out": Rule(EVERY_OFFICER, is_locked_too=True),
    "GET /invitation/{token}": PUBLIC,
    "POST /invitation/{token}": PUBLIC,
    "POST /lock": Rule(EVERY_OFFICER, is_locked_too=True),
    "GET /unlock": Rule(EVERY_OFFICER, is_locked_too=True, is_activity=False),
    "POST /unlock": Rule(EVERY_OFFICER, is_locked_too=True),
    "GET /second-factor": OFFICER,
    "POST /second-factor": OFFICER,
    # What the reader prefers; kept for the officer, or in a cookie.
    "POST /preferences": Rule(is_public=True),
    # Training rooms only: the routes do not exist in a real office.
    "POST /demo/sign-in": PUBLIC,
    "POST /demo/clock": PUBLIC,
    # An officer's own page.
    "GET /": OFFICER,
    "GET /account": OFFICER,
    "POST /account/password": OFFICER,
    "GET /account/second-factor": OFFICER,
    "POST /account/second-factor": OFFICER,
    "POST /account/sessions/end": OFFICER,
    # How the office's system is.
    "GET /office-state": OFFICER,
    # Tasks and cases. Which tasks of a region, and what may be done with each, is decided by their groups.
    "GET /tasks": CASE_READER,
    "GET /tasks/rows": Rule(SEEING_CASES, is_activity=False),
    "GET /tasks/events": Rule(SEEING_CASES, is_activity=False),
    "GET /tasks/next": Rule(TASK_ROLES),
    "POST /tasks/search": CASE_READER,
    "POST /tasks/act": Rule(TASK_ROLES),
    "GET /tasks/{task_key}": Rule(SEEING_CASES, within="task_key"),
    "POST /tasks/{task_key}": Rule(TASK_ROLES, within="task_key"),
    "POST /tasks/{task_key}/draft": Rule(TASK_ROLES, within="task_key"),
    "POST /tasks/{task_key}/presence": Rule(SEEING_CASES, within="task_key", is_activity=False),
    "GET /cases/{case_id}": Rule(SEEING_CASES, within="case_id"),
    "GET /cases/{case_id}/documents/{document}": Rule(SEEING_CASES, within="case_id"),
    "GET /cases/{case_id}/papers/{kind}": Rule(SEEING_CASES, within="case_id"),
    "GET /cases/{case_id}/prints/{kind}": Rule(SEEING_CASES, within="case_id"),
    "GET /cases/{case_id}/diagram": Rule(SEEING_CASES, within="case_id"),
    "GET /cases/{case_id}/replay": Rule(AUDITING, within="case_id"),
    "POST /cases/{case_id}/comments": Rule(SEEING_CASES, within="case_id"),
    # The applicants' own pages: open to everybody; what a draft or a room holds is opened by its code. An officer who
    # types for an applicant keeps the session open by it.
    "GET /services": EVERYBODY,
    "GET /services/{service}": EVERYBODY,
    "GET /services/{service}/check": EVERYBODY,
    "POST /services/{service}/check": EVERYBODY,
    "POST /services/{service}/begin": EVERYBODY,
    "GET /apply": EVERYBODY,
    "GET /apply/return": EVERYBODY,
    "POST /apply/return": EVERYBODY,
    "GET /apply/later": EVERYBODY,
    "POST /apply/leave": EVERYBODY,
    "POST /apply/send": EVERYBODY,
    "GET /apply/sent": EVERYBODY,
    "GET /apply/files/{document}": EVERYBODY,
    "POST /apply/files/{document}": EVERYBODY,
    "GET /apply/{page}": EVERYBODY,
    "POST /apply/{page}": EVERYBODY,
    "GET /track": EVERYBODY,
    "POST /track": EVERYBODY,
    "GET /track/{code}": EVERYBODY,
    "POST /track/{code}/open": EVERYBODY,
    "GET /my": EVERYBODY,
    "POST /my/leave": EVERYBODY,
    "POST /my/correction": EVERYBODY,
    "GET /my/correction/{subject}": EVERYBODY,
    "POST /my/correction/{subject}": EVERYBODY,
    "GET /my/files/{document}": EVERYBODY,
    "POST /my/files/{document}": EVERYBODY,
    "GET /my/withdraw": EVERYBODY,
    "POST /my/withdraw": EVERYBODY,
    "GET /my/papers/{kind}": EVERYBODY,
    # Whether a permit is genuine and in force: the page behind its QR code.
    "GET /periksa": EVERYBODY,
    "POST /periksa": EVERYBODY,
    "POST /periksa/berkas": EVERYBODY,
    # A new secret for a lost receipt, against the identity card.
    "GET /cases/{case_id}/secret": Rule(AT_THE_COUNTER, within="case_id"),
    "POST /cases/{case_id}/secret": Rule(AT_THE_COUNTER, within="case_id"),
    # Signing permits, with the second factor of this session. A stand-in's decree gives the signer's role.
    "GET /signing": SIGNER,
    "POST /signing": SIGNER,
    "GET /signing/{task_key}/paper": Rule(SIGNERS, within="task_key", second_factor=True),
    # Outages. In which regions somebody supervises, the pages ask beside this table.
    "GET /outages": CASE_READER,
    "POST /outages/declare": Rule(SUPERVISING_ROLES),
    "POST /outages/end": Rule(SUPERVISING_ROLES),
    # Accounts.
    "GET /officers": ADMINISTRATOR,
    "GET /officers/new": ADMINISTRATOR,
    "POST /officers/new": ADMINISTRATOR,
    "GET /officers/{account}": ADMINISTRATOR,
    "POST /officers/{account}/roles": ADMINISTRATOR,
    "POST /officers/{account}/invite": ADMINISTRATOR,
    "POST /officers/{account}/end-sessions": ADMINISTRATOR,
    "POST /officers/{account}/drop-second-factor": ADMINISTRATOR,
    "POST /officers/{account}/disable": ADMINISTRATOR,
    "POST /officers/{account}/enable": ADMINISTRATOR,
}
"""`METHOD /path/of/{the}/route` → who may ask it. Other areas add their rows below ours, in a block of their own."""


def rule_of(method: str, path: str) -> Rule:
    """The row of a route.

    Raises:
        RouteWithoutRoles: there is none.
    """
    try:
        return TABLE[f"{method} {path}"]
    except KeyError:
        raise RouteWithoutRoles(f"{method} {path}: add its row to penaemas/portal/identity/access.py") from None
