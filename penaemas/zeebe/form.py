"""What a form schema says: its fields, and which of them are routing facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from penaemas.zeebe.models_on_disk import ModelFile, parse_form


@dataclass(frozen=True)
class FormField:
    """One input of a form.

    Attributes:
        routing_fact: the answer becomes a process variable; every other answer goes to the case file.
        is_free_text: an officer may write anything there, so it must never route.
        options: the values to choose from; empty where there is no choice.
    """

    key: str
    label: str
    label_en: str
    routing_fact: bool
    is_free_text: bool
    options: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """One form, as far as others depend on it."""

    model: ModelFile
    form_id: str
    fields: tuple[FormField, ...]


def read_form(model: ModelFile) -> Form:
    """The fields of one form, those in groups too.

    Raises:
        ModelUnreadable: it is no form schema.
    """
    schema = parse_form(model)
    return Form(model, str(schema.get("id", "")), tuple(_fields(schema.get("components", []))))


def _fields(components: list[dict[str, Any]]) -> Iterator[FormField]:
    for component in components:
        yield from _fields(component.get("components", []))
        if "key" in component:
            properties = component.get("properties", {})
            yield FormField(
                key=component["key"],
                label=component.get("label", ""),
                label_en=properties.get("label:en", ""),
                routing_fact=properties.get("routing_fact") == "true",
                is_free_text=component.get("type") in ("textfield", "textarea"),
                options=tuple(option["value"] for option in component.get("values", [])),
            )
