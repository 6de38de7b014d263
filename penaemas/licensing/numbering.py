"""Registration and permit numbers: prefix, sub-district, WIB day, counter of that sub-district and day.

Pure form: the counter itself is a row that the register locks and raises. The counter has no upper end; the hundredth
registration of a day simply has three digits. Our own prefix keeps our numbers apart from SIMBG's, which are recorded
and never made.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Self

from penaemas.licensing.instants import wib_date

_SUB_DISTRICT = re.compile(r"[0-9]{6}")
_NUMBER = re.compile(
    r"(?P<prefix>[A-Z0-9]+(?:-[A-Z0-9]+)*)-(?P<code>[0-9]{6})-(?P<day>[0-9]{8})-(?P<counter>[0-9]{1,9})"
)
SIMBG_PERMIT_PREFIX = "SK-PBG"
SIMBG_REGISTRATION_PREFIX = "PBG"


class NumberInvalid(ValueError):
    """The text is no such number; the message names the rule and an example."""


@dataclass(frozen=True, slots=True)
class CounterKey:
    """Whose turn it is: one counter per sub-district (six digits) and WIB day, for each kind of number."""

    sub_district: str
    day: date

    @classmethod
    def at(cls, sub_district: str, instant: datetime) -> Self:
        """The counter that a number drawn at this instant uses; after 17.00 UTC the day is already the next."""
        return cls(sub_district, wib_date(instant))


@dataclass(frozen=True, slots=True)
class _DatedNumber:
    """`<prefix>-<sub-district>-<DDMMYYYY>-<counter>`."""

    least_digits: ClassVar[int]
    example: ClassVar[str]

    prefix: str
    sub_district: str
    day: date
    counter: int

    def __post_init__(self) -> None:
        if not _SUB_DISTRICT.fullmatch(self.sub_district):
            raise NumberInvalid("the sub-district is six digits, e.g. 321102")
        if self.counter < 1:
            raise NumberInvalid("a counter begins at 1")

    @classmethod
    def of(cls, prefix: str, key: CounterKey, counter: int) -> Self:
        """The number that a counter gives."""
        return cls(prefix, key.sub_district, key.day, counter)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads a number, blanks around it trimmed.

        Raises:
            NumberInvalid: another form, an impossible day, or a counter with too few or needless digits.
        """
        match = _NUMBER.fullmatch(text.strip())
        if not match:
            raise NumberInvalid(f"write it like {cls.example}")
        day, digits = match["day"], match["counter"]
        try:
            when = date(int(day[4:]), int(day[2:4]), int(day[:2]))
        except ValueError as impossible:
            raise NumberInvalid(f"the date is DDMMYYYY, like in {cls.example}") from impossible
        number = cls(match["prefix"], match["code"], when, int(digits))
        if digits != number.counter_digits:
            raise NumberInvalid(f"the counter has at least {cls.least_digits} digits, like in {cls.example}")
        return number

    @property
    def counter_digits(self) -> str:
        """The counter, filled with zeros to its least length and never cut."""
        return f"{self.counter:0{self.least_digits}d}"

    @property
    def is_simbg(self) -> bool:
        """Whether the prefix is one of SIMBG's."""
        return self.prefix in (SIMBG_PERMIT_PREFIX, SIMBG_REGISTRATION_PREFIX)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.sub_district}-{self.day:%d%m%Y}-{self.counter_digits}"


@dataclass(frozen=True, slots=True)
class RegistrationNumber(_DatedNumber):
    """Given at registration; at least two digits of counter."""

    least_digits: ClassVar[int] = 2
    example: ClassVar[str] = "PBG-321102-07022025-01"


@dataclass(frozen=True, slots=True)
class PermitNumber(_DatedNumber):
    """Given to the permit; at least three digits of counter. SIMBG's have the prefix SK-PBG."""

    least_digits: ClassVar[int] = 3
    example: ClassVar[str] = "SK-PBG-321102-07022025-001"
