"""A service standard: what one licence type promises, asks for and costs. One file of `config/services/licences` each.

The fourteen components are those of Permenpan 15/2014. What law or the office sets by a day (limits, tariffs) is a
dated row: a new rule is a new row, and a case keeps the rows of its application's day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from penaemas.licensing.faults import Bilingual

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=600)]
CodeName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
# "S": read in the legal text or stated by a public source; "K": general knowledge, to be confirmed by the office.
Certainty = Literal["S", "K"]

APPLICANT_SUBJECT = "DATA_PEMOHON"
EVERYTHING = "UMUM"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(_Part):
    """A text in both languages."""

    id: Words
    en: Words

    @property
    def both(self) -> Bilingual:
        """As the rest of the program passes texts."""
        return Bilingual(self.id, self.en)


class Components(_Part):
    """The fourteen components: six of the delivery, eight of the manufacturing of a service."""

    requirements: Label
    procedure: Label
    time: Label
    cost: Label
    product: Label
    complaints: Label
    legal_basis: Label
    facilities: Label
    staff_competence: Label
    internal_supervision: Label
    number_of_staff: Label
    service_guarantee: Label
    safety_guarantee: Label
    performance_evaluation: Label


class _Dated(_Part):
    valid_from: date
    valid_to: date | None = None
    basis: Words
    certainty: Certainty

    def covers(self, day: date) -> bool:
        """Whether the row holds on the day; both ends belong to it."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class TimeLimit(_Dated):
    """How long the whole service may take from the complete file, in working days."""

    working_days: Annotated[int, Field(ge=1, le=120)]


class Tariff(_Dated):
    """Rupiah for one unit of the fee's factors. `is_example`: no rule of a region, every amount is shown as such."""

    unit_idr: Annotated[int, Field(ge=1, le=1_000_000_000)]
    is_example: bool


class RequiredDocument(_Part):
    """A file that is asked for. `reusable`: one that the office holds already may be used, if the holder agrees."""

    id: CodeName
    name: Label
    mandatory: bool = True
    reusable: bool = False


class Question(_Part):
    """A question of this licence type alone."""

    id: FieldName
    label: Label
    kind: Literal["text", "number", "date"]
    required: bool = True

    def why_wrong(self, answer: str) -> str | None:
        """The rule that an answer breaks, or None."""
        if self.kind == "text":
            return None if 1 <= len(answer) <= 1000 else "must be a text of at most 1000 characters"
        if self.kind == "date":
            try:
                date.fromisoformat(answer)
            except ValueError:
                return "is no date like 2026-01-31"
            return None
        number = _decimal(answer)
        return None if number is not None and 0 < number < 10**9 else "must be a number above 0"


class AgencyRequest(_Part):
    """An agency whose technical recommendation is needed, and how long it has, in back-office minutes.

    `looks_at`: documents and questions that the recommendation is based on. It stands as long as these are unchanged.
    """

    agency: CodeName
    minutes: Annotated[int, Field(ge=30, le=4500)]
    looks_at: Annotated[tuple[str, ...], Field(min_length=1)]


class Fee(_Part):
    """What the applicant pays: the product of the named answers and the tariff, cut to whole rupiah."""

    factors: Annotated[tuple[FieldName, ...], Field(min_length=1)]
    payment_working_days: Annotated[int, Field(ge=1, le=60)]
    tariffs: Annotated[tuple[Tariff, ...], Field(min_length=1)]


Row = TypeVar("Row", bound=_Dated)


class ServiceStandard(_Part):
    """One licence type of the office."""

    id: FieldName
    name: Label
    number_code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
    components: Components
    limits: Annotated[tuple[TimeLimit, ...], Field(min_length=1)]
    documents: Annotated[tuple[RequiredDocument, ...], Field(min_length=1)]
    questions: tuple[Question, ...] = ()
    agencies: tuple[AgencyRequest, ...] = ()
    fee: Fee | None = None

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        names = [*(one.id for one in self.documents), *(one.id for one in self.questions)]
        _refuse_twice("documents and questions", names)
        _refuse_twice("agencies", [one.agency for one in self.agencies])
        for request in self.agencies:
            unknown = sorted(set(request.looks_at) - set(names))
            if unknown:
                raise ValueError(
                    f"agencies.{request.agency}.looks_at: {', '.join(unknown)} is not asked for; correct it"
                )
        numbers = {one.id for one in self.questions if one.kind == "number" and one.required}
        missing = sorted(set(self.fee.factors if self.fee else ()) - numbers)
        if missing:
            raise ValueError(f"fee.factors: {', '.join(missing)} is no required question of kind number; add it")
        return self

    @model_validator(mode="after")
    def _one_row_a_day(self) -> Self:
        _refuse_overlaps("limits", self.limits)
        _refuse_overlaps("fee.tariffs", self.fee.tariffs if self.fee else ())
        return self

    @property
    def subjects(self) -> frozenset[str]:
        """What an officer can ask to be mended."""
        return frozenset(
            (APPLICANT_SUBJECT, EVERYTHING, *(one.id for one in self.documents), *(one.id for one in self.questions))
        )

    def limit_on(self, day: date) -> TimeLimit | None:
        """The time limit in force on a day."""
        return _on(self.limits, day)

    def tariff_on(self, day: date) -> Tariff | None:
        """The tariff in force on a day; None without one, or without a fee."""
        return _on(self.fee.tariffs, day) if self.fee else None

    def faults_of(self, answers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Every question whose answer breaks a rule: field and rule."""
        known = {one.id: one for one in self.questions}
        faults = [(name, "is no question of this licence") for name in answers if name not in known]
        for name, question in known.items():
            answer = answers.get(name, "").strip()
            rule = question.why_wrong(answer) if answer else ("is required" if question.required else None)
            if rule:
                faults.append((name, rule))
        return tuple(faults)

    def fee_idr(self, answers: Mapping[str, str], tariff: Tariff) -> int:
        """The fee in whole rupiah.

        Raises:
            ValueError: this licence has no fee, or a factor is no number.
        """
        if self.fee is None:
            raise ValueError("this licence has no fee")
        product = Decimal(tariff.unit_idr)
        for factor in self.fee.factors:
            number = _decimal(answers.get(factor, ""))
            if number is None:
                raise ValueError(f"{factor} is no number")
            product *= number
        return int(product.to_integral_value(ROUND_DOWN))


_OFFICERS, _HEAD = "REKOM_", "KEPALA_"


def head_of_officers(role: str) -> str | None:
    """The head's post for the role of an agency's officers: `REKOM_DINKES` → `KEPALA_DINKES`; None for other roles."""
    return _HEAD + role.removeprefix(_OFFICERS) if role.startswith(_OFFICERS) else None


def officers_role(agency_id: str) -> str:
    """The role of the agency's mandated officers, as diagrams name it: `DINKES` → `REKOM_DINKES`."""
    return f"{_OFFICERS}{agency_id}"


class Agency(_Part):
    """A technical agency that gives recommendations. Its post and roles follow from its id."""

    id: CodeName
    name: Label

    @property
    def officers_role(self) -> str:
        """The role of its mandated officers at the mall."""
        return officers_role(self.id)

    @property
    def head_post(self) -> str:
        """The post of its head in the region's `posts.toml`; also the role that may act once the time is over."""
        return f"{_HEAD}{self.id}"


class Agencies(_Part):
    """Every agency that a service standard may name."""

    agencies: Annotated[tuple[Agency, ...], Field(min_length=1)]


class Catalogue:
    """All service standards of the office.

    Raises:
        ValueError: a standard names an agency that is not listed, or an id stands twice.
    """

    def __init__(self, standards: Iterable[ServiceStandard], agencies: Iterable[Agency]) -> None:
        listed, known = list(standards), list(agencies)
        _refuse_twice("licence types", [one.id for one in listed])
        _refuse_twice("number codes", [one.number_code for one in listed])
        _refuse_twice("agencies", [one.id for one in known])
        self.standards: Mapping[str, ServiceStandard] = {one.id: one for one in listed}
        self.agencies: Mapping[str, Agency] = {one.id: one for one in known}
        for standard in listed:
            unknown = [one.agency for one in standard.agencies if one.agency not in self.agencies]
            if unknown:
                raise ValueError(f"{standard.id}: {', '.join(unknown)} stands not in agencies.toml; add it there")

    def agency_of_role(self, role: str) -> Agency | None:
        """The agency whose officers, or whose head, have this role."""
        found = (one for one in self.agencies.values() if role in (one.officers_role, one.head_post))
        return next(found, None)


def _on(rows: Iterable[Row], day: date) -> Row | None:
    return next((row for row in rows if row.covers(day)), None)


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _refuse_twice(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what}: {name} stands twice; keep one")
        seen.add(name)


def _refuse_overlaps(what: str, rows: Iterable[_Dated]) -> None:
    in_order = sorted(rows, key=lambda row: row.valid_from)
    for earlier, later in zip(in_order, in_order[1:], strict=False):
        if earlier.covers(later.valid_from):
            raise ValueError(f"{what}: two hold on {later.valid_from}; end the earlier one with valid_to")
