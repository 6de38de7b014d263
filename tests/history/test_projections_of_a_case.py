"""What the projections keep of a case that broke its promise of three hours."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Table, select

from penaemas.history import tables
from penaemas.history.intake.acceptance import Feed
from penaemas.history.rebuild import rebuild
from tests.history.streams import OpenHistory, recorded


def rows(history: OpenHistory, table: Table) -> list[Any]:
    with history.database.reading() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def test_a_case_says_its_number_region_deadline_and_outcome(breached_case: OpenHistory) -> None:
    (case,) = [row for row in rows(breached_case, tables.cases) if row.parent_process_instance_key is None]

    assert (case.case_number, case.region_code, case.outcome) == ("PENA-SMD-2026-00001", "32.11", "issued")
    assert case.due_at_ms > case.started_at_ms


def test_a_ladder_is_a_child_of_the_element_that_called_it(breached_case: OpenHistory) -> None:
    children = [row for row in rows(breached_case, tables.cases) if row.parent_process_instance_key]
    called = {
        row.element_id
        for row in rows(breached_case, tables.timeline)
        if row.element_instance_key in {child.parent_element_instance_key for child in children}
    }

    assert len(children) == 3
    assert all(element_id.startswith("CallActivity_Escalate") for element_id in called)


def test_every_value_that_a_variable_had_is_kept(breached_case: OpenHistory) -> None:
    values = [json.loads(row.value) for row in rows(breached_case, tables.variables) if row.name == "clock_commitment"]

    assert len(values) == len(set(values)) == 4


def test_a_timer_is_awaited_until_it_fires_or_no_longer_matters(breached_case: OpenHistory) -> None:
    timers = [row for row in rows(breached_case, tables.waits) if row.kind == "timer"]

    assert {row.outcome for row in timers} == {"triggered", "canceled"}
    fired = [row for row in timers if row.outcome == "triggered"]
    assert len(fired) == 5
    assert all(row.begun_record_id < row.ended_record_id and row.ended_at_ms >= row.due_at_ms for row in fired)


def test_the_work_of_a_worker_is_awaited_until_it_is_done(breached_case: OpenHistory) -> None:
    jobs = [row for row in rows(breached_case, tables.waits) if row.kind == "job"]

    assert len(jobs) == 35
    assert {row.outcome for row in jobs} == {"completed"}
    assert "permits.publish" in {row.name for row in jobs}


def test_each_level_of_a_ladder_is_an_escalation(breached_case: OpenHistory) -> None:
    levels = [row.level for row in sorted(rows(breached_case, tables.escalations), key=lambda row: row.record_id)]

    assert levels == ["step_80", "step_100", "service_150", "service_180", "next_working_day"]


def test_a_decision_keeps_its_inputs_and_the_rules_that_matched(breached_case: OpenHistory) -> None:
    decisions = rows(breached_case, tables.decisions)
    (ceiling,) = [row for row in decisions if row.decision_id == "pbg_mbr_income_ceiling"]
    (table,) = json.loads(ceiling.evaluated)

    assert len(decisions) == 6
    assert json.loads(ceiling.output)["married_idr"] == 10_000_000
    assert [rule["ruleId"] for rule in table["matchedRules"]] == ["Rule_IncomeCeiling_Zone1From20250422"]


def test_step_statistics_count_what_officers_finished_and_what_was_late(breached_case: OpenHistory) -> None:
    steps = rows(breached_case, tables.step_statistics)
    finished = [row for row in rows(breached_case, tables.tasks) if row.state == "completed"]

    assert sum(row.completed for row in steps) == len(finished) == 15
    assert sum(row.total_ms for row in steps) == sum(row.ended_at_ms - row.created_at_ms for row in finished)
    assert sum(row.late for row in steps) == sum(row.ended_at_ms > row.due_at_ms for row in finished) > 0


def test_what_is_rebuilt_equals_what_was_live_table_by_table(history: OpenHistory) -> None:
    stream = recorded("pbg_mbr_breached_full")
    for start in range(0, len(stream), 500):
        history.takes(Feed.FULL, stream[start : start + 500])
    live = history.projected()
    assert all(live[name] for name in live if name != "incidents"), "every projection has something to lose"

    rebuild(history.database)

    rebuilt = history.projected()
    for name, rows_before in live.items():
        assert rebuilt[name] == rows_before, name
