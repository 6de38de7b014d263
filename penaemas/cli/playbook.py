"""The script of an example: what officers enter, what the applicant does, and how much time passes between.

The list `play` of the file. Each act is one of:
    {"element_id": "Task_…", "officer": "…", "entry": {…}, "if_needed": true}   an officer completes a task
    {"let_pass": {"office_minutes": 90}} or {"let_pass": {"working_days": 6}}     time passes (with --twin only)
    {"correction": {"fields": {…}, "documents": {…}, "explanations": {…}}}       the applicant answers a request
    {"withdrawal": "why"}                                                         the applicant takes it back
Officers' acts up to the next act of another kind are done as their tasks open, in whatever order they open.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.casefiles.pbg.step_forms import STEP_FORMS
from penaemas.licensing.instants import WIB

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class _Act(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OfficersAct(_Act):
    """An officer completes a task. Not needed acts may stay undone."""

    element_id: Text
    officer: Text
    entry: dict[str, Any]
    if_needed: bool = False


class Span(_Act):
    """How much time: minutes of the counters, or up to the closing of a later working day."""

    office_minutes: Annotated[int, Field(ge=1, le=10_000)] | None = None
    working_days: Annotated[int, Field(ge=1, le=60)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.office_minutes is None) == (self.working_days is None):
            raise ValueError("needs office_minutes or working_days; write one of them")
        return self


class TimePasses(_Act):
    """Nobody does anything for a while."""

    let_pass: Span


class Answers(_Act):
    """What the applicant mended: fields, files by kind, and why nothing is to be mended by subject."""

    fields: dict[str, Any] = {}
    documents: dict[str, str] = {}
    explanations: dict[str, Text] = {}


class Correction(_Act):
    """The applicant answers the open request."""

    correction: Answers


class Withdrawal(_Act):
    """The applicant takes the application back."""

    withdrawal: Text


Act = OfficersAct | TimePasses | Correction | Withdrawal
_KINDS: dict[str, type[OfficersAct] | type[TimePasses] | type[Correction] | type[Withdrawal]] = {
    "element_id": OfficersAct,
    "let_pass": TimePasses,
    "correction": Correction,
    "withdrawal": Withdrawal,
}


def read_playbook(content: Any, *, now: datetime) -> tuple[Act, ...]:
    """The acts of a file, each checked as its form will check it. Args: now: the present, for dates written `{date}`.

    Raises:
        EntryFaulty: names every act's field, its rule and the fix.
    """
    acts = content.get("play") if isinstance(content, dict) else None
    if not isinstance(acts, list) or not acts:
        raise EntryFaulty(Fault("play", "is required", "list what officers do; see examples/pbg_mbr_issued.json"))
    faults: list[Fault] = []
    read: list[Act] = []
    for number, act in enumerate(acts):
        try:
            read.append(_read(act, now))
        except EntryFaulty as faulty:
            faults += [Fault(f"play.{number}.{fault.field}", fault.rule, fault.fix) for fault in faulty.faults]
    if faults:
        raise EntryFaulty(*faults)
    return tuple(read)


def filled_in(entry: dict[str, Any], *, now: datetime, number: int) -> dict[str, Any]:
    """An entry with `{today}`, `{date}` and `{n}` in its texts replaced: SIMBG gives every number once."""
    local = now.astimezone(WIB)
    words = {"{today}": f"{local:%d%m%Y}", "{date}": f"{local:%Y-%m-%d}", "{n}": str(100_000 + number % 900_000)}

    def replaced(value: Any) -> Any:
        if isinstance(value, str):
            for word, text in words.items():
                value = value.replace(word, text)
        return value

    return {name: replaced(value) for name, value in entry.items()}


def _read(act: Any, now: datetime) -> Act:
    kinds = [kind for name, kind in _KINDS.items() if isinstance(act, dict) and name in act]
    if len(kinds) != 1:
        known = ", ".join(_KINDS)
        raise EntryFaulty(Fault("(all of it)", "is no act of a script", f"give it exactly one of {known}"))
    read = checked(kinds[0], act)
    if isinstance(read, OfficersAct):
        form = STEP_FORMS.get(read.element_id)
        if form is None:
            raise EntryFaulty(Fault("element_id", "is no officer's task", f"choose one of {', '.join(STEP_FORMS)}"))
        try:
            checked(form, filled_in(read.entry, now=now, number=1))
        except EntryFaulty as faulty:
            raise EntryFaulty(*(Fault(f"entry.{one.field}", one.rule, one.fix) for one in faulty.faults)) from None
    return read
