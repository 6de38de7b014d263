"""Every diagram of the office as it is drawn: nothing crosses, nothing overlaps, and each fault would be seen."""

from pathlib import Path

import pytest

from penaemas.zeebe.models_on_disk import ModelKind, read_models
from tests.models.picture import Box, Line, Picture, Stretch

DIAGRAMS = [model.path for model in read_models(Path(__file__).parents[2]) if model.kind is ModelKind.DIAGRAM]


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_no_flow_crosses_another_and_nothing_overlaps(file: Path) -> None:
    assert Picture.of(file).faults() == []


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_flows_run_straight_and_mostly_from_left_to_right(file: Path) -> None:
    picture = Picture.of(file)
    oblique = [
        line.flow_id for line in picture.lines if any(one.x1 != one.x2 and one.y1 != one.y2 for one in line.stretches)
    ]

    assert oblique == []
    # What comes back to an earlier step runs to the left; that is the exception.
    assert len(picture.backward()) * 4 <= len(picture.lines)


BOXES = {"A": Box(0, 0, 100, 80), "B": Box(200, 0, 300, 80), "C": Box(200, 200, 300, 280), "D": Box(0, 200, 100, 280)}
A_TO_B = Line("A_to_B", "A", "B", (Stretch(100, 40, 200, 40),))


@pytest.mark.parametrize(
    ("changed", "labels", "lines", "fault"),
    [
        ({}, {}, (A_TO_B, Line("D_to_C", "D", "C", (Stretch(150, 0, 150, 240),))), "A_to_B meets D_to_C"),
        ({}, {}, (A_TO_B, Line("D_to_C", "D", "C", (Stretch(120, 40, 180, 40),))), "A_to_B meets D_to_C"),
        ({"C": Box(120, 20, 180, 60)}, {}, (A_TO_B,), "A_to_B runs through C"),
        ({"C": Box(50, 50, 150, 130)}, {}, (), "A overlaps C"),
        ({}, {"A": Box(190, 10, 210, 20)}, (), "the label of A overlaps B"),
        ({}, {"A": Box(0, 90, 60, 100), "D": Box(50, 95, 90, 105)}, (), "the label of A overlaps the label of D"),
        ({}, {"A_to_B": Box(110, 35, 150, 45)}, (A_TO_B,), "A_to_B runs through the label of A_to_B"),
    ],
    ids=["crossing", "one on the other", "through a shape", "shapes", "label on shape", "labels", "flow through label"],
)
def test_a_fault_of_a_drawing_is_named(
    changed: dict[str, Box], labels: dict[str, Box], lines: tuple[Line, ...], fault: str
) -> None:
    assert Picture(BOXES | changed, labels, lines, {}).faults() == [fault]
