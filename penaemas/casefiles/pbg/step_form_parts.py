"""What the forms share that can ask the applicant for corrections."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from penaemas.casefiles.pbg.correction_subjects import Subject
from penaemas.casefiles.step_entries import Note, StepEntry


class AskingEntry(StepEntry):
    """A step that can ask the applicant for corrections.

    Attributes:
        whole_step: the subject of a request when none is chosen.
        correction_subjects: what exactly is to be mended.
        new_item_reason: why something is named only in a later round; auditors read it.
    """

    whole_step: ClassVar[Subject] = "UMUM"

    correction_subjects: Annotated[tuple[Subject, ...], Field(max_length=28)] = ()
    new_item_reason: Note | None = None

    @model_validator(mode="after")
    def _nothing_is_asked_for_without_a_correction(self) -> Self:
        if self.correction_subjects and not self.asks_for_correction:
            raise ValueError("correction_subjects are named although nothing is to be mended; choose the other result")
        return self

    @property
    def asks_for_correction(self) -> bool:
        """Whether the chosen result sends the case back to the applicant."""
        return self.result == "correction_needed"

    def requests(self) -> dict[str, str]:
        """What the applicant is asked to mend: subject → request."""
        request = getattr(self, self.reason_field) if self.reason_field else None
        if not self.asks_for_correction or not request:
            return {}
        return dict.fromkeys(self.correction_subjects or (self.whole_step,), request)
