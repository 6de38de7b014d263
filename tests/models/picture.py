"""A diagram as it is drawn: rectangles, labels, lines of its interchange part, and what a designer calls a fault.

Lines run horizontally or vertically. Coordinates are pixels, y grows downwards.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Final, NamedTuple

from penaemas.zeebe.models_on_disk import BPMN

BPMNDI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
DI: Final = "{http://www.omg.org/spec/DD/20100524/DI}"


class Box(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether they share more than an edge."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Box) -> bool:
        """Whether the other lies inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


class Stretch(NamedTuple):
    """A straight part of a line."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def box(self) -> Box:
        """The rectangle without width or without height that it fills."""
        return Box(min(self.x1, self.x2), min(self.y1, self.y2), max(self.x1, self.x2), max(self.y1, self.y2))

    def enters(self, box: Box) -> bool:
        """Whether it passes through the inside of a rectangle."""
        mine = self.box
        across = mine.left < box.right and box.left < mine.right
        return across and mine.top < box.bottom and box.top < mine.bottom

    def meets(self, other: Stretch) -> bool:
        """Whether the two share a point: they cross, or one runs or ends on the other."""
        mine, its = self.box, other.box
        across = mine.left <= its.right and its.left <= mine.right
        return across and mine.top <= its.bottom and its.top <= mine.bottom


@dataclass(frozen=True)
class Line:
    """A sequence flow as it is drawn."""

    flow_id: str
    source: str
    target: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Picture:
    """A diagram as it is drawn.

    Attributes:
        shapes: element id → its rectangle.
        labels: element or flow id → the rectangle of its label, if it stands outside of the element.
        hosts: boundary event → the activity on whose edge it sits.
    """

    shapes: dict[str, Box]
    labels: dict[str, Box]
    lines: tuple[Line, ...]
    hosts: dict[str, str]

    @classmethod
    def of(cls, file: Path) -> Picture:
        """Read a `.bpmn` file."""
        root = ElementTree.parse(file).getroot()  # noqa: S314 (our own file)
        ends = {flow.get("id", ""): flow for flow in root.iter(f"{BPMN}sequenceFlow")}
        drawn = [edge for edge in root.iter(f"{BPMNDI}BPMNEdge") if edge.get("bpmnElement") in ends]
        return cls(
            {shape.get("bpmnElement", ""): _box(shape) for shape in root.iter(f"{BPMNDI}BPMNShape")},
            dict(_labels(root)),
            tuple(_line(edge, ends[edge.get("bpmnElement", "")]) for edge in drawn),
            {event.get("id", ""): event.get("attachedToRef", "") for event in root.iter(f"{BPMN}boundaryEvent")},
        )

    def faults(self) -> list[str]:
        """What a reader stumbles over, each in words."""
        return [*self._lines_that_meet(), *self._lines_through_shapes(), *self._shapes_that_overlap(), *self._labels()]

    def backward(self) -> list[str]:
        """Flows that lead to the left of where they come from, by more than their own element."""
        return [line.flow_id for line in self.lines if self.shapes[line.target].right <= self.shapes[line.source].left]

    def _lines_that_meet(self) -> Iterator[str]:
        for one, other in combinations(self.lines, 2):
            # Lines out of one element begin together, and lines into one end together.
            if {one.source, one.target} & {other.source, other.target}:
                meeting = [pair for pair in _pairs(one, other) if _cross(*pair)]
            else:
                meeting = [pair for pair in _pairs(one, other) if pair[0].meets(pair[1])]
            if meeting:
                yield f"{one.flow_id} meets {other.flow_id}"

    def _lines_through_shapes(self) -> Iterator[str]:
        for line in self.lines:
            for element_id, box in self.shapes.items():
                own = element_id in (line.source, line.target, self.hosts.get(line.source))
                if own or self._is_around(element_id, line):
                    continue
                if any(stretch.enters(box) for stretch in line.stretches):
                    yield f"{line.flow_id} runs through {element_id}"

    def _is_around(self, element_id: str, line: Line) -> bool:
        box = self.shapes[element_id]
        return box.holds(self.shapes[line.source]) or box.holds(self.shapes[line.target])

    def _touches(self, label: Box, element_id: str) -> bool:
        box = self.shapes[element_id]
        return _reaches_into_diamond(label, box) if element_id.startswith("Gateway_") else label.overlaps(box)

    def _shapes_that_overlap(self) -> Iterator[str]:
        for (one_id, one), (other_id, other) in combinations(self.shapes.items(), 2):
            attached = self.hosts.get(one_id) == other_id or self.hosts.get(other_id) == one_id
            if not attached and one.overlaps(other) and not one.holds(other) and not other.holds(one):
                yield f"{one_id} overlaps {other_id}"

    def _labels(self) -> Iterator[str]:
        for (one_id, one), (other_id, other) in combinations(self.labels.items(), 2):
            if one.overlaps(other):
                yield f"the label of {one_id} overlaps the label of {other_id}"
        for label_id, label in self.labels.items():
            for element_id, box in self.shapes.items():
                if self._touches(label, element_id) and not box.holds(label):
                    yield f"the label of {label_id} overlaps {element_id}"
            for line in self.lines:
                if any(stretch.enters(label) for stretch in line.stretches):
                    yield f"{line.flow_id} runs through the label of {label_id}"


def _pairs(one: Line, other: Line) -> Iterator[tuple[Stretch, Stretch]]:
    return ((mine, its) for mine in one.stretches for its in other.stretches)


def _cross(one: Stretch, other: Stretch) -> bool:
    """Whether they share a point inside of both."""
    mine, its = one.box, other.box
    across = mine.left < its.left < mine.right and its.top < mine.top < its.bottom
    down = its.left < mine.left < its.right and mine.top < its.top < mine.bottom
    return across or down


def _reaches_into_diamond(label: Box, around: Box) -> bool:
    x, y = (around.left + around.right) / 2, (around.top + around.bottom) / 2
    nearest_x, nearest_y = min(max(x, label.left), label.right), min(max(y, label.top), label.bottom)
    return abs(nearest_x - x) + abs(nearest_y - y) < (around.right - around.left) / 2


def _labels(root: ElementTree.Element) -> Iterator[tuple[str, Box]]:
    for kind in ("BPMNShape", "BPMNEdge"):
        for drawn in root.iter(f"{BPMNDI}{kind}"):
            label = drawn.find(f"{BPMNDI}BPMNLabel")
            if label is not None and label.find(f"{DC}Bounds") is not None:
                yield drawn.get("bpmnElement", ""), _box(label)


def _line(edge: ElementTree.Element, flow: ElementTree.Element) -> Line:
    points = [(float(point.get("x", 0)), float(point.get("y", 0))) for point in edge.iter(f"{DI}waypoint")]
    stretches = tuple(Stretch(*start, *end) for start, end in pairwise(points))
    return Line(flow.get("id", ""), flow.get("sourceRef", ""), flow.get("targetRef", ""), stretches)


def _box(drawn: ElementTree.Element) -> Box:
    bounds = drawn.find(f"{DC}Bounds")
    assert bounds is not None, drawn.get("id")
    x, y, width, height = (float(bounds.get(name, 0)) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)
