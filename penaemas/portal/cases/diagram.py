"""What a diagram says to people: names of elements in both languages, and which officers' tasks may come next."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from penaemas.portal.forms.sentences import Words

_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
_STARTS: Final = ("startEvent",)


@dataclass(frozen=True, slots=True)
class Element:
    """One node of a diagram. `kind` is BPMN's own name for it, e.g. `userTask`."""

    element_id: str
    kind: str
    words: Words
    scope: str
    outgoing: tuple[str, ...]


@dataclass(frozen=True)
class Diagram:
    """One diagram. `xml` is exactly what was deployed, for the viewer."""

    xml: bytes
    title: Words
    elements: Mapping[str, Element]
    flow_targets: Mapping[str, str]

    def words(self, element_id: str) -> Words:
        """The name of an element; its id if it has none."""
        element = self.elements.get(element_id)
        return element.words if element is not None else Words(element_id, element_id)

    def next_tasks(self, element_id: str) -> tuple[Element, ...]:
        """The officers' tasks and ends that can come right after an element, the nearest first."""
        found: dict[str, Element] = {}
        seen = {element_id}
        waiting = deque(self._after(element_id))
        while waiting:
            element = waiting.popleft()
            if element.element_id in seen:
                continue
            seen.add(element.element_id)
            if element.kind == "userTask":
                found[element.element_id] = element
            else:
                waiting.extend(self._after(element.element_id))
        return tuple(found.values())

    def officers_tasks(self) -> tuple[Element, ...]:
        """Every officers' task, in the order of the file."""
        return tuple(element for element in self.elements.values() if element.kind == "userTask")

    def _after(self, element_id: str) -> Iterator[Element]:
        element = self.elements[element_id]
        if element.kind == "subProcess":
            inner = [one for one in self.elements.values() if one.scope == element_id and one.kind in _STARTS]
            if inner:
                yield from inner
                return
        yield from self._leaving(element)

    def _leaving(self, element: Element) -> Iterator[Element]:
        for flow in element.outgoing:
            target = self.elements.get(self.flow_targets.get(flow, ""))
            if target is not None:
                yield target
        if element.kind == "endEvent" and element.scope in self.elements:
            yield from self._leaving(self.elements[element.scope])


def read_diagram(xml: bytes) -> Diagram:
    """The diagram in a BPMN file. Its first process counts; we deploy one in each."""
    root = ElementTree.fromstring(xml)  # noqa: S314 (our own models, checked before they were deployed)
    process = root.find(f"{_BPMN}process")
    if process is None:
        raise ValueError("a BPMN file without process")
    elements: dict[str, Element] = {}
    flows: dict[str, str] = {}
    _walk(process, str(process.get("id")), elements, flows)
    return Diagram(xml, _words(process), elements, flows)


def _walk(scope: ElementTree.Element, scope_id: str, elements: dict[str, Element], flows: dict[str, str]) -> None:
    for node in scope:
        kind, element_id = node.tag.removeprefix(_BPMN), node.get("id", "")
        if kind == "sequenceFlow":
            flows[element_id] = node.get("targetRef", "")
        elif node.find(f"{_BPMN}incoming") is not None or node.find(f"{_BPMN}outgoing") is not None:
            outgoing = tuple(flow.text or "" for flow in node.findall(f"{_BPMN}outgoing"))
            elements[element_id] = Element(element_id, kind, _words(node), scope_id, outgoing)
            if kind == "subProcess":
                _walk(node, element_id, elements, flows)


def _words(node: ElementTree.Element) -> Words:
    indonesian = node.get("name") or str(node.get("id"))
    places = node.iterfind(f"{_BPMN}extensionElements/{_ZEEBE}properties/{_ZEEBE}property")
    english = next((str(place.get("value")) for place in places if place.get("name") == "name:en"), "")
    return Words(indonesian, english or indonesian)
