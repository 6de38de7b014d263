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
            fix = fix.format(**detail.get("ctx", {}))
        found.append(Fault(field, rule, fix))
    return found
