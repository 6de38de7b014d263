"""What the forms of the officers' steps share."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from penaemas.casefiles.pbg.correction_subjects import Subject


def text(at_least: int, at_most: int) -> StringConstraints:
    """A text without outer blanks, of so many characters."""
    return StringConstraints(strip_whitespace=True, min_length=at_least, max_length=at_most)


def _ticked(given: bool) -> bool:
    if not given:
        raise ValueError("has to be ticked; hand the task to a colleague if there is a conflict of interest")
    return given


Note = Annotated[str, text(1, 4000)]
Reason = Annotated[str, text(5, 4000)]
ShortText = Annotated[str, text(1, 120)]
Tick = Annotated[bool, AfterValidator(_ticked)]


class StepEntry(BaseModel):
    """What an officer enters at a step. `result_field` routes, and nothing else does; all of it goes to the vault.

    Attributes:
        result_field: the routing fact, or None for a step that has one way on.
        reason_for: results that need `note` as their written reason.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    result_field: ClassVar[str | None] = None
    reason_for: ClassVar[frozenset[str]] = frozenset()

    no_conflict_of_interest: Tick
    note: Note | None = None

    @model_validator(mode="after")
    def _reason_is_written(self) -> Self:
        if self.result in self.reason_for and not self.note:
            raise ValueError("note is required for this result; write the reason that the applicant may read")
        return self

    @property
    def result(self) -> str | bool | None:
        """The value of the routing fact."""
        return getattr(self, self.result_field) if self.result_field else None

    def routing_facts(self) -> dict[str, str | bool]:
        """What the process learns."""
        return {self.result_field: getattr(self, self.result_field)} if self.result_field else {}

    def requests(self) -> dict[str, str]:
        """What the applicant is asked to mend: subject → request. None by default."""
        return {}

    def to_vault(self) -> dict[str, str]:
        """Every field that was filled in, as text, by name."""
        return {name: _as_text(value) for name, value in self.model_dump().items() if value not in (None, ())}


class AskingEntry(StepEntry):
    """A step that can ask the applicant for corrections: subjects to choose from, and one request in plain words."""

    correction_subjects: Annotated[tuple[Subject, ...], Field(max_length=22)] = ()
    correction_request: Reason | None = None
    new_item_reason: Reason | None = None

    @model_validator(mode="after")
    def _correction_is_named(self) -> Self:
        asks = self.asks_for_correction
        if asks and not (self.correction_subjects and self.correction_request):
            raise ValueError(
                "correction_subjects and correction_request are required for this result; name what to mend and how"
            )
        if not asks and self.correction_subjects:
            raise ValueError("correction_subjects are named although nothing is to be mended; choose the other result")
        return self

    @property
    def asks_for_correction(self) -> bool:
        """Whether the chosen result sends the case back to the applicant."""
        return self.result == "correction_needed"

    def requests(self) -> dict[str, str]:
        return dict.fromkeys(self.correction_subjects, self.correction_request or "")


def _as_text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
