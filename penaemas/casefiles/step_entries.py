"""What the forms of the officers' steps share, whatever the service."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator


def text(at_least: int, at_most: int) -> StringConstraints:
    """A text without outer blanks, of so many characters."""
    return StringConstraints(strip_whitespace=True, min_length=at_least, max_length=at_most)


def _ticked(given: bool) -> bool:
    if not given:
        raise ValueError("has to be ticked; do what it says first, or hand the task to a colleague")
    return given


Note = Annotated[str, text(1, 4000)]
ShortText = Annotated[str, text(1, 120)]
Tick = Annotated[bool, AfterValidator(_ticked)]


class StepEntry(BaseModel):
    """What an officer enters at a step. `result_field` routes, and nothing else does; all of it goes to the vault.

    Attributes:
        result_field: the routing fact, or None for a step that has one way on.
        reason_field: the field that holds the written reason; needed for every result but those of `no_reason_for`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    result_field: ClassVar[str | None] = None
    reason_field: ClassVar[str | None] = None
    no_reason_for: ClassVar[frozenset[str | bool]] = frozenset()

    no_conflict_of_interest: Tick

    @model_validator(mode="after")
    def _reason_is_written(self) -> Self:
        if self.reason_field and self.result not in self.no_reason_for and not getattr(self, self.reason_field):
            raise ValueError(f"{self.reason_field} is required for this result; write the reason in plain words")
        return self

    @property
    def result(self) -> str | bool | None:
        """The value of the routing fact."""
        return getattr(self, self.result_field) if self.result_field else None

    def routing_facts(self) -> dict[str, str | bool]:
        """What the process learns."""
        return {self.result_field: getattr(self, self.result_field)} if self.result_field else {}

    def to_vault(self) -> dict[str, str]:
        """Every field that was filled in, as text, by name."""
        return {name: _as_text(value) for name, value in self.model_dump().items() if value not in (None, ())}


def _as_text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
