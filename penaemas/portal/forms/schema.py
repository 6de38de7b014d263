"""What a form-js schema says, as typed parts.

What the server cannot serve is refused here, so that `./pena check` finds it before an officer does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from penaemas.portal.forms.conditions import Condition, ConditionUnsupported, names, parse
from penaemas.portal.forms.sentences import PATTERNS, Words

FIELD_TYPES: Final = frozenset(
    {"textfield", "textarea", "number", "radio", "select", "checkbox", "checklist", "datetime", "filepicker"}
)
_ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    "text": frozenset({"text"}),
    "group": frozenset({"label", "components", "showOutline"}),
    "textfield": frozenset({"validate", "description"}),
    "textarea": frozenset({"validate", "description"}),
    "number": frozenset({"validate", "description", "decimalDigits"}),
    "radio": frozenset({"validate", "description", "values"}),
    "select": frozenset({"validate", "description", "values", "valuesKey"}),
    "checkbox": frozenset({"validate", "description"}),
    "checklist": frozenset({"validate", "description", "values", "valuesKey"}),
    "datetime": frozenset(
        {
            "validate",
            "description",
            "subtype",
            "dateLabel",
            "timeLabel",
            "timeSerializingFormat",
            "timeInterval",
            "use24h",
        }
    ),
    "filepicker": frozenset({"validate", "description", "accept", "multiple"}),
}
_ALWAYS: Final = frozenset({"id", "key", "type", "label", "properties", "conditional", "layout"})
_RULES: Final = frozenset({"required", "minLength", "maxLength", "min", "max", "pattern", "validationType"})


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """Something in a schema that we cannot serve: at which component, what, and how to mend it."""

    place: str
    reason: str
    fix: str


class FormUnserved(Exception):
    """A form uses what the server cannot serve. `faults` lists all of it."""

    def __init__(self, form_id: str, faults: tuple[SchemaFault, ...]) -> None:
        super().__init__(form_id)
        self.form_id = form_id
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an answer has to fulfil. Lengths in characters."""

    required: bool = False
    min_length: int | None = None
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    pattern: str | None = None
    is_email: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input.

    Attributes:
        options_from: the name of a list that the page provides, for options that depend on the region.
        document: the kind of document that a file picker takes.
        decimals: digits behind the comma; None where any number is allowed.
    """

    key: str
    kind: str
    label: Words
    description: Words | None
    rules: Rules
    hide: Condition | None
    options: tuple[Option, ...]
    options_from: str | None
    decimals: int | None
    accept: str
    document: str | None
    has_time: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A heading or a paragraph, in a little Markdown."""

    words: Words
    hide: Condition | None


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that belong together under one legend."""

    label: Words
    parts: tuple[Part, ...]
    hide: Condition | None


Part = Field | Text | Group


@dataclass(frozen=True, slots=True)
class Form:
    """A form, ready to be rendered and read."""

    form_id: str
    parts: tuple[Part, ...]

    def fields(self) -> tuple[Field, ...]:
        """Every field, those in groups too, in order."""
        return tuple(field for field, _ in self.fields_with_groups())

    def grouped(self) -> tuple[tuple[Words, tuple[Field, ...]], ...]:
        """The fields of each outer group under its label; those outside of groups are left out."""
        groups = [part for part in self.parts if isinstance(part, Group)]
        return tuple((group.label, tuple(field for field, _ in _walk(group.parts, ()))) for group in groups)

    def fields_with_groups(self) -> tuple[tuple[Field, tuple[Condition, ...]], ...]:
        """Every field with the conditions of the groups around it."""
        return tuple(_walk(self.parts, ()))


def read_form(schema: Mapping[str, Any]) -> Form:
    """The form that a schema describes.

    Raises:
        FormUnserved: it uses what we cannot serve, or lacks a translation.
    """
    form_id = str(schema.get("id", ""))
    faults: list[SchemaFault] = []
    form = Form(form_id, tuple(_parts(schema.get("components", []), faults)))
    keys = [field.key for field in form.fields()]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        faults.append(SchemaFault(key, "two fields have this key", "give one of them another"))
    for field in form.fields():
        for name in sorted(names(field.hide) - set(keys)) if field.hide else ():
            faults.append(
                SchemaFault(field.key, f"its condition reads {name}, which is no field of the form", "correct the name")
            )
    if faults:
        raise FormUnserved(form_id, tuple(faults))
    return form


def _walk(parts: tuple[Part, ...], around: tuple[Condition, ...]) -> Iterator[tuple[Field, tuple[Condition, ...]]]:
    for part in parts:
        if isinstance(part, Group):
            yield from _walk(part.parts, (*around, part.hide) if part.hide else around)
        elif isinstance(part, Field):
            yield part, around


def _parts(components: list[dict[str, Any]], faults: list[SchemaFault]) -> Iterator[Part]:
    for component in components:
        kind, place = component.get("type", ""), component.get("key") or component.get("id", "?")
        if kind not in _ALLOWED:
            faults.append(SchemaFault(place, f"we do not serve {kind!r}", f"use one of {', '.join(sorted(_ALLOWED))}"))
            continue
        for name in sorted(component.keys() - _ALLOWED[kind] - _ALWAYS):
            faults.append(SchemaFault(place, f"we do not serve {name!r} of a {kind}", "remove it"))
        hide = _condition(component, place, faults)
        if kind == "text":
            yield Text(_words(component, "text", place, faults), hide)
        elif kind == "group":
            inner = tuple(_parts(component.get("components", []), faults))
            yield Group(_words(component, "label", place, faults), inner, hide)
        else:
            yield _field(component, kind, place, hide, faults)


def _field(
    component: dict[str, Any], kind: str, place: str, hide: Condition | None, faults: list[SchemaFault]
) -> Field:
    properties = component.get("properties", {})
    if "key" not in component:
        faults.append(SchemaFault(place, "a field without key", "give it one"))
    decimals = component.get("decimalDigits")
    return Field(
        key=component.get("key", place),
        kind=kind,
        label=_words(component, "label", place, faults),
        description=_words(component, "description", place, faults) if "description" in component else None,
        rules=_rules(component.get("validate", {}), place, faults),
        hide=hide,
        options=tuple(_options(component, place, faults)),
        options_from=component.get("valuesKey"),
        decimals=None if decimals is None else int(decimals),
        accept=component.get("accept", ""),
        document=properties.get("document"),
        has_time=component.get("subtype") == "datetime",
    )


def _options(component: dict[str, Any], place: str, faults: list[SchemaFault]) -> Iterator[Option]:
    for option in component.get("values", []):
        value = str(option["value"])
        english = component.get("properties", {}).get(f"value:{value}:en", "")
        if not english:
            faults.append(
                SchemaFault(place, f"the option {value} has no English", f"write the property value:{value}:en")
            )
        yield Option(value, Words(str(option["label"]), english))


def _rules(validate: dict[str, Any], place: str, faults: list[SchemaFault]) -> Rules:
    for name in sorted(validate.keys() - _RULES):
        faults.append(SchemaFault(place, f"we do not serve the rule {name!r}", "remove it"))
    pattern = validate.get("pattern")
    if pattern is not None and pattern not in PATTERNS:
        faults.append(
            SchemaFault(place, "nobody is told what its pattern means", "say it in words in portal/forms/sentences.py")
        )
    if validate.get("validationType") not in (None, "email"):
        faults.append(SchemaFault(place, "we serve the validation type email only", "use a pattern"))
    if not isinstance(validate.get("required", False), bool):
        faults.append(
            SchemaFault(place, "`required` is no plain true or false", "hide the field when it is not needed")
        )
    low, high = validate.get("min"), validate.get("max")
    return Rules(
        required=validate.get("required") is True,
        min_length=validate.get("minLength"),
        max_length=validate.get("maxLength"),
        minimum=None if low is None else Decimal(str(low)),
        maximum=None if high is None else Decimal(str(high)),
        pattern=pattern,
        is_email=validate.get("validationType") == "email",
    )


def _condition(component: dict[str, Any], place: str, faults: list[SchemaFault]) -> Condition | None:
    conditional = component.get("conditional")
    if conditional is None:
        return None
    for name in sorted(conditional.keys() - {"hide"}):
        faults.append(SchemaFault(place, f"we do not serve the condition {name!r}", "use `hide`"))
    try:
        return parse(conditional.get("hide", ""))
    except ConditionUnsupported as fault:
        faults.append(
            SchemaFault(place, f"its condition is not of the FEEL we serve ({fault})", "see portal/forms/conditions.py")
        )
        return None


def _words(component: dict[str, Any], name: str, place: str, faults: list[SchemaFault]) -> Words:
    indonesian = str(component.get(name, ""))
    english = str(component.get("properties", {}).get(f"{name}:en", ""))
    for text, fix in ((indonesian, f"write `{name}`"), (english, f"write the property {name}:en")):
        if not text.strip():
            faults.append(SchemaFault(place, f"its {name} is missing in one language", f"{fix}"))
        if text.startswith("=") or re.search(r"\{\{|\}\}", text):
            faults.append(
                SchemaFault(place, f"its {name} is an expression, which we do not serve", "write plain words")
            )
    return Words(indonesian, english)
