"""Officers' lists of tasks: filters, order, pages, counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from penaemas.history import tables
from penaemas.history.queries import CursorUnreadable, Page, TaskFilter, UserTask, Worklists
from penaemas.history.queries.pages import MOST_ON_A_PAGE, read_cursor, write_cursor
from penaemas.history.queries.worklists import COUNTED_AT_MOST
from tests.history.streams import OpenHistory

NINE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def task(key: int, **columns: Any) -> dict[str, Any]:
    """A row of an open task of process `permit`, offered to Sumedang's counter, due at nine."""
    return {
        "user_task_key": key,
        "last_record_id": key,
        "process_instance_key": key,
        "bpmn_process_id": "permit",
        "process_definition_key": 1,
        "element_id": "Task_Review",
        "element_instance_key": key,
        "state": "created",
        "assignee": None,
        "candidate_groups": '["32.11/LOKET"]',
        "due_at_ms": ms(NINE),
        "follow_up_at_ms": None,
        "form_reference": None,
        "created_at_ms": 1,
        "ended_at_ms": None,
        "last_action": "created",
        "provisional": False,
    } | columns


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def done(key: int, minutes: int, **columns: Any) -> dict[str, Any]:
    ended = ms(NINE + timedelta(minutes=minutes))
    return task(key, state="completed", ended_at_ms=ended, last_action="completed", **columns)


Filling = Callable[..., Worklists]


@pytest.fixture
def lists(history: OpenHistory) -> Filling:
    def filled(*rows: dict[str, Any]) -> Worklists:
        with history.database.transaction() as connection:
            connection.execute(tables.tasks.insert(), list(rows))
        return Worklists(history.database)

    return filled


def keys(page: Page[UserTask]) -> list[int]:
    return [found.user_task_key for found in page.items]


def page_behind(worklists: Worklists, wanted: TaskFilter, size: int, cursor: str | None) -> Page[UserTask]:
    return worklists.open_page(wanted, cursor=cursor, size=size)


def all_pages(ask: Callable[[str | None], Page[UserTask]]) -> list[int]:
    seen, cursor = [], None
    while True:
        page = ask(cursor)
        seen += keys(page)
        cursor = page.next_cursor
        if cursor is None:
            return seen


def test_the_earliest_due_comes_first_and_what_is_not_due_last(lists: Filling) -> None:
    later = ms(NINE + timedelta(hours=1))
    worklists = lists(task(1, due_at_ms=None), task(2, due_at_ms=later), task(3), task(4))

    assert keys(worklists.open_page(TaskFilter())) == [3, 4, 2, 1]


def test_pages_together_are_the_whole_list_whatever_their_size(lists: Filling) -> None:
    worklists = lists(
        *(task(key, due_at_ms=ms(NINE) + key % 3, candidate_groups=f'["32.11/{key % 4}"]') for key in range(1, 12)),
        *(task(key, due_at_ms=None, candidate_groups=f'["32.11/{key % 4}"]') for key in range(20, 25)),
    )
    for wanted in (TaskFilter(), TaskFilter(region_code="32.11")):
        whole = keys(worklists.open_page(wanted))
        assert len(whole) == 16
        for size in (1, 2, 3, 50):
            pages = partial(page_behind, worklists, wanted, size)
            assert all_pages(pages) == whole


FILTERS: list[tuple[TaskFilter, list[int]]] = [
    (TaskFilter(groups=frozenset({"32.11/LOKET"})), [1, 2]),
    (TaskFilter(groups=frozenset({"32.11/TPT", "18.01/LOKET"})), [2, 3]),
    (TaskFilter(groups=frozenset({"32.11"})), []),
    (TaskFilter(groups=frozenset()), []),
    (TaskFilter(region_code="32.11"), [1, 2, 4]),
    (TaskFilter(region_code="18.01"), [3]),
    (TaskFilter(bpmn_process_id="complaint"), [4]),
    (TaskFilter(assignee="petugas.a"), [2, 4]),
    (TaskFilter(assignee="petugas.a", bpmn_process_id="permit"), [2]),
    (TaskFilter(unassigned=True), [1, 3]),
    (TaskFilter(unassigned=True, region_code="32.11"), [1]),
    (TaskFilter(element_id="Task_Sign"), [3]),
    (TaskFilter(process_instance_key=4), [4]),
    (TaskFilter(due_before=NINE), []),
    (TaskFilter(due_before=NINE + timedelta(seconds=1)), [1, 2, 3]),
    (TaskFilter(due_from=NINE), [1, 2, 3]),
]


def test_every_filter_leaves_what_it_names(lists: Filling) -> None:
    worklists = lists(
        task(1),
        task(2, candidate_groups='["32.11/LOKET","32.11/TPT"]', assignee="petugas.a"),
        task(3, candidate_groups='["18.01/LOKET"]', element_id="Task_Sign"),
        task(4, bpmn_process_id="complaint", candidate_groups='["32.11/PPID"]', assignee="petugas.a", due_at_ms=None),
        done(5, 0, assignee="petugas.a"),
    )

    for wanted, found in FILTERS:
        assert keys(worklists.open_page(wanted)) == found, wanted
        assert worklists.count_open(wanted).number == len(found), wanted


def test_what_is_done_stands_with_the_newest_first(lists: Filling) -> None:
    worklists = lists(done(1, 5), done(2, 9), done(3, 5), task(4))

    assert keys(worklists.done_page(TaskFilter())) == [2, 3, 1]
    assert all_pages(lambda cursor: worklists.done_page(TaskFilter(), cursor=cursor, size=1)) == [2, 3, 1]


def test_what_an_officer_or_a_region_has_done_is_found(lists: Filling) -> None:
    worklists = lists(
        done(1, 1, assignee="petugas.a"),
        done(2, 2, assignee="petugas.b"),
        done(3, 3, assignee="petugas.a", candidate_groups='["18.01/LOKET"]'),
    )

    assert keys(worklists.done_page(TaskFilter(assignee="petugas.a"))) == [3, 1]
    assert keys(worklists.done_page(TaskFilter(region_code="32.11"))) == [2, 1]


def test_counting_stops_where_a_screen_says_and_more(lists: Filling) -> None:
    worklists = lists(*(task(key) for key in range(1, COUNTED_AT_MOST + 2)))

    count = worklists.count_open(TaskFilter(region_code="32.11"))

    assert (count.number, count.is_exact) == (COUNTED_AT_MOST, False)


def test_a_page_is_never_longer_than_allowed(lists: Filling) -> None:
    worklists = lists(*(task(key) for key in range(1, MOST_ON_A_PAGE + 10)))

    assert len(worklists.open_page(TaskFilter(), size=100_000).items) == MOST_ON_A_PAGE


def test_the_lanes_in_which_something_waits_are_named_once(lists: Filling) -> None:
    worklists = lists(task(1), task(2), task(3, candidate_groups='["18.01/LOKET"]'), done(4, 1, bpmn_process_id="old"))

    assert [(lane.bpmn_process_id, lane.groups) for lane in worklists.open_lanes()] == [
        ("permit", ("18.01/LOKET",)),
        ("permit", ("32.11/LOKET",)),
    ]


@pytest.mark.parametrize(
    "cursor", ["", "!", "bm90IGpzb24", write_cursor([1]), write_cursor([1, 2, 3]), write_cursor([1 << 70, 1])]
)
def test_a_cursor_of_another_kind_or_with_an_impossible_number_is_refused(cursor: str) -> None:
    with pytest.raises(CursorUnreadable):
        read_cursor(cursor, 2)
