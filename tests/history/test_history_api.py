"""The HTTP interface for auditors' programs: only with the token, only reading, and described."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from penaemas.history.replay.http import PREFIX, history_api
from penaemas.history.server import IntakeServer
from penaemas.storage.database import Database
from tests.history.streams import FixedClock, OpenHistory

NUMBER = "PENA-SMD-2026-00001"
TOKEN = "not-a-real-token"


@pytest.fixture
async def auditor(breached_case: OpenHistory) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=history_api(breached_case.database, TOKEN))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://history", headers=headers) as client:
        yield client


async def test_a_case_is_read_by_its_number(auditor: httpx.AsyncClient) -> None:
    case = (await auditor.get(f"/cases/{NUMBER}")).json()

    assert (case["bpmn_process_id"], case["outcome"], case["region_code"]) == ("pbg_mbr_3_jam", "issued", "32.11")


async def test_moments_carry_cause_actor_variables_and_legal_basis(auditor: httpx.AsyncClient) -> None:
    moments = (await auditor.get(f"/cases/{NUMBER}/moments")).json()
    officers = [moment for moment in moments if moment["cause"]["kind"] == "task"]
    decided = [rule for moment in moments for made in moment["decisions"] for rule in made["matched"]]

    assert {"loket.1", "kadis", "tpt.2"} <= {moment["cause"]["actor"] for moment in officers}
    assert all(rule["annotation"] for rule in decided)
    assert {moment["proof"]["state"] for moment in moments} == {"stored"}


async def test_the_state_at_a_position_differs_from_the_end(auditor: httpx.AsyncClient) -> None:
    then = (await auditor.get(f"/cases/{NUMBER}/state", params={"position": 677})).json()
    now = (await auditor.get(f"/cases/{NUMBER}/state")).json()

    assert [task["element_id"] for task in then["tasks"]] == ["Task_VerifyManually"]
    assert (then["state"], now["state"]) == ("active", "completed")


async def test_the_diagram_and_the_decision_table_are_read_by_key(auditor: httpx.AsyncClient) -> None:
    case = (await auditor.get(f"/cases/{NUMBER}")).json()
    moments = (await auditor.get(f"/cases/{NUMBER}/moments")).json()
    made = next(made for moment in moments for made in moment["decisions"])

    assert "<?xml" in (await auditor.get(f"/diagrams/{case['process_definition_key']}")).json()["xml"]
    table = (await auditor.get(f"/decision-tables/{made['decision_requirements_key']}/{made['decision_id']}")).json()
    assert made["matched"][0]["rule_id"] in {rule["rule_id"] for rule in table["rules"]}


async def test_cases_and_tasks_are_searched_page_by_page(auditor: httpx.AsyncClient) -> None:
    cases = (await auditor.get("/cases", params={"outcome": "issued", "officer": "kadis"})).json()
    first = (await auditor.get("/tasks/done", params={"region_code": "32.11", "size": 10})).json()
    second = (await auditor.get("/tasks/done", params={"size": 10, "cursor": first["next_cursor"]})).json()

    assert [case["case_number"] for case in cases["items"]] == [NUMBER]
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (10, 5, None)
    assert (await auditor.get("/tasks/open", params={"group": "32.11/LOKET"})).json()["items"] == []
    assert (await auditor.get("/tasks/open/count")).json() == {"number": 0, "is_exact": True}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cases/PENA-XXX-0000-00000", 404),
        ("/cases/PENA-XXX-0000-00000/state", 404),
        (f"/cases/{NUMBER}/state?position=0", 422),
        (f"/cases/{NUMBER}/state?position=1", 404),
        ("/cases?cursor=nonsense", 400),
        ("/cases?started_from=2026-11-24T00:00:00", 422),
        ("/cases?size=100000", 422),
        ("/diagrams/7", 404),
    ],
)
async def test_what_cannot_be_answered_says_so(auditor: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await auditor.get(path)).status_code == status


@pytest.mark.parametrize("given", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer "])
async def test_without_the_token_nothing_is_read(auditor: httpx.AsyncClient, given: str | None) -> None:
    headers = {"Authorization": given or ""}

    for path in ("/cases", f"/cases/{NUMBER}", f"/cases/{NUMBER}/moments", "/tasks/open"):
        assert (await auditor.get(path, headers=headers)).status_code == 401


async def test_everything_that_is_offered_reads_and_is_described(auditor: httpx.AsyncClient) -> None:
    description = (await auditor.get("/openapi.json", headers={"Authorization": ""})).json()

    for path, operations in description["paths"].items():
        assert list(operations) == ["get"], path
        assert operations["get"]["description"], path
        assert operations["get"]["security"], path


async def test_the_history_process_offers_it_only_with_a_token(sqlite_database: Database) -> None:
    for token, status in ((TOKEN, 200), (None, 404)):
        async with (
            IntakeServer(sqlite_database, FixedClock(), password="x", port=0, api_token=token) as server,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}{PREFIX}") as client,
        ):
            answer = await client.get("/cases", headers={"Authorization": f"Bearer {TOKEN}"})
            assert answer.status_code == status
