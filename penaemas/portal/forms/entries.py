"""A submitted HTML form → typed values, with what is wrong beside each field. Drafts keep what was typed, as it was.

What a condition hides counts as not entered, whoever sent it, as in form-js.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from penaemas.portal.forms import sentences
from penaemas.portal.forms.conditions import holds
from penaemas.portal.forms.schema import Field, Form, Option
from penaemas.portal.forms.sentences import FieldError, Words

Typed = Mapping[str, tuple[str, ...]]
"""What was typed, by key: nothing, one text, or the chosen ones of a checklist. A draft is this, as JSON."""

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_GROUPED: Final = re.compile(r"-?\d{1,3}(?:\.\d{3})+")
_MANY: Final = frozenset({"checklist"})
_TICKED: Final = "true"


@dataclass(frozen=True, slots=True)
class Entry:
    """A form as it was sent.

    Attributes:
        values: typed, by key; only what was filled in and is not hidden. Ticks are there always, true or false.
        errors: in the order of the form.
        typed: what to show again, or to keep as a draft.
    """

    values: Mapping[str, Any]
    errors: tuple[FieldError, ...]
    typed: Typed

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong with it, as far as the form itself can say."""
        return not self.errors


@dataclass(frozen=True, slots=True)
class FormSettings:
    """What a form needs from the page around it.

    Attributes:
        time_zone: of the dates and hours that are typed.
        choices: options of the fields that take them from the page, by the name in their schema.
    """

    time_zone: tzinfo
    choices: Mapping[str, Sequence[Option]] = field(default_factory=dict)


def typed_of(form: Form, pairs: Iterable[tuple[str, str]]) -> Typed:
    """What was typed into this form's fields, of everything that a browser has sent."""
    kinds = {field.key: field.kind for field in form.fields() if field.kind != "filepicker"}
    found: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        if key not in kinds:
            continue
        text = value.replace("\r\n", "\n")
        found[key] = (*found.get(key, ()), text) if kinds[key] in _MANY else (text,)
    return found


def read_entry(form: Form, typed: Typed, settings: FormSettings) -> Entry:
    """Check everything and say all that is wrong at once."""
    values: dict[str, Any] = {}
    errors: dict[str, FieldError] = {}
    for one in form.fields():
        value, wrong = _value(one, typed.get(one.key, ()), settings)
        if wrong is not None:
            errors[one.key] = FieldError(one.key, *wrong)
        elif value is not None:
            values[one.key] = value
    hidden = hidden_keys(form, values)
    for one in form.fields():
        if one.key in hidden:
            values.pop(one.key, None)
            errors.pop(one.key, None)
        elif one.key not in errors and (wrong := _broken_rule(one, values.get(one.key), settings)) is not None:
            errors[one.key] = FieldError(one.key, *wrong)
    in_order = tuple(errors[one.key] for one in form.fields() if one.key in errors)
    return Entry(values, in_order, typed)


def hidden_keys(form: Form, values: Mapping[str, Any]) -> frozenset[str]:
    """Fields that their own or a group's condition hides. What is hidden is null to the other conditions."""
    hidden: frozenset[str] = frozenset()
    for _ in range(len(form.fields()) + 1):  # each round can hide what reads a field hidden in the one before
        seen = {key: value for key, value in values.items() if key not in hidden}
        now = frozenset(
            one.key
            for one, around in form.fields_with_groups()
            if holds(one.hide, seen) or any(holds(condition, seen) for condition in around)
        )
        if now == hidden:
            break
        hidden = now
    return hidden


def typed_from_values(form: Form, values: Mapping[str, Any], settings: FormSettings) -> Typed:
    """Typed values back into what a person would have typed, to begin a form with what is known."""
    return {
        one.key: _texts(values[one.key], settings)
        for one in form.fields()
        if one.kind != "filepicker" and values.get(one.key) is not None
    }


def _texts(value: Any, settings: FormSettings) -> tuple[str, ...]:
    match value:
        case bool():
            return (_TICKED,) if value else ()
        case list() | tuple():
            return tuple(str(part) for part in value)
        case Decimal():
            return (str(value).replace(".", ","),)
        case datetime():
            return (value.astimezone(settings.time_zone).strftime("%Y-%m-%dT%H:%M"),)
    return (str(value),)


Wrong = tuple[Words, Words] | None


def _value(one: Field, texts: tuple[str, ...], settings: FormSettings) -> tuple[Any, Wrong]:
    """The typed value, or what is wrong with its form; None for an empty one."""
    if one.kind == "checkbox":
        return _TICKED in texts, None
    if one.kind == "checklist":
        return (list(dict.fromkeys(texts)), None) if texts else (None, None)
    text = texts[0].strip() if texts else ""
    if not text:
        return None, None
    match one.kind:
        case "number":
            return _number(text, one.decimals)
        case "datetime":
            return _moment(text, one.has_time, settings)
    return text, None


def _number(text: str, decimals: int | None) -> tuple[Any, Wrong]:
    plain = text.replace(" ", "").replace("\u00a0", "")
    if _GROUPED.fullmatch(plain) and decimals == 0 or ("," in plain and "." in plain):
        plain = plain.replace(".", "")  # 1.250.000 and 1.250,5 as Indonesians write them
    try:
        number = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None, sentences.NO_NUMBER
    if not number.is_finite() or "e" in plain.lower():
        return None, sentences.NO_NUMBER
    exponent = number.as_tuple().exponent
    if decimals is not None and isinstance(exponent, int) and -exponent > decimals:
        return None, sentences.too_many_decimals(decimals)
    return (int(number) if decimals == 0 else number), None


def _moment(text: str, has_time: bool, settings: FormSettings) -> tuple[Any, Wrong]:
    try:
        if not has_time:
            return date.fromisoformat(text), None
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, sentences.NO_DATE
    return (moment if moment.tzinfo else moment.replace(tzinfo=settings.time_zone)), None


def _broken_rule(one: Field, value: Any, settings: FormSettings) -> Wrong:
    if one.kind == "checkbox":
        return sentences.TICK_REQUIRED if one.rules.required and value is not True else None
    if value is None:
        return _missing(one) if one.rules.required and one.kind != "filepicker" else None
    match one.kind:
        case "number":
            return _broken_limit(one, Decimal(value))
        case "radio" | "select":
            return None if value in _offered(one, settings) else sentences.NO_CHOICE
        case "checklist":
            return None if set(value) <= _offered(one, settings) else sentences.NO_CHOICE
        case "textfield" | "textarea":
            return _broken_text_rule(one, value)
    return None


def _missing(one: Field) -> Wrong:
    return sentences.CHOICE_REQUIRED if one.kind in ("radio", "select", "checklist") else sentences.REQUIRED


def _broken_limit(one: Field, value: Decimal) -> Wrong:
    if one.rules.minimum is not None and value < one.rules.minimum:
        return sentences.too_small(_shown(one.rules.minimum))
    if one.rules.maximum is not None and value > one.rules.maximum:
        return sentences.too_big(_shown(one.rules.maximum))
    return None


def _broken_text_rule(one: Field, text: str) -> Wrong:
    rules = one.rules
    if rules.min_length is not None and len(text) < rules.min_length:
        return sentences.too_short(rules.min_length)
    if rules.max_length is not None and len(text) > rules.max_length:
        return sentences.too_long(rules.max_length)
    if rules.pattern is not None and re.search(rules.pattern, text, re.ASCII) is None:
        return sentences.PATTERNS[rules.pattern]
    if rules.is_email and _EMAIL.fullmatch(text) is None:
        return sentences.NO_EMAIL
    return None


def _offered(one: Field, settings: FormSettings) -> set[str]:
    options = settings.choices.get(one.options_from, ()) if one.options_from else one.options
    return {option.value for option in options}


def _shown(limit: Decimal) -> str:
    return f"{limit.normalize():f}".replace(".", ",")
