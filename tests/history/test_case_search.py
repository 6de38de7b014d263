"""Cases are found by what the history knows of them, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from penaemas.history import tables
from penaemas.history.queries import Case, CaseFilter, CaseSearch, Page
from tests.history.streams import OpenHistory
from tests.history.test_worklists import done, task

NINE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def case(key: int, **columns: Any) -> dict[str, Any]:
    """A row of an active case of process `permit`, the later its key the later begun."""
    return {
        "process_instance_key": key,
        "last_record_id": key,
        "bpmn_process_id": "permit",
        "version": 1,
        "process_definition_key": 1,
        "parent_process_instance_key": None,
        "state": "active",
        "started_at_ms": round((NINE + timedelta(minutes=key)).timestamp() * 1000),
        "ended_at_ms": None,
        "case_id": f"id-{key}",
        "parent_element_instance_key": None,
        "case_number": f"SMD-{key}",
        "region_code": "32.11",
        "due_at_ms": None,
        "due_record_id": None,
        "outcome": None,
        "outcome_record_id": None,
    } | columns


def due(minutes: int) -> int:
    return round((NINE + timedelta(minutes=minutes)).timestamp() * 1000)


@pytest.fixture
def search(history: OpenHistory) -> CaseSearch:
    with history.database.transaction() as connection:
        connection.execute(
            tables.cases.insert(),
            [
                case(1, state="completed", outcome="issued"),
                case(2, due_at_ms=due(50)),
                case(3, due_at_ms=due(40), region_code="18.01"),
                case(4, bpmn_process_id="complaint", state="completed", outcome="answered", case_number=None),
                case(5, state="terminated", outcome="issued"),
                case(6, parent_process_instance_key=2, case_id="id-2", bpmn_process_id="ladder"),
                case(7, state=None, started_at_ms=None),
            ],
        )
        connection.execute(
            tables.tasks.insert(),
            [
                task(11, process_instance_key=2, assignee="petugas.a", element_id="Task_Review"),
                done(12, 1, process_instance_key=2, assignee="petugas.a", element_id="Task_Check"),
                done(13, 1, process_instance_key=1, assignee="petugas.a", element_id="Task_Review"),
                task(14, process_instance_key=3, element_id="Task_Review"),
            ],
        )
        wait = {"process_instance_key": 3, "wait_key": 21, "kind": "timer", "element_id": "Event_Limit"}
        connection.execute(tables.waits.insert(), [wait | {"element_instance_key": 1, "begun_record_id": 1}])
    return CaseSearch(history.database)


FILTERS: list[tuple[CaseFilter, list[int]]] = [
    (CaseFilter(), [5, 4, 3, 2, 1]),
    (CaseFilter(number="SMD-3"), [3]),
    (CaseFilter(number="id-4"), [4]),
    (CaseFilter(number="id-2"), [2]),
    (CaseFilter(number="SMD"), []),
    (CaseFilter(state="completed"), [4, 1]),
    (CaseFilter(state="completed", bpmn_process_id="permit"), [1]),
    (CaseFilter(region_code="18.01"), [3]),
    (CaseFilter(outcome="issued"), [5, 1]),
    (CaseFilter(outcome="issued", state="completed"), [1]),
    (CaseFilter(officer="petugas.a"), [2, 1]),
    (CaseFilter(officer="petugas.a", state="active"), [2]),
    (CaseFilter(officer="petugas.a", element_id="Task_Review"), [2]),
    (CaseFilter(officer="nobody"), []),
    (CaseFilter(element_id="Task_Review"), [3, 2]),
    (CaseFilter(element_id="Event_Limit"), [3]),
    (CaseFilter(due_before=NINE + timedelta(minutes=60)), [3, 2]),
    (CaseFilter(due_before=NINE + timedelta(minutes=45)), [3]),
    (CaseFilter(started_from=NINE + timedelta(minutes=4)), [5, 4]),
    (CaseFilter(started_before=NINE + timedelta(minutes=2)), [1]),
]


def keys(page: Page[Case]) -> list[int]:
    return [found.process_instance_key for found in page.items]


def test_every_filter_leaves_what_it_names(search: CaseSearch) -> None:
    for wanted, found in FILTERS:
        assert keys(search.page(wanted)) == found, wanted


def test_pages_together_are_the_whole_list(search: CaseSearch) -> None:
    for wanted, found in FILTERS:
        assert all_pages(partial(page_behind, search, wanted)) == found, wanted


def page_behind(search: CaseSearch, wanted: CaseFilter, cursor: str | None) -> Page[Case]:
    return search.page(wanted, cursor=cursor, size=1)


def all_pages(ask: Callable[[str | None], Page[Case]]) -> list[int]:
    seen, cursor = [], None
    while True:
        page = ask(cursor)
        seen += keys(page)
        cursor = page.next_cursor
        if cursor is None:
            return seen
