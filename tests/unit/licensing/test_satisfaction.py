"""The satisfaction index by hand (Permenpan 14/2017)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from penaemas.licensing.satisfaction import Element, Grade, evaluate, grade_of, half_up_to_two_decimals


def everyone_says(score: int) -> dict[Element, int | None]:
    return dict.fromkeys(Element, score)


@pytest.mark.parametrize(
    ("score", "ikm", "grade"),
    [(4, "100.00", Grade.VERY_GOOD), (3, "75.00", Grade.POOR), (2, "50.00", Grade.BAD), (1, "25.00", Grade.BAD)],
)
def test_full_marks_reach_a_hundred(score: int, ikm: str, grade: Grade) -> None:
    result = evaluate([everyone_says(score)])
    assert (str(result.ikm), result.grade) == (ikm, grade)


def test_a_ninth_is_exact() -> None:
    # eight elements 4, one 3: 35/9 × 25 = 97.222…
    result = evaluate([everyone_says(4) | {Element.COST: 3}])
    assert result.skm == Fraction(35, 9)
    assert result.ikm == Decimal("97.22")


def test_an_unanswered_element_is_left_out_of_its_own_mean_only() -> None:
    result = evaluate([everyone_says(4), everyone_says(2) | {Element.TIME: None}])
    assert (result.means[Element.TIME], result.means[Element.COST]) == (Fraction(4), Fraction(3))
    assert result.skm == Fraction(28, 9)


def test_no_respondents_means_no_grade() -> None:
    result = evaluate([])
    assert (result.respondents, result.ikm, result.grade) == (0, None, None)


def test_a_sheet_without_any_answer_is_no_respondent() -> None:
    assert evaluate([dict.fromkeys(Element, None)]).respondents == 0


def test_an_element_that_nobody_answered_leaves_the_survey_without_a_grade() -> None:
    result = evaluate([everyone_says(4) | {Element.COMPLAINTS: None}])
    assert (result.respondents, len(result.means), result.grade) == (1, 8, None)


def test_half_a_hundredth_goes_up_before_grading() -> None:
    assert half_up_to_two_decimals(Fraction("64.995")) == Decimal("65.00")
    assert half_up_to_two_decimals(Fraction("64.9949")) == Decimal("64.99")


@pytest.mark.parametrize(
    ("ikm", "grade"),
    [
        ("25.00", "D"),
        ("64.99", "D"),
        ("65.00", "C"),
        ("76.60", "C"),
        ("76.61", "B"),
        ("88.30", "B"),
        ("88.31", "A"),
        ("100.00", "A"),
    ],
)
def test_grades_meet_without_a_gap(ikm: str, grade: str) -> None:
    assert grade_of(Decimal(ikm)) == grade


@pytest.mark.parametrize("score", [0, 5])
def test_a_score_outside_one_to_four_is_refused(score: int) -> None:
    with pytest.raises(ValueError, match="1, 2, 3 or 4"):
        evaluate([everyone_says(score)])
