"""The scripts of the examples: what they may say, and how a fault in one is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from penaemas.casefiles.faults import EntryFaulty
from penaemas.cli.playbook import filled_in, read_playbook

EXAMPLES = Path(__file__).parents[3] / "examples"
NOW = datetime(2026, 2, 1, 18, 0, tzinfo=UTC)
PRE_CHECK = {"element_id": "Task_SignPermit", "officer": "kadis", "entry": {"signing_result": "signed"}}


def faults_of(*acts: Any) -> list[str]:
    with pytest.raises(EntryFaulty) as refused:
        read_playbook({"play": list(acts)}, now=NOW)
    return [fault.field for fault in refused.value.faults]


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("pbg_mbr_*.json")), ids=lambda file: file.stem)
def test_every_act_of_a_shipped_example_is_one_that_its_form_takes(example: Path) -> None:
    assert read_playbook(json.loads(example.read_text(encoding="utf-8")), now=NOW)


def test_a_fault_in_an_entry_is_told_with_the_number_of_its_act() -> None:
    assert faults_of(PRE_CHECK | {"entry": {"signing_result": "perhaps", "no_conflict_of_interest": True}}) == [
        "play.0.entry.signing_result"
    ]


def test_all_faults_are_told_at_once() -> None:
    spans: dict[str, Any] = {"let_pass": {"office_minutes": 5, "working_days": 1}}

    assert faults_of({"dance": True}, spans, {"withdrawal": " "}) == [
        "play.0.(all of it)",
        "play.1.let_pass",
        "play.2.withdrawal",
    ]


def test_a_task_that_no_officer_has_is_refused() -> None:
    assert faults_of(PRE_CHECK | {"element_id": "Task_Dance"}) == ["play.0.element_id"]


@pytest.mark.parametrize("content", [{}, {"play": []}, {"play": "all"}, []])
def test_a_file_without_a_script_is_told_so(content: Any) -> None:
    with pytest.raises(EntryFaulty) as refused:
        read_playbook(content, now=NOW)

    assert [fault.field for fault in refused.value.faults] == ["play"]


def test_dates_and_numbers_are_filled_in_for_the_day_in_western_indonesia() -> None:
    entry = {"number": "PBG-321102-{today}-{n}", "day": "{date}", "ticked": True}

    assert filled_in(entry, now=NOW, number=7) == {
        "number": "PBG-321102-02022026-100007",
        "day": "2026-02-02",
        "ticked": True,
    }
