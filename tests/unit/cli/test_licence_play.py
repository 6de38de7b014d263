"""The examples of PENA EMAS: each can be played as it stands, and a fault in one is told before anything happens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from penaemas.casefiles.faults import EntryFaulty
from penaemas.cli.licence_play import acts_of, is_licence
from penaemas.cli.processes.pena_emas import documents_of, entry_of
from penaemas.zeebe.clock import SystemClock

EXAMPLES = Path(__file__).parents[3] / "examples"
LICENCES = sorted(EXAMPLES.glob("pena_emas_*.json"))


@pytest.mark.parametrize("file", LICENCES, ids=lambda file: file.stem)
def test_every_example_can_be_played_as_it_stands(file: Path) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    assert is_licence(content)
    assert entry_of(content).licence_type == file.stem.removeprefix("pena_emas_")
    assert documents_of(content, EXAMPLES)
    assert acts_of(content, SystemClock())


def test_every_fault_of_a_script_is_told_with_its_place() -> None:
    play = [{"element_id": "Task_Unknown", "officer": "a", "entry": {}}, {"payment": ""}]
    with pytest.raises(EntryFaulty) as faulty:
        acts_of({"play": play}, SystemClock())
    assert [fault.field for fault in faulty.value.faults] == ["play.0.element_id", "play.1.payment"]
