"""What IEEE 1849-2016 demands of the XML form of a log, told as rules.

The standard's own schema may not be passed on with a program; this is what it says of the elements that a log can have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

XES: Final = "{http://www.xes-standard.org/}"

_NAME: Final = re.compile(r"[A-Za-z_:][\w.:-]*")
_NAME_WITHOUT_COLON: Final = re.compile(r"[A-Za-z_][\w.-]*")
_DECIMAL: Final = re.compile(r"[+-]?\d+(\.\d*)?")
_INSTANT: Final = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_TOKEN: Final = re.compile(r"(\S+( \S+)*)?")
_ANY: Final = re.compile(r".*", re.DOTALL)

_VALUES: Final[dict[str, re.Pattern[str]]] = {
    "string": _ANY,
    "date": _INSTANT,
    "int": re.compile(r"[+-]?\d{1,19}"),
    "float": re.compile(r"[+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|INF)|NaN"),
    "boolean": re.compile(r"true|false|0|1"),
    "id": _ANY,
}
_ATTRIBUTES: Final = tuple(_VALUES)

# Element → its attributes (`?`: may be absent) and the kinds of its children, in this order.
_RULES: Final[dict[str, tuple[dict[str, re.Pattern[str]], tuple[tuple[str, ...], ...]]]] = {
    "log": (
        {"xes.version": _DECIMAL, "xes.features?": _TOKEN},
        (("extension",), ("global",), ("classifier",), _ATTRIBUTES, ("trace",), ("event",)),
    ),
    "extension": ({"name": _NAME_WITHOUT_COLON, "prefix": _NAME_WITHOUT_COLON, "uri": _TOKEN}, ()),
    "global": ({"scope?": _NAME_WITHOUT_COLON}, (_ATTRIBUTES,)),
    "classifier": ({"name": _NAME_WITHOUT_COLON, "scope?": _NAME_WITHOUT_COLON, "keys": _TOKEN}, ()),
    "trace": ({}, (_ATTRIBUTES, ("event",))),
    "event": ({}, (_ATTRIBUTES,)),
    **{kind: ({"key": _NAME, "value": pattern}, (_ATTRIBUTES,)) for kind, pattern in _VALUES.items()},
}


def broken_rules(log: Element) -> list[str]:
    """Every rule that the log breaks, in words; the first element must be a log."""
    return ["it is no log"] if log.tag != f"{XES}log" else list(_broken(log))


def _broken(element: Element) -> Iterator[str]:
    name = element.tag.removeprefix(XES)
    if name not in _RULES:
        yield f"{name} is not of the standard"
        return
    attributes, groups = _RULES[name]
    yield from _broken_attributes(name, element, attributes)
    position = 0
    for child in element:
        kind = child.tag.removeprefix(XES)
        place = next((at for at, kinds in enumerate(groups) if kind in kinds), -1)
        if place < position:
            yield f"{kind} may not stand here in {name}"
        position = max(position, place)
        yield from _broken(child)


def _broken_attributes(name: str, element: Element, attributes: dict[str, re.Pattern[str]]) -> Iterator[str]:
    known = {attribute.rstrip("?"): pattern for attribute, pattern in attributes.items()}
    yield from (f"{name} has no attribute {attribute}" for attribute in element.attrib.keys() - known.keys())
    for attribute, pattern in attributes.items():
        value = element.get(attribute.rstrip("?"))
        if value is None and not attribute.endswith("?"):
            yield f"{name} needs {attribute}"
        elif value is not None and not pattern.fullmatch(value):
            yield f"{attribute} of {name} cannot be {value!r}"
