"""Small forms for tests, with one field of each kind."""

from typing import Any
from zoneinfo import ZoneInfo

from penaemas.portal.forms.entries import FormSettings
from penaemas.portal.forms.schema import Form, Option, read_form
from penaemas.portal.forms.sentences import Words

WIB = FormSettings(
    ZoneInfo("Asia/Jakarta"),
    {"sub_districts": (Option("321101", Words("Wado", "Wado")), Option("321102", Words("Jatinunggal", "Jatinunggal")))},
)


def field(key: str, kind: str, **more: Any) -> dict[str, Any]:
    """A component of a schema, with labels in both languages."""
    values = [{"value": value, "label": f"Pilihan {value}"} for value in more.pop("options", ())]
    properties = {
        "label:en": f"English {key}",
        **{f"value:{each['value']}:en": f"Choice {each['value']}" for each in values},
    }
    if "description" in more:
        properties["description:en"] = f"English: {more['description']}"
    offered = {"values": values} if values else {}
    return {
        "id": f"field_{key}",
        "key": key,
        "type": kind,
        "label": f"Label {key}",
        "properties": properties,
        **offered,
        **more,
    }


def group(label: str, *components: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Components under one legend."""
    return {
        "id": "group",
        "type": "group",
        "label": label,
        "properties": {"label:en": label},
        "components": list(components),
        **more,
    }


def form(*components: dict[str, Any]) -> Form:
    """A form of these components."""
    return read_form({"id": "small_form", "components": list(components)})
