"""What a diagram asks of the rest of the program: workers, forms, variables, error codes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from penaemas.zeebe.models_on_disk import BPMN, ModelFile, parse_xml

ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
# Words of FEEL, not of the office. Names with spaces ("date and time", "list contains") are cut out before.
FEEL_WORDS: Final = frozenset(
    ("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "not")
    + ("true", "false", "null", "between", "instance", "of")
)
FEEL_SPACED_NAMES: Final = re.compile(
    r"date and time|years and months duration|list contains|string length|upper case|lower case|substring before|"
    r"substring after|starts with|ends with|day of week|day of year|week of year|month of year|get or else|"
    r"is defined|insert before|index of|distinct values|get value|get entries|context merge|context put"
)
NAME: Final = re.compile(r"[A-Za-z_]\w*")
CONTEXT_KEY: Final = re.compile(r"([A-Za-z_]\w*)\s*:")


@dataclass(frozen=True)
class ServiceTask:
    """An element that a worker serves.

    Attributes:
        inputs: variables that input mappings make for the job alone.
        caught: error codes of the boundary events on it.
    """

    element_id: str
    job_type: str
    inputs: frozenset[str]
    caught: frozenset[str]


@dataclass(frozen=True)
class OfficerTask:
    """A user task. `form_id` and `due_date` are None where the diagram does not say."""

    element_id: str
    form_id: str | None
    due_date: str | None
    has_alarm: bool


@dataclass(frozen=True)
class Diagram:
    """One process diagram, as far as others depend on it.

    Attributes:
        variables_read: names in FEEL expressions and correlation keys, with the element that reads them.
        variables_made: targets of input and output mappings anywhere in the diagram.
        decision_results: result variables of business rule tasks.
        variables_at_start: what the start message brings: the start event's property `variables`, names with blanks.
        forms_at_start: the form whose answers begin a case: the start event's property `form`.
        errors_caught: id of the boundary event and its code.
        errors_thrown: codes of error end events.
        message_names: facts that start or continue the process.
    """

    model: ModelFile
    service_tasks: tuple[ServiceTask, ...]
    officer_tasks: tuple[OfficerTask, ...]
    variables_read: frozenset[tuple[str, str]]
    variables_made: frozenset[str]
    decision_results: frozenset[str]
    variables_at_start: frozenset[str]
    forms_at_start: frozenset[str]
    errors_caught: frozenset[tuple[str, str]]
    errors_thrown: frozenset[str]
    message_names: frozenset[str]


def read_diagram(model: ModelFile) -> Diagram:
    """The facts of one diagram.

    Raises:
        ModelUnreadable: it is not XML.
    """
    root = parse_xml(model)
    errors = {error.get("id", ""): error.get("errorCode", "") for error in root.iter(f"{BPMN}error")}
    boundaries = [(event.get("attachedToRef", ""), event) for event in root.iter(f"{BPMN}boundaryEvent")]
    caught = {
        (event.get("id", ""), host, errors.get(definition.get("errorRef", ""), ""))
        for host, event in boundaries
        for definition in event.iter(f"{BPMN}errorEventDefinition")
    }
    return Diagram(
        model=model,
        service_tasks=tuple(
            ServiceTask(
                element_id=element.get("id", ""),
                job_type=definition.get("type", ""),
                inputs=frozenset(mapping.get("target", "") for mapping in element.iter(f"{ZEEBE}input")),
                caught=frozenset(code for _, host, code in caught if host == element.get("id")),
            )
            for element in root.iter()
            for definition in element.findall(f"{BPMN}extensionElements/{ZEEBE}taskDefinition")
        ),
        officer_tasks=tuple(_officer_task(element, boundaries) for element in root.iter(f"{BPMN}userTask")),
        variables_read=frozenset(_variables_read(root)),
        variables_made=frozenset(
            mapping.get("target", "") for kind in ("input", "output") for mapping in root.iter(f"{ZEEBE}{kind}")
        ),
        decision_results=frozenset(
            decision.get("resultVariable", "") for decision in root.iter(f"{ZEEBE}calledDecision")
        ),
        variables_at_start=frozenset(_start_property(root, "variables")),
        forms_at_start=frozenset(_start_property(root, "form")),
        errors_caught=frozenset((event_id, code) for event_id, _, code in caught),
        errors_thrown=frozenset(
            errors.get(definition.get("errorRef", ""), "")
            for end in root.iter(f"{BPMN}endEvent")
            for definition in end.iter(f"{BPMN}errorEventDefinition")
        ),
        message_names=frozenset(message.get("name", "") for message in root.iter(f"{BPMN}message")),
    )


def variables_in(expression: str) -> frozenset[str]:
    """The process variables that a FEEL expression reads: whole names, without functions, keywords and text.

    Good enough for the small FEEL that the models use: the keys of a context and `item` inside a filter are known to be
    local; other names are told apart from variables only if a dot, a colon or a bracket shows what they are.
    """
    text = FEEL_SPACED_NAMES.sub("", re.sub(r'"[^"]*"', "", expression.removeprefix("=")))
    local = {"item", *CONTEXT_KEY.findall(text)}
    names = set()
    for found in NAME.finditer(text):
        before, after = text[: found.start()].rstrip()[-1:], text[found.end() :].lstrip()[:1]
        if found.group() not in FEEL_WORDS | local and before != "." and after not in ("(", ":"):
            names.add(found.group())
    return frozenset(names)


def _start_property(root: Element, name: str) -> Iterator[str]:
    for start in root.iter(f"{BPMN}startEvent"):
        for item in start.iter(f"{ZEEBE}property"):
            if item.get("name") == name:
                yield from item.get("value", "").split()


def _officer_task(element: Element, boundaries: list[tuple[str, Element]]) -> OfficerTask:
    element_id = element.get("id", "")
    form = element.find(f"{BPMN}extensionElements/{ZEEBE}formDefinition")
    schedule = element.find(f"{BPMN}extensionElements/{ZEEBE}taskSchedule")
    return OfficerTask(
        element_id=element_id,
        form_id=None if form is None else form.get("externalReference"),
        due_date=None if schedule is None else schedule.get("dueDate"),
        has_alarm=any(
            host == element_id
            and event.get("cancelActivity") == "false"
            and event.find(f"{BPMN}timerEventDefinition") is not None
            for host, event in boundaries
        ),
    )


def _variables_read(root: Element) -> Iterator[tuple[str, str]]:
    for process in root.iter(f"{BPMN}process"):
        for element in process.iter():
            if element.get("id") is None:
                continue
            for expression in _expressions(element):
                yield from ((element.get("id", ""), name) for name in variables_in(expression))


def _expressions(element: Element) -> Iterator[str]:
    """FEEL in the element's own attributes of its extensions, its condition and its timers."""
    extensions = element.find(f"{BPMN}extensionElements")
    values = [] if extensions is None else [value for part in extensions.iter() for value in part.attrib.values()]
    texts = [
        child.text or ""
        for tag in ("conditionExpression", "timeDate", "timeDuration", "timeCycle")
        for child in element.findall(f"{BPMN}{tag}")
    ]
    yield from (value for value in (*values, *(text.strip() for text in texts)) if value.startswith("="))
