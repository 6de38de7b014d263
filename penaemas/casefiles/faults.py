"""What is wrong in something that a person entered: which field, which rule, how to mend it. Never the value itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Entry = TypeVar("Entry", bound=BaseModel)

# pydantic's error type → rule and fix. Our own validators raise ValueError("rule; fix").
_SENTENCES = {
    "missing": ("is required", "add it"),
    "extra_forbidden": ("is not known here", "remove it or correct its spelling"),
    "string_type": ("must be a text", "put it in quotation marks"),
    "string_too_short": ("is too short", "write at least {min_length} characters"),
    "string_too_long": ("is too long", "write at most {max_length} characters"),
    "string_pattern_mismatch": ("has the wrong form", "write it as {pattern}"),
    "literal_error": ("is none of the choices", "choose {expected}"),
    "greater_than": ("must be more than {gt}", "enter what the document says"),
    "greater_than_equal": ("must be at least {ge}", "enter what the document says"),
    "less_than_equal": ("must be at most {le}", "enter what the document says"),
    "decimal_max_places": ("has too many decimals", "write at most {decimal_places} decimals"),
    "decimal_parsing": ("must be a number", "write digits and a decimal point"),
    "decimal_type": ("must be a number", "write digits and a decimal point"),
    "float_parsing": ("must be a number", "write digits and a decimal point"),
    "float_type": ("must be a number", "write digits and a decimal point"),
    "int_parsing": ("must be a whole number", "write digits only"),
    "int_type": ("must be a whole number", "write digits only"),
    "int_from_float": ("must be a whole number", "write it without decimals"),
    "bool_parsing": ("must be true or false", "write true or false"),
    "bool_type": ("must be true or false", "write true or false"),
    "date_parsing": ("is no date", "write it like 2026-01-31"),
    "date_from_datetime_parsing": ("is no date", "write it like 2026-01-31"),
    "datetime_parsing": ("is no instant", "write it like 2026-01-31T08:00:00+07:00"),
    "datetime_from_date_parsing": ("is no instant", "write it like 2026-01-31T08:00:00+07:00"),
    "model_type": ("must be a group of fields", "write it as {{ … }}"),
    "dict_type": ("must be a group of fields", "write it as {{ … }}"),
    "list_type": ("must be a list", "write it as [ … ]"),
    "string_unicode": ("holds a character that is none", "type the text again"),
    "finite_number": ("must be a number", "write digits and a decimal point"),
    "int_parsing_size": ("is too large", "write at most 15 digits"),
    "decimal_max_digits": ("has too many digits", "write at most {max_digits} digits"),
    "decimal_whole_digits": ("has too many digits", "write at most {whole_digits} before the decimal point"),
    "date_type": ("is no date", "write it like 2026-01-31"),
    "date_from_datetime_inexact": ("is no date", "write it like 2026-01-31"),
    "datetime_type": ("is no instant", "write it like 2026-01-31T08:00:00+07:00"),
    "datetime_object_invalid": ("is no instant", "write it like 2026-01-31T08:00:00+07:00"),
    "timezone_aware": ("has no time zone", "write it like 2026-01-31T08:00:00+07:00"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong."""

    field: str
    rule: str
    fix: str

    def __str__(self) -> str:
        return f"{self.field}: {self.rule}. Fix: {self.fix}."


class EntryFaulty(Exception):
    """Something entered breaks rules; nothing was stored. `faults` lists all of them."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = faults


def checked(model: type[Entry], content: object) -> Entry:
    """The content as a checked entry.

    Raises:
        EntryFaulty: it breaks rules of the model.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise EntryFaulty(*_faults(error)) from None  # its text would show the values


def _faults(error: ValidationError) -> list[Fault]:
    found = []
    for detail in error.errors(include_url=False, include_input=False):
        field = ".".join(str(step) for step in detail["loc"]) or "(all of it)"
        rule, separator, fix = detail["msg"].removeprefix("Value error, ").partition("; ")
        if not separator:
            rule, fix = _SENTENCES.get(detail["type"], ("is wrong", "correct it"))
            limits = detail.get("ctx", {})
            rule, fix = rule.format(**limits), fix.format(**limits)
        found.append(Fault(field, rule, fix))
    return found
