"""Every sequence flow and every element of every diagram is walked by some story, but for those of `untold.txt`."""

from pathlib import Path

import pytest

from tests.processes.kit.coverage import coverage_of
from tests.processes.kit.coverage_report import PROJECT, WALKED

UNTOLD = Path(__file__).parent / "untold.txt"


def untold() -> frozenset[str]:
    """The lines of `untold.txt`, without its comment."""
    lines = UNTOLD.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def test_exactly_what_is_listed_as_untold_is_taken_by_no_story(pytestconfig: pytest.Config) -> None:
    diagrams = coverage_of(PROJECT / "bpmn", pytestconfig.stash[WALKED])

    not_taken = {f"{diagram.diagram.process_id} {element}" for diagram in diagrams for element in diagram.missing}

    assert diagrams, "there are diagrams to cover"
    assert not not_taken - untold(), "add a story, or remove what nobody needs"
    assert not untold() - not_taken, f"a story takes these now: remove them from {UNTOLD.name}"
