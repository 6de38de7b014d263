"""Projections as declared: rows fit tables, every table is made by the migrations, and dates are read as the engine
writes them.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import MetaData, inspect

from penaemas.history import tables
from penaemas.history.projections import (
    PROJECTIONS,
    cases,
    decisions,
    definitions,
    escalations,
    incidents,
    messages,
    resources,
    step_statistics,
    tasks,
    timeline,
    variables,
    waits,
)
from penaemas.history.projections.projection import Projection
from penaemas.history.record import Record, RecordUnreadable, UserTaskValue, VariableValue
from penaemas.storage.database import Database

FIELDS: dict[str, tuple[str, ...]] = {
    "cases": cases.CaseRow._fields,
    "tasks": tasks.TaskRow._fields,
    "timeline": timeline.TimelineRow._fields,
    "incidents": incidents.IncidentRow._fields,
    "definitions": definitions.DefinitionRow._fields,
    "messages": messages.MessageRow._fields,
    "resources": resources.ResourceRow._fields,
    "variables": variables.VariableRow._fields,
    "waits": waits.WaitRow._fields,
    "decisions": decisions.DecisionRow._fields,
    "escalations": escalations.EscalationRow._fields,
    "step_statistics": step_statistics.StepStatisticsRow._fields,
}


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_a_row_has_the_columns_of_its_table_in_order(projection: Projection) -> None:
    assert tuple(projection.table.columns.keys()) == FIELDS[projection.name]


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_every_column_that_may_change_has_one_rule(projection: Projection) -> None:
    ruled = [*projection.newest, *projection.first, *projection.follows, *projection.sums, *projection.most]
    assert len(ruled) == len(set(ruled))
    if projection.newest or projection.sums:
        assert set(ruled) == set(projection.table.columns.keys()) - set(projection.keys)


def test_the_migrations_make_exactly_the_declared_tables(history_database: Database) -> None:
    made = MetaData()
    with history_database.reading() as connection:
        made.reflect(connection)
        indexes = {
            (table, index["name"])
            for table in tables.metadata.tables
            for index in inspect(connection).get_indexes(table)
        }

    assert set(made.tables) - {"alembic_version"} == set(tables.metadata.tables)
    for name, declared in tables.metadata.tables.items():
        assert [(column.name, column.nullable, column.primary_key) for column in made.tables[name].columns] == [
            (column.name, column.nullable, column.primary_key) for column in declared.columns
        ]
    declared_indexes = {(name, index.name) for name, table in tables.metadata.tables.items() for index in table.indexes}
    assert declared_indexes <= indexes


def task_record(**changes: Any) -> Record[UserTaskValue]:
    value = UserTaskValue(
        process_instance_key=1,
        user_task_key=2,
        element_instance_key=3,
        element_id="Task_Review",
        bpmn_process_id="sample",
        process_definition_key=4,
        assignee="",
        candidate_groups_list=[],
        due_date="",
        follow_up_date="",
        external_form_reference="",
        creation_timestamp=5,
    )
    for name, change in changes.items():
        setattr(value, name, change)
    return Record(1 << 51 | 1, -1, 6, 2, "CREATED", value, False)


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("", None),
        ("1970-01-01T00:00:01Z", 1_000),
        ("1970-01-01T00:00:01.5Z[Etc/UTC]", 1_500),
        ("1970-01-01T07:00+07:00[Asia/Jakarta]", 0),
    ],
)
def test_a_due_date_is_read_as_the_engine_writes_it(written: str, milliseconds: int | None) -> None:
    assert tasks.changed(task_record(due_date=written)).due_at_ms == milliseconds


@pytest.mark.parametrize("written", ["tomorrow", "2026-11-23T21:19:14"])
def test_a_due_date_that_is_no_instant_is_unreadable(written: str) -> None:
    with pytest.raises(RecordUnreadable):
        tasks.changed(task_record(due_date=written))


def variable_record(name: str, value: str, scope_key: int) -> Record[VariableValue]:
    variable = VariableValue(
        process_instance_key=1,
        name=name,
        value=value,
        scope_key=scope_key,
        bpmn_process_id="sample",
        process_definition_key=4,
    )
    return Record(1 << 51 | 1, -1, 6, 2, "CREATED", variable, False)


@pytest.mark.parametrize(
    ("name", "value", "scope_key", "case_id"),
    [
        ("case_id", '"PBG-1"', 1, "PBG-1"),
        ("case_id", '"PBG-1"', 99, None),
        ("other", '"PBG-1"', 1, None),
        ("case_id", "17", 1, None),
    ],
)
def test_only_the_case_s_own_text_variable_case_id_names_it(
    name: str, value: str, scope_key: int, case_id: str | None
) -> None:
    row = cases.described(variable_record(name, value, scope_key))

    assert (row.case_id if row else None) == case_id
