"""Which elements and sequence flows of which diagram the stories have taken.

A diagram is covered when every sequence flow was taken at least once and every flow node was activated at least once.
The flows are read from the diagram, the walked ones from the history: two sources that do not know each other.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
NOT_RUN = frozenset(
    BPMN + tag
    for tag in (
        "laneSet",
        "textAnnotation",
        "association",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "group",
        "documentation",
        "extensionElements",
        "ioSpecification",
        "property",
        "category",
    )
)


@dataclass(frozen=True)
class Diagram:
    """What can be walked in one process of one file."""

    process_id: str
    flow_nodes: frozenset[str]
    sequence_flows: frozenset[str]
    # Flow → target, for flows out of event-based gateways: the engine records the event, not the flow.
    chosen_by_events: Mapping[str, str]


def diagrams_in(bpmn_xml: bytes) -> tuple[Diagram, ...]:
    """Every executable process of the file, sub-processes included in the process that holds them."""
    # The models under test are our own files, so the plain parser is safe here.
    definitions = fromstring(bpmn_xml)  # noqa: S314
    return tuple(
        Diagram(
            process_id=process.get("id", ""),
            flow_nodes=frozenset(_nodes_of(process)),
            sequence_flows=frozenset(flow.get("id", "") for flow in process.iter(BPMN + "sequenceFlow")),
            chosen_by_events=_chosen_by_events(process),
        )
        for process in definitions.iter(BPMN + "process")
        if process.get("isExecutable") == "true"
    )


def user_tasks_in(file: Path) -> frozenset[str]:
    """The officers' tasks of a diagram, those of its sub-processes included."""
    definitions = fromstring(file.read_bytes())  # noqa: S314 (our own file)
    return frozenset(task.get("id", "") for task in definitions.iter(BPMN + "userTask"))


def _chosen_by_events(process: Element) -> dict[str, str]:
    gateways = {gateway.get("id") for gateway in process.iter(BPMN + "eventBasedGateway")}
    return {
        flow.get("id", ""): flow.get("targetRef", "")
        for flow in process.iter(BPMN + "sequenceFlow")
        if flow.get("sourceRef") in gateways
    }


def _nodes_of(scope: Element) -> Iterable[str]:
    for child in scope:
        if child.tag in NOT_RUN or child.tag == BPMN + "sequenceFlow" or child.get("id") is None:
            continue
        yield child.get("id", "")
        if child.tag == BPMN + "subProcess":
            yield from _nodes_of(child)


@dataclass(frozen=True)
class DiagramCoverage:
    """How much of one diagram the stories walked."""

    diagram: Diagram
    times_walked: Mapping[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """Flows and flow nodes that no story took, sorted."""
        return tuple(
            sorted(
                element
                for element in self.diagram.sequence_flows | self.diagram.flow_nodes
                if not self._is_walked(element)
            )
        )

    def line(self) -> str:
        """One line for the report of the run."""
        flows = self.diagram.sequence_flows
        nodes = self.diagram.flow_nodes
        walked_flows = sum(map(self._is_walked, flows))
        walked_nodes = sum(map(self._is_walked, nodes))
        line = (
            f"{self.diagram.process_id}: {walked_flows} of {len(flows)} flows, {walked_nodes} of {len(nodes)} elements"
        )
        return line + (f"; not taken: {', '.join(self.missing)}" if self.missing else "")

    def _is_walked(self, element: str) -> bool:
        return bool(self.times_walked.get(self.diagram.chosen_by_events.get(element, element)))


def coverage_of(models: Path, walked: dict[str, Counter[str]]) -> tuple[DiagramCoverage, ...]:
    """Coverage of every diagram below `models`.

    Args:
        models: the folder that holds the `.bpmn` files.
        walked: per process id, how often each element was activated or flow taken.
    """
    return tuple(
        DiagramCoverage(diagram, walked.get(diagram.process_id, Counter()))
        for file in sorted(models.rglob("*.bpmn"))
        for diagram in diagrams_in(file.read_bytes())
    )
