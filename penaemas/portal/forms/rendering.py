"""A form as accessible HTML: labels and fixes tied to their inputs, one list of errors on top, no script needed.

Each part that a condition may hide carries the condition in `data-hide`, for a script that shows and hides it while
one types; without a script the button "Perbarui" asks the server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from penaemas.portal.forms.conditions import Condition, as_data, holds
from penaemas.portal.forms.entries import FormSettings, Typed, hidden_keys, read_entry
from penaemas.portal.forms.schema import Field, Form, Option, Part
from penaemas.portal.forms.sentences import FieldError, Words

Language = Literal["id", "en"]
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_INPUT_TYPES: Final[Mapping[str, str]] = {"textfield": "text", "number": "text", "filepicker": "file"}


@dataclass(frozen=True, slots=True)
class View:
    """What the template asks; one per form and page."""

    form: Form
    typed: Typed
    settings: FormSettings
    language: Language
    hidden: frozenset[str]
    values: Mapping[str, object]
    errors: Mapping[str, FieldError]

    def kind(self, part: Part) -> str:
        """`group`, `text`, or the kind of the field."""
        return part.kind if isinstance(part, Field) else type(part).__name__.lower()

    def lead(self, words: Words) -> str:
        """In the reader's language."""
        return words.english if self.language == "en" else words.indonesian

    def beside(self, words: Words) -> str:
        """In the other one."""
        return words.indonesian if self.language == "en" else words.english

    def is_hidden(self, part: Part) -> bool:
        """Whether it is out of sight now."""
        visible = {key: value for key, value in self.values.items() if key not in self.hidden}
        return part.key in self.hidden if isinstance(part, Field) else holds(part.hide, visible)

    def condition(self, condition: Condition | None) -> str | None:
        """For the script."""
        return None if condition is None else json.dumps(as_data(condition), separators=(",", ":"))

    def markdown(self, words: str, *, with_headings: bool = True) -> Markup:
        """Heading, bold and paragraphs; nothing else. What stands beside has no headings, so that the outline that a
        screen reader tells says each once.
        """
        return Markup("").join(_block(block, with_headings) for block in words.split("\n\n"))

    def text_of(self, one: Field) -> str:
        """What stands in an input."""
        return next(iter(self.typed.get(one.key, ())), "")

    def is_chosen(self, one: Field, value: str) -> bool:
        """Whether an option or a tick is set."""
        return value in self.typed.get(one.key, ())

    def options(self, one: Field) -> Iterable[Option]:
        """What there is to choose."""
        return self.settings.choices.get(one.options_from, ()) if one.options_from else one.options

    def input_type(self, one: Field) -> str:
        """The type of a plain input."""
        if one.kind == "datetime":
            return "datetime-local" if one.has_time else "date"
        return "email" if one.rules.is_email else _INPUT_TYPES[one.kind]

    def input_mode(self, one: Field) -> str | None:
        """Which keyboard a phone should show."""
        if one.kind == "number":
            return "numeric" if one.decimals == 0 else "decimal"
        return "numeric" if (one.rules.pattern or "").startswith("^[0-9]") else None

    def described_by(self, one: Field) -> str | None:
        """Ids of what explains the input."""
        parts = [f"{one.key}-error"] if one.key in self.errors else []
        parts += [f"{one.key}-hint"] if one.description else []
        return " ".join(parts) or None


def render_form(
    form: Form,
    typed: Typed,
    settings: FormSettings,
    language: Language,
    errors: Iterable[FieldError] = (),
) -> Markup:
    """The inside of a `<form>`: list of errors and fields, without buttons."""
    values = read_entry(form, typed, settings).values
    seen = list(errors)
    view = View(
        form,
        typed,
        settings,
        language,
        hidden_keys(form, values),
        values,
        {error.field: error for error in reversed(seen)},
    )
    labels = {field.key: field.label for field in form.fields()}
    html = _ENVIRONMENT.get_template("form.html").render(view=view, form=form, all_errors=seen, labels=labels)
    return Markup(html)  # noqa: S704 (the template escapes)


def _block(block: str, with_headings: bool) -> Markup:
    heading = re.match(r"(#{1,4}) +(.+)", block, re.DOTALL)
    # The page has the first heading, so a form's begin with the second.
    tag, text = (f"h{max(2, len(heading[1]))}", heading[2]) if heading else ("p", block)
    tag = tag if with_headings else "p"
    parts = [
        Markup("<strong>{}</strong>").format(part) if index % 2 else escape(part)
        for index, part in enumerate(text.split("**"))
    ]
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), Markup("").join(parts))  # noqa: S704 (a tag of ours)
