"""What people enter for a public information request: the applicant's request and the officer's answer."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from penaemas.licensing.region import RegencyCode

_E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"(\+62|0)8\d{7,12}")

FinalDecision = Literal["given", "partly_given", "refused"]
AnswerDecision = FinalDecision | Literal["extended"]


def _reachable(contact: str) -> str:
    if not (_E_MAIL.fullmatch(contact) or _PHONE.fullmatch(contact)):
        raise ValueError("is neither an e-mail address nor a mobile number; write name@example.id or 0812…")
    return contact


def _text(at_least: int, at_most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=at_least, max_length=at_most)


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class RequestEntry(_Entry):
    """What the applicant hands in. Everything but the region is personal."""

    region_code: RegencyCode
    requester_name: Annotated[str, _text(3, 120)]
    requester_contact: Annotated[str, _text(6, 120), AfterValidator(_reachable)]
    information_requested: Annotated[str, _text(10, 4000)]
    purpose: Annotated[str, _text(3, 1000)]  # UU 14/2008 Pasal 4 ayat (3): a request states its reason [K]

    def personal_values(self) -> dict[str, str]:
        """What goes into the vault, by field."""
        return self.model_dump(exclude={"region_code"})


class AnswerEntry(_Entry):
    """What the officer enters at Task_AnswerRequest. Only the decision routes; the texts stay in the case file."""

    answer_decision: AnswerDecision
    answer_text: Annotated[str | None, _text(1, 10_000)] = None
    refusal_reason: Annotated[str | None, _text(1, 4000)] = Field(default=None)

    @model_validator(mode="after")
    def _texts_fit_the_decision(self) -> Self:
        if self.answer_decision != "extended" and not self.answer_text:
            raise ValueError("answer_text is required for this decision; write the answer to the applicant")
        if self.answer_decision in ("refused", "partly_given") and not self.refusal_reason:
            raise ValueError("refusal_reason is required for this decision; name what is exempt and the legal basis")
        return self

    def personal_values(self) -> dict[str, str]:
        """What goes into the vault, by field."""
        return {name: value for name, value in self.model_dump(exclude={"answer_decision"}).items() if value}
