"""Whatever is sent to an officer's step is taken whole, or refused by field, rule and fix; nothing is half stored."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel
from sqlalchemy import func, select

import penaemas.casefiles
from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.faults import EntryFaulty, checked
from penaemas.casefiles.outbox import CompleteTask
from penaemas.casefiles.pbg.step_forms import STEP_FORMS
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.step_entries import StepEntry
from penaemas.casefiles.tables import metadata
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from tests.offices import MASTER_KEY, OfficeClock
from tests.pbg import STEPS, TICKED, opened

SENTINEL = "Rahasia-Yang-Diketik"
ANYTHING: SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(
        [SENTINEL, "", " ", "SESUAI", "2026-01-31", "2026-01-31T08:00:00+07:00", "9" * 400, "\x00", "\ud800"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


def values_of(annotation: Any) -> SearchStrategy[Any]:
    """What the field offers, if it offers a choice; anything otherwise."""
    if get_origin(annotation) is not None and all(isinstance(one, str | bool) for one in get_args(annotation)):
        return st.sampled_from(get_args(annotation)) | ANYTHING
    return ANYTHING


def entries_of(element_id: str) -> SearchStrategy[dict[str, Any]]:
    """The usual entry with some fields changed, taken out or added: near enough to get past the first rule."""
    form: type[BaseModel] = STEP_FORMS[element_id]
    usual = TICKED | STEPS.get(element_id, {})
    changes = st.fixed_dictionaries(
        {}, optional={name: values_of(field.annotation) for name, field in form.model_fields.items()}
    )
    strays = st.dictionaries(st.text(max_size=12), ANYTHING, max_size=2)
    left_out = st.sets(st.sampled_from(sorted(form.model_fields)), max_size=2)

    def entry(changed: dict[str, Any], stray: dict[str, Any], out: set[str]) -> dict[str, Any]:
        return {name: value for name, value in (usual | changed | stray).items() if name not in out}

    return st.builds(entry, changes, strays, left_out)


def taken_or_refused(element_id: str, entry: Any) -> tuple[StepEntry | None, EntryFaulty | None]:
    """The step, or why it is none; nothing else may happen."""
    try:
        return checked(STEP_FORMS[element_id], entry), None
    except EntryFaulty as refusal:
        return None, refusal


def rows_of(office: Office) -> dict[str, int]:
    """How much is stored, table by table."""
    with office.database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize("element_id", sorted(STEP_FORMS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_entry_is_a_whole_step_or_is_refused_by_field_rule_and_fix(element_id: str, data: st.DataObject) -> None:
    entry = data.draw(entries_of(element_id) | ANYTHING)

    step, refusal = taken_or_refused(element_id, entry)

    if refusal is not None:
        assert refusal.faults
        assert all(fault.field and fault.rule and fault.fix for fault in refusal.faults)
        assert SENTINEL not in str(refusal)
    if step is not None:
        CompleteTask(user_task_key=1, officer="petugas.1", variables=step.routing_facts())
        assert all(isinstance(value, str) for value in step.to_vault().values())


class FuzzedOffice:
    """One office and one case for all examples of the test below; each refused entry must leave it as it was."""

    def __init__(self, folder: Path) -> None:
        self.database = Database.open(f"sqlite:///{folder}/office.sqlite")
        upgrade(self.database, Path(penaemas.casefiles.__file__).parent)
        self.office = wire(self.database, PersonVault(MASTER_KEY), OfficeClock(), files=folder / "files")
        self.case_id = asyncio.run(opened(self.office))
        self.task_keys = iter(range(1, 1_000_000))


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    office = FuzzedOffice(tmp_path_factory.mktemp("fuzzed"))
    yield office
    office.database.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_refused_entry_stores_nothing_and_a_taken_one_is_one_step(fuzzed: FuzzedOffice, data: st.DataObject) -> None:
    element_id = data.draw(st.sampled_from(sorted(STEP_FORMS)))
    entry = data.draw(entries_of(element_id))
    office, before = fuzzed.office, rows_of(fuzzed.office)

    key = next(fuzzed.task_keys)
    step = office.pbg.steps.complete_step(fuzzed.case_id, key, element_id, entry, officer="petugas.1")
    is_taken = True
    try:
        asyncio.run(step)
    except EntryFaulty:
        is_taken = False

    after = rows_of(office)
    if is_taken:
        assert (after["pbg_step"] - before["pbg_step"], after["outbox"] - before["outbox"]) == (1, 1)
    else:
        assert after == before
