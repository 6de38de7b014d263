"""What a region says about its opening hours, checked.

The values come from the region's calendar file; `office_calendar.OfficeCalendar` computes with them.
"""

from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from penaemas.licensing.ramadan import RAMADAN_PERIODS

CalendarKind = Literal["counter", "back_office"]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenHours(_Rule):
    """One stretch of opening on one day, WIB; `closes` is the first instant at which the office is shut."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _whole_and_forward(self) -> Self:
        if self.opens.tzinfo or self.closes.tzinfo:
            raise ValueError("hours carry no time zone: they are WIB; write 08:00")
        if self.opens.microsecond or self.closes.microsecond:
            raise ValueError("hours are whole seconds; write 08:00 or 08:00:00")
        if self.closes <= self.opens:
            raise ValueError("an opening ends after it begins, on the same day; swap opens and closes")
        return self


def _hours_from_text(value: object) -> object:
    """`"08:00-12:00"` is how a region writes a stretch; anything else goes to pydantic as it is."""
    if isinstance(value, str):
        opens, dash, closes = value.replace(".", ":").partition("-")
        if not dash:
            raise ValueError("hours are written from-to; write 08:00-12:00")
        return {"opens": opens.strip(), "closes": closes.strip()}
    return value


def _in_order(hours: tuple[OpenHours, ...]) -> tuple[OpenHours, ...]:
    for earlier, later in zip(hours, hours[1:], strict=False):
        if later.opens < earlier.closes:
            raise ValueError("the stretches of a day follow each other without overlap; sort them and separate them")
    return hours


DayHours = Annotated[
    tuple[Annotated[OpenHours, BeforeValidator(_hours_from_text)], ...],
    AfterValidator(_in_order),
]


class WeekHours(_Rule):
    """The hours of one week; a day that is not named is closed."""

    monday: DayHours = ()
    tuesday: DayHours = ()
    wednesday: DayHours = ()
    thursday: DayHours = ()
    friday: DayHours = ()
    saturday: DayHours = ()
    sunday: DayHours = ()

    def by_weekday(self) -> tuple[DayHours, ...]:
        """Seven entries, Monday first, as `date.weekday()` counts."""
        return (
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        )


class SeasonHours(_Rule):
    """The hours of one calendar in the normal season and in Ramadan, with where they come from."""

    normal: WeekHours
    ramadan: WeekHours
    basis: Annotated[str, Field(min_length=3)]

    @model_validator(mode="after")
    def _opens_some_time(self) -> Self:
        if not any(self.normal.by_weekday()):
            raise ValueError("an office opens at least once a week in the normal season; name the hours of a day")
        return self


class Ramadan(_Rule):
    """Ramadan as the region applies it, both days included."""

    first_day: date
    last_day: date
    approximate: bool = False

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("Ramadan ends after it begins; swap first_day and last_day")
        return self


class LocalOverride(_Rule):
    """A local decision that goes before every other rule: closed, open on a day off, or other hours.

    `hours` are the hours of each day from `first_day` to `last_day`, both included; empty hours mean closed.
    Days that would be closed stay closed unless `opens_days_off` says that the office opens on them.
    Of two overrides on one day the later in the file holds, so that a new decision is added and no old one is changed.
    """

    first_day: date
    last_day: date
    hours: DayHours
    applies_to: tuple[CalendarKind, ...] = ("counter", "back_office")
    opens_days_off: bool = False
    reason: Annotated[str, Field(min_length=3)]
    basis: Annotated[str, Field(min_length=3)]

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("an override ends after it begins; swap first_day and last_day")
        return self


def _national_ramadan() -> tuple[Ramadan, ...]:
    return tuple(
        Ramadan(first_day=period.first_day, last_day=period.last_day, approximate=period.approximate)
        for period in RAMADAN_PERIODS
    )


class CalendarRules(_Rule):
    """Everything that decides when a region's office is open.

    `ramadan` defaults to the national table. National holidays and joint leave are not written here: they come from
    `holidays`.
    """

    time_zone: Literal["WIB"] = "WIB"
    counter: SeasonHours
    back_office: SeasonHours
    ramadan: tuple[Ramadan, ...] = Field(default_factory=_national_ramadan)
    overrides: tuple[LocalOverride, ...] = ()

    def hours_of(self, kind: CalendarKind) -> SeasonHours:
        """The weekly hours of the counters or of the back office."""
        return self.counter if kind == "counter" else self.back_office
