"""How long lists and searches take in a large office, beside a small one of the same build, asked by turns.

Large: 100,000 open tasks and 1,000,000 finished cases, each with one task that was done; small: 1,000 of each. The rows
are made by the database itself, in the shape that the projections give them.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from sqlalchemy import text

import penaemas.history
from penaemas.cli.bench import history_databases, result
from penaemas.history import tables
from penaemas.history.queries import CaseFilter, CaseSearch, History, TaskFilter, Worklists
from penaemas.history.queries.case_tasks import open_tasks_of_cases
from penaemas.observability.pauses import spare_what_lives_on
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from penaemas.zeebe.clock import SystemClock

SMALL: Final = (1_000, 1_000)  # open tasks, finished cases
LARGE: Final = (100_000, 1_000_000)
ROUNDS: Final = 40
_QUICK: Final = (2_000, 5_000)

_MORNING: Final = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_GROUPS: Final = ("LOKET", "OPERATOR", "PENGAWAS", "TARU", "TPT", "RETRIBUSI", "KADIS", "PPID")
_REGIONS: Final = ("32.11", "18.01")
_SMALL_REGION: Final = "35.01"
_CASES_OF_SMALL_REGION: Final = 60
# So many that a page of an officer is full in the small office too.
_OFFICERS: Final = {SMALL: 5, LARGE: 200}

Question = Callable[[int], object]
"""Args: round, so that no two rounds ask the same."""


@dataclass(frozen=True)
class _Office:
    database: Database
    worklists: Worklists
    search: CaseSearch
    history: History
    open_tasks: int
    finished: int
    officers: int

    def _officer(self, turn: int) -> str:
        return f"petugas.{turn * 7 % self.officers}"

    def questions(self) -> dict[str, Question]:
        """What portal and auditors ask."""
        lists, search = self.worklists, self.search
        return {
            "open_by_group": lambda turn: lists.open_page(TaskFilter(groups=frozenset({_group(turn)}))),
            "open_by_region": lambda turn: lists.open_page(TaskFilter(region_code=_REGIONS[turn % 2])),
            "untaken_by_group": lambda turn: lists.open_page(
                TaskFilter(groups=frozenset({_group(turn)}), unassigned=True)
            ),
            "open_by_officer": lambda turn: lists.open_page(TaskFilter(assignee=self._officer(turn))),
            "overdue": lambda turn: lists.open_page(TaskFilter(due_before=_MORNING + timedelta(minutes=turn))),
            "second_page": lambda turn: lists.open_page(
                TaskFilter(region_code=_REGIONS[turn % 2]), cursor=lists.open_page(TaskFilter()).next_cursor
            ),
            "count_by_region": lambda turn: lists.count_open(TaskFilter(region_code=_REGIONS[turn % 2])),
            "done_by_officer": lambda turn: lists.done_page(TaskFilter(assignee=self._officer(turn))),
            "done_by_region": lambda turn: lists.done_page(TaskFilter(region_code=_REGIONS[turn % 2])),
            "cases_newest": lambda turn: search.page(CaseFilter()),
            "cases_by_state": lambda turn: search.page(CaseFilter(state="completed", bpmn_process_id="permit")),
            "cases_by_outcome": lambda turn: search.page(CaseFilter(outcome=("issued", "rejected")[turn % 2])),
            "cases_by_officer": lambda turn: search.page(CaseFilter(officer=self._officer(turn))),
            "cases_by_element": lambda turn: search.page(CaseFilter(element_id=f"Task_{turn % 10}")),
            "cases_by_day": lambda turn: search.page(
                CaseFilter(started_before=_MORNING - timedelta(minutes=(turn * 97) % (self.finished // 2)))
            ),
            "cases_by_deadline": lambda turn: search.page(CaseFilter(due_before=_MORNING + timedelta(days=turn))),
            "case_by_number": lambda turn: search.page(CaseFilter(number=f"SMD-{(turn * 7919) % self.finished + 1}")),
            "cases_by_region": lambda turn: search.page(CaseFilter(region_code=_REGIONS[turn % 2])),
            # All of them are older than everything else: whoever reads from the newest on would read all.
            "cases_of_a_small_region": lambda turn: search.page(CaseFilter(region_code=_SMALL_REGION)),
            "cases_begun_since": lambda turn: search.page(
                CaseFilter(started_from=_MORNING - timedelta(minutes=turn), state="completed")
            ),
            "cases_second_page": lambda turn: search.page(CaseFilter(), cursor=search.page(CaseFilter()).next_cursor),
            "case_not_there": lambda turn: search.page(CaseFilter(number=f"SMD-{-turn}")),
            "case_by_id": lambda turn: self.history.case_by_id(f"done-{(turn * 7919) % self.finished + 1}"),
            "open_by_process": lambda turn: lists.open_page(TaskFilter(bpmn_process_id="permit")),
            "open_by_element": lambda turn: lists.open_page(TaskFilter(element_id=f"Task_{turn % 10}")),
            "open_of_a_case": lambda turn: lists.open_page(
                TaskFilter(process_instance_key=(turn * 7919) % self.open_tasks + 1)
            ),
            "open_of_many_cases": lambda turn: open_tasks_of_cases(
                self.database, [f"id-{(turn * 7919 + one) % self.open_tasks + 1}" for one in range(50)]
            ),
            "due_between": lambda turn: lists.open_page(
                TaskFilter(due_from=_MORNING + timedelta(minutes=turn), due_before=_MORNING + timedelta(hours=8))
            ),
            "untaken_by_region": lambda turn: lists.open_page(
                TaskFilter(region_code=_REGIONS[turn % 2], unassigned=True)
            ),
            "done_by_element": lambda turn: lists.done_page(TaskFilter(element_id=f"Task_{turn % 10}")),
            "done_second_page": lambda turn: lists.done_page(
                TaskFilter(), cursor=lists.done_page(TaskFilter()).next_cursor
            ),
            "lanes": lambda turn: lists.open_lanes(),
            "tasks_of_a_case": lambda turn: self.history.tasks_of((turn * 7919) % self.open_tasks + 1),
            "task_by_key": lambda turn: self.history.task((turn * 7919) % self.open_tasks + 1),
        }


def measure(options: argparse.Namespace) -> list[str]:
    """Per kind of database: p99 of all questions in the large office beside the small, and the worst ratio."""
    console = Console(stderr=True)
    lines = []
    large = _QUICK if options.quick else LARGE
    for kind in history_databases.kinds(options):
        with ExitStack() as stack:
            offices = []
            for open_tasks, finished in (SMALL, large):
                _, url = stack.enter_context(history_databases.empty(kind, options))
                database = stack.enter_context(Database.open(url))
                console.print(f"{kind}: making {open_tasks:,} open tasks and {finished:,} finished cases")
                upgrade(database, Path(penaemas.history.__file__).parent)
                officers = _OFFICERS.get((open_tasks, finished), 20)
                fill(database, open_tasks, finished, officers)
                history = History(database, SystemClock())
                offices.append(
                    _Office(
                        database, Worklists(database), CaseSearch(database), history, open_tasks, finished, officers
                    )
                )
            lines += _measure(kind, *offices)
    return lines


def _measure(kind: str, small: _Office, large: _Office) -> list[str]:
    few: list[float] = []
    many: list[float] = []
    lines = []
    worst = ("", 0.0, 0.0, 0.0)
    in_small = small.questions()
    spare_what_lives_on()  # as the processes do that ask
    for name, question in large.questions().items():
        control, ours = [], []
        for turn in range(-2, ROUNDS):  # the first two warm up
            control.append(_milliseconds(in_small[name], turn % ROUNDS))
            ours.append(_milliseconds(question, turn % ROUNDS))
        few += control[2:]
        many += ours[2:]
        medians = statistics.median(ours[2:]), statistics.median(control[2:])
        worst = max(worst, (name, *medians, medians[0] / medians[1]), key=lambda one: one[3])
        lines.append(result(f"history_{name}_p50_{kind}", *medians, "ms"))
    lines.append(result(f"history_queries_p99_{kind}", _p99(many), _p99(few), "ms"))
    lines.append(result(f"history_queries_worst_{worst[0]}_{kind}", worst[1], worst[2], "ms"))
    return lines


def _p99(durations: list[float]) -> float:
    return statistics.quantiles(durations, n=100)[98]


def _milliseconds(question: Question, turn: int) -> float:
    began = time.perf_counter()
    question(turn)
    return (time.perf_counter() - began) * 1000


def _group(turn: int) -> str:
    return f"{_REGIONS[turn % 2]}/{_GROUPS[turn % len(_GROUPS)]}"


def fill(database: Database, open_tasks: int, finished: int, officers: int, process_id: str = "permit") -> None:
    """Cases 1 to `open_tasks` are active with one open task each, every third of them taken; the finished follow.

    The case files are called `id-1` and on, and `done-1` and on.
    """
    morning_ms = round(_MORNING.timestamp() * 1000)
    group = f"{_choice('i', _REGIONS)} || '/' || {_choice('i / 2', _GROUPS)}"
    officer = f"'petugas.' || (i / 3 % {officers})"
    statements = (
        _insert(
            "cases",
            open_tasks,
            "i, i, 'permit', 1, 1, 'active', "
            f"{morning_ms} + i, 'id-' || i, 'OPEN-' || i, {_choice('i', _REGIONS)}, {morning_ms} + i * 60000, 1",
            "process_instance_key, last_record_id, bpmn_process_id, version, process_definition_key, state, "
            "started_at_ms, case_id, case_number, region_code, due_at_ms, due_record_id",
        ),
        _insert(
            "cases",
            finished,
            f"i + {open_tasks}, i, 'permit', 1, 1, CASE WHEN i % 20 = 0 THEN 'terminated' ELSE 'completed' END, "
            f"{morning_ms} - i * 60000, {morning_ms} - i * 60000 + 9000000, 'done-' || i, 'SMD-' || i, "
            f"CASE WHEN i > {finished - _CASES_OF_SMALL_REGION} THEN '{_SMALL_REGION}' "
            f"ELSE {_choice('i', _REGIONS)} END, CASE WHEN i % 5 = 0 THEN 'rejected' ELSE 'issued' END, 1",
            "process_instance_key, last_record_id, bpmn_process_id, version, process_definition_key, state, "
            "started_at_ms, ended_at_ms, case_id, case_number, region_code, outcome, outcome_record_id",
        ),
        _insert(
            "tasks",
            open_tasks,
            "i, i, i, 'permit', 1, 'Task_' || (i % 10), i, 'created', "
            f"CASE WHEN i % 3 = 0 THEN {officer} END, '[\"' || {group} || '\"]', "
            f"CASE WHEN i % 50 = 0 THEN NULL ELSE {morning_ms} + i * 60000 END, "
            f"{morning_ms}, NULL, 'created', {{false}}",
            _TASK_COLUMNS,
        ),
        _insert(
            "tasks",
            finished,
            f"i + {open_tasks}, i, i + {open_tasks}, 'permit', 1, 'Task_' || (i % 10), i, 'completed', "
            f"{officer}, '[\"' || {group} || '\"]', {morning_ms} - i * 60000 + 1800000, {morning_ms} - i * 60000, "
            f"{morning_ms} - i * 60000 + 600000, 'completed', {{false}}",
            _TASK_COLUMNS,
        ),
    )
    # Sorting once is faster than putting two million rows into their places in eighteen indexes.
    indexes = sorted(tables.tasks.indexes | tables.cases.indexes, key=lambda index: str(index.name))
    with database.transaction() as connection:
        for index in indexes:
            index.drop(connection)
        for statement in statements:
            words = {"false": "0" if database.is_sqlite else "FALSE"}
            connection.execute(text(statement.format(**words).replace("'permit'", f"'{process_id}'")))
        for index in indexes:
            index.create(connection)
    with database.transaction() as connection:
        connection.execute(text("ANALYZE"))


_TASK_COLUMNS: Final = (
    "user_task_key, last_record_id, process_instance_key, bpmn_process_id, process_definition_key, element_id, "
    "element_instance_key, state, assignee, candidate_groups, due_at_ms, created_at_ms, ended_at_ms, last_action, "
    "provisional"
)


def _insert(table: str, count: int, values: str, columns: str) -> str:
    return (
        f"INSERT INTO {table} ({columns}) "  # noqa: S608  # our own words and numbers
        f"WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
        f"SELECT {values} FROM n"
    )


def _choice(number: str, words: tuple[str, ...]) -> str:
    cases = " ".join(f"WHEN {index} THEN '{word}'" for index, word in enumerate(words))
    return f"(CASE ({number}) % {len(words)} {cases} END)"
