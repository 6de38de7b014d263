"""XES, IEEE 1849: one trace per case, one event per event, written as it is read.

Extensions: Concept, Time, Lifecycle (standard model), Organizational. Source: IEEE 1849-2016, XES 2.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from penaemas.history.export.case_log import LoggedCase, LoggedEvent

_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)


def write_xes(cases: Iterable[LoggedCase], file: BinaryIO) -> int:
    """Write a whole log; how many events."""
    xml = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
    xml.startDocument()
    head = {"xes.version": "1849.2016", "xes.features": "", "xmlns": "http://www.xes-standard.org/"}
    xml.startElement("log", AttributesImpl(head))
    for name, prefix, uri in _EXTENSIONS:
        _empty(xml, "extension", name=name, prefix=prefix, uri=uri)
    _global(xml, "trace", (("string", "concept:name", "unknown"),))
    _global(
        xml,
        "event",
        (
            ("string", "concept:name", "unknown"),
            ("date", "time:timestamp", "1970-01-01T00:00:00+00:00"),
            ("string", "lifecycle:transition", "complete"),
        ),
    )
    _empty(xml, "classifier", name="Activity", keys="concept:name")
    _empty(xml, "classifier", name="ActivityAndLifecycle", keys="concept:name lifecycle:transition")
    _empty(xml, "string", key="concept:name", value="PENA")
    _empty(xml, "string", key="lifecycle:model", value="standard")
    written = 0
    for case in cases:
        _trace(xml, case)
        written += len(case.events)
    xml.endElement("log")
    xml.endDocument()
    return written


def _trace(xml: XMLGenerator, case: LoggedCase) -> None:
    xml.startElement("trace", AttributesImpl({}))
    _empty(xml, "string", key="concept:name", value=case.name)
    _empty(xml, "string", key="pena:process", value=case.bpmn_process_id)
    _empty(xml, "int", key="pena:process_version", value=str(case.version))
    _empty(xml, "string", key="pena:state", value=case.state)
    if case.region_code is not None:
        _empty(xml, "string", key="pena:region_code", value=case.region_code)
    if case.outcome is not None:
        _empty(xml, "string", key="pena:outcome", value=case.outcome)
    for event in case.events:
        _event(xml, event)
    xml.endElement("trace")


def _event(xml: XMLGenerator, event: LoggedEvent) -> None:
    xml.startElement("event", AttributesImpl({}))
    _empty(xml, "string", key="concept:name", value=event.activity)
    _empty(xml, "date", key="time:timestamp", value=event.at.isoformat(timespec="milliseconds"))
    _empty(xml, "string", key="lifecycle:transition", value=event.transition)
    if event.officer is not None:
        _empty(xml, "string", key="org:resource", value=event.officer)
    _empty(xml, "string", key="pena:event", value=event.event)
    _empty(xml, "string", key="pena:event_id", value=event.event_id)
    _empty(xml, "string", key="pena:process", value=event.bpmn_process_id)
    xml.endElement("event")


def _global(xml: XMLGenerator, scope: str, attributes: Iterable[tuple[str, str, str]]) -> None:
    xml.startElement("global", AttributesImpl({"scope": scope}))
    for kind, key, value in attributes:
        _empty(xml, kind, key=key, value=value)
    xml.endElement("global")


def _empty(xml: XMLGenerator, element: str, /, **attributes: str) -> None:
    xml.startElement(element, AttributesImpl(attributes))
    xml.endElement(element)
