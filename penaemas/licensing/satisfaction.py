"""The satisfaction index (SKM, IKM) of a survey of nine elements, exact.

Each element's mean is over those who answered it. SKM is the sum of the nine means times exactly 1/9; IKM is SKM × 25.
IKM is rounded half up to two decimals before it is graded, so that nothing falls between two grades.

Source: Permenpan 14/2017; 1/9 instead of the rounded 0.11, which would cap the index at 99.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Element(StrEnum):
    """The nine elements."""

    REQUIREMENTS = "U1"
    PROCEDURE = "U2"
    TIME = "U3"
    COST = "U4"
    PRODUCT = "U5"
    COMPETENCE = "U6"
    BEHAVIOUR = "U7"
    COMPLAINTS = "U8"
    FACILITIES = "U9"


class Grade(StrEnum):
    """The grade of a service unit."""

    VERY_GOOD = "A"
    GOOD = "B"
    POOR = "C"
    BAD = "D"


MEANINGS = {
    Grade.VERY_GOOD: "Sangat Baik",
    Grade.GOOD: "Baik",
    Grade.POOR: "Kurang Baik",
    Grade.BAD: "Tidak Baik",
}
_LOWEST = (
    (Decimal("88.31"), Grade.VERY_GOOD),
    (Decimal("76.61"), Grade.GOOD),
    (Decimal("65.00"), Grade.POOR),
    (Decimal("25.00"), Grade.BAD),
)
_SCORES = frozenset({1, 2, 3, 4})

Answers = Mapping[Element, int | None]  # one respondent: score 1 to 4, None or absent where not answered


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The result of one survey.

    `means` holds every element that somebody answered, 1 to 4. `skm`, `ikm` and `grade` are None while nobody answered
    some element: an index of fewer than nine elements is none. `ikm` has two decimals.
    """

    respondents: int
    means: Mapping[Element, Fraction]
    skm: Fraction | None
    ikm: Decimal | None
    grade: Grade | None


def evaluate(responses: Iterable[Answers]) -> Satisfaction:
    """The index of all responses; one without any answer is no respondent.

    Raises:
        ValueError: a score outside 1 to 4.
    """
    sums = dict.fromkeys(Element, 0)
    counts = dict.fromkeys(Element, 0)
    respondents = 0
    for response in responses:
        answered = {element: score for element, score in response.items() if score is not None}
        if not _SCORES.issuperset(answered.values()):
            raise ValueError("a score is 1, 2, 3 or 4")
        respondents += bool(answered)
        for element, score in answered.items():
            sums[element] += score
            counts[element] += 1
    means = {element: Fraction(sums[element], counts[element]) for element in Element if counts[element]}
    if len(means) < len(Element):
        return Satisfaction(respondents, means, None, None, None)
    skm = sum(means.values(), Fraction(0)) / len(Element)
    ikm = half_up_to_two_decimals(skm * 25)
    return Satisfaction(respondents, means, skm, ikm, grade_of(ikm))


def half_up_to_two_decimals(value: Fraction) -> Decimal:
    """A value of at least 0, rounded; half a hundredth goes up."""
    return Decimal(int(value * 100 + Fraction(1, 2))).scaleb(-2)


def grade_of(ikm: Decimal) -> Grade:
    """The grade of an index that is rounded to two decimals already.

    Raises:
        ValueError: an index outside 25.00 to 100.00.
    """
    if not Decimal(25) <= ikm <= Decimal(100):
        raise ValueError("an index lies between 25 and 100")
    return next(grade for lowest, grade in _LOWEST if ikm >= lowest)
