"""Whatever is sent to a route, the portal answers; it never fails. Requests are made from the portal's own OpenAPI."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from penaemas.licensing.roles import Role
from penaemas.portal.identity.access import TABLE, Rule
from tests.portal.offices import PaperClock
from tests.portal.task_office import TaskOffice

EXAMPLES = 4  # for each route; the whole is a smoke test of every run, not a search
ANY_TEXT = st.text(max_size=40) | st.sampled_from(["", "0", "-1", "32.11", "%00", "../..", "9" * 30, "null", "<b>"])
STREAMS = ("/tasks/events",)
SERVER_FAULT = 500


def routes(tasks: TaskOffice) -> Iterator[tuple[str, str, Rule, Mapping[str, Any]]]:
    """Method, path, rule and what the OpenAPI says of each route."""
    described = tasks.portal.app().openapi()
    for line, rule in TABLE.items():
        method, _, path = line.partition(" ")
        plain = re.sub(r":\w+}", "}", path)
        operation = described["paths"].get(plain, {}).get(method.lower())
        if operation is not None and path not in STREAMS:
            yield method, path, rule, fields_of(operation, described)


def fields_of(operation: Mapping[str, Any], described: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of the form that a route takes, by name."""
    contents = operation.get("requestBody", {}).get("content", {})
    for content in contents.values():
        reference = content["schema"].get("$ref") or content["schema"].get("allOf", [{}])[0].get("$ref", "")
        schema = described["components"]["schemas"].get(reference.rpartition("/")[2], content["schema"])
        properties: Mapping[str, Any] = schema.get("properties", {})
        return properties
    return {}


def asked_of(path: str, fields: Mapping[str, Any], known: Mapping[str, str]) -> st.SearchStrategy[Any]:
    """An address and a form: things that are there, and anything else."""

    def addressed(values: Mapping[str, str]) -> str:
        return re.sub(r"{(\w+)(:\w+)?}", lambda found: quote(values[found[1]] or "-", safe=""), path)

    names = re.findall(r"{(\w+)", path)
    places = {name: st.just(known[name]) | ANY_TEXT if name in known else ANY_TEXT for name in names}
    forms = st.fixed_dictionaries({}, optional={name: st.lists(ANY_TEXT, max_size=3) for name in fields})
    return st.tuples(st.fixed_dictionaries(places).map(addressed), forms)


@pytest.mark.timeout(240)
def test_no_request_makes_the_portal_fail(tasks: TaskOffice) -> None:
    tasks.portal.clock = PaperClock()
    case_id = asyncio.run(tasks.case())
    known = {"case_id": case_id, "task_key": str(tasks.task(case_id)), "kind": "receipt", "document": "KTP"}
    failed: list[str] = []

    for method, path, rule, fields in routes(tasks):
        failed += failures(tasks, method, path, rule, asked_of(path, fields, known))

    assert failed == []


def failures(tasks: TaskOffice, method: str, path: str, rule: Rule, wanted: st.SearchStrategy[Any]) -> list[str]:
    """The requests to one route that made it fail."""
    found: list[str] = []
    role = Role.PENGAWAS if not rule.roles or Role.PENGAWAS in rule.roles else min(rule.roles)

    async def ask(address: str, form: Mapping[str, list[str]]) -> int:
        async with await tasks.portal.visit_as(role) as browser:
            answer: httpx.Response = await browser.request(method, address, data=form if method == "POST" else None)
        return answer.status_code

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(wanted)
    def send(request: tuple[str, Mapping[str, list[str]]]) -> None:
        address, form = request
        if asyncio.run(ask(address, form)) >= SERVER_FAULT:
            found.append(f"{method} {path}: {address!r} {form!r}")

    send()
    return found
