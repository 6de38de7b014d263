"""Every sequence flow and every element of every diagram is walked by some story."""

import pytest

from tests.processes.conftest import WALKED
from tests.processes.kit.coverage import coverage_of
from tests.processes.kit.running_office import PROJECT


def test_every_flow_of_every_diagram_is_taken_by_a_story(pytestconfig: pytest.Config) -> None:
    diagrams = coverage_of(PROJECT / "bpmn", pytestconfig.stash[WALKED])

    not_taken = {diagram.diagram.process_id: diagram.missing for diagram in diagrams if diagram.missing}

    assert diagrams, "there are diagrams to cover"
    assert not not_taken, f"add a story, or remove what nobody needs: {not_taken}"
