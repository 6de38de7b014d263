"""Every route × every role × own and foreign region: allowed or refused as the access table says, none left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from penaemas.licensing.roles import Role
from penaemas.portal.identity.access import TABLE, RouteWithoutRoles, Rule
from penaemas.portal.identity.guard import GuardedRoute
from penaemas.portal.problems import REFUSED_HEADER
from tests.offices import LAMPUNG_SELATAN, SUMEDANG
from tests.portal.offices import PaperClock, PortalOffice, account_of

# What a path's parameter is filled with. Parameters that name an object of a region have one in Sumedang.
SAMPLES = {
    "document": "KTP",
    "kind": "permit",
    "token": "no-such-token",
    "name": "no-such-file.css",
    "account": account_of(Role.LOKET, SUMEDANG),
    "service": "pbg_mbr",
    "page": "applicant-nik",
    "code": "AAAA-AAAA-AAAA-AAAA",
    "subject": "KTP",
}
OBJECTS = {"case_id": "case-of-sumedang", "task_key": "2251799813685249"}


def routes() -> Iterator[tuple[str, str, Rule]]:
    for line, rule in TABLE.items():
        method, _, path = line.partition(" ")
        yield method, path, rule


def address_of(path: str) -> str:
    return re.sub(r"{(\w+)(:\w+)?}", lambda found: (SAMPLES | OBJECTS)[found[1]], path)


def expected(rule: Rule, role: Role | None, region_code: str) -> str | None:
    """Why the table refuses, or None; said once more, in other words than the guard's."""
    if rule.is_public:
        return None
    if role is None:
        return "sign-in"
    if role not in rule.roles:
        return "role"
    if rule.within is not None and region_code != SUMEDANG:
        return "object"
    return None


@pytest.fixture
def office_with_objects(portal_office: PortalOffice, monkeypatch: pytest.MonkeyPatch) -> PortalOffice:
    """A training office, which has every route, in which each sample object is one of Sumedang."""

    async def region(object_id: str) -> str | None:
        return SUMEDANG if object_id in OBJECTS.values() else None

    monkeypatch.setattr("penaemas.portal.app.regions_of", lambda portal: dict.fromkeys(OBJECTS, region))
    portal_office.clock = PaperClock()
    return portal_office


async def why_refused(browser: httpx.AsyncClient, method: str, path: str) -> str | None:
    answer = await browser.request(method, address_of(path))
    assert answer.status_code != 500, f"{method} {path} fails"
    refused: str | None = answer.headers.get(REFUSED_HEADER)
    return refused


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "nobody")
async def test_every_route_is_open_to_whom_the_table_names_and_to_nobody_else(
    office_with_objects: PortalOffice, role: Role | None
) -> None:
    wrong = []
    for region_code in (SUMEDANG, LAMPUNG_SELATAN):
        for method, path, rule in routes():
            # A session of its own each time: some of these routes end it.
            visit = (
                office_with_objects.visit() if role is None else await office_with_objects.visit_as(role, region_code)
            )
            async with visit as browser:
                found = await why_refused(browser, method, path)
            if found != expected(rule, role, region_code):
                wrong.append(f"{method} {path} in {region_code}: {found}, not {expected(rule, role, region_code)}")

    assert wrong == []


async def test_a_route_with_a_second_factor_asks_for_the_code(office_with_objects: PortalOffice) -> None:
    wrong = []
    for method, path, rule in routes():
        if rule.second_factor:
            role = min(rule.roles)
            async with await office_with_objects.visit_as(role, second_factor=False) as browser:
                if await why_refused(browser, method, path) != "second-factor":
                    wrong.append(f"{method} {path}")

    assert wrong == []


async def test_a_locked_screen_shows_nothing_but_its_own_door(office_with_objects: PortalOffice) -> None:
    wrong = []
    for method, path, rule in routes():
        if not rule.is_public:
            async with await office_with_objects.visit_as(min(rule.roles)) as browser:
                await browser.post("/lock")
                found = await why_refused(browser, method, path)
            if found != (None if rule.is_locked_too else "locked"):
                wrong.append(f"{method} {path}: {found}")

    assert wrong == []


async def test_a_change_without_the_forms_token_is_refused(office_with_objects: PortalOffice) -> None:
    wrong = []
    for method, path, rule in routes():
        if method != "GET":
            async with await office_with_objects.visit_as(min(rule.roles or set(Role))) as browser:
                del browser.headers["X-CSRF-Token"]
                if await why_refused(browser, method, path) != "form":
                    wrong.append(f"{method} {path}")

    assert wrong == []


def test_the_table_names_the_routes_of_the_portal_and_no_others(portal_office: PortalOffice) -> None:
    portal_office.clock = PaperClock()
    served = {
        f"{method} {route.path}"
        for route in portal_office.app().routes
        if isinstance(route, GuardedRoute)
        for method in route.methods or ()
    }

    assert served == set(TABLE)


def test_every_route_of_the_portal_asks_the_guard(portal_office: PortalOffice) -> None:
    portal_office.clock = PaperClock()

    assert [route for route in portal_office.app().routes if not isinstance(route, GuardedRoute)] == []


def test_a_route_that_nobody_gave_roles_does_not_start() -> None:
    app = FastAPI()
    app.router.route_class = GuardedRoute

    with pytest.raises(RouteWithoutRoles, match="GET /no/roles: add its row"):

        @app.get("/no/roles")
        async def page() -> str:
            return "never"
