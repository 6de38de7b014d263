"""Positions that have come and positions that are missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penaemas.history.intake.coverage import Coverage, Span, without


def after(*positions: int) -> Coverage:
    coverage = Coverage.starting_at(positions[0])
    for position in positions[1:]:
        coverage.add(position)
    return coverage


def test_positions_in_order_leave_no_gap() -> None:
    coverage = after(5, 6, 7)

    assert (coverage.first, coverage.last, coverage.missing_count) == (5, 7, 0)


def test_what_was_before_the_first_record_is_not_missing() -> None:
    assert after(100).missing_count == 0


def test_a_jump_leaves_a_gap() -> None:
    coverage = after(1, 5)

    assert coverage.missing == [Span(2, 4)]
    assert coverage.open_gaps == {Span(2, 4)}
    assert [coverage.covers(position) for position in range(7)] == [False, True, False, False, False, True, False]


def test_a_gap_is_closed_only_when_all_of_it_has_come() -> None:
    coverage = after(1, 5, 3)
    assert coverage.missing == [Span(2, 2), Span(4, 4)]
    assert coverage.take_closed() == set()

    coverage.add(2)
    coverage.add(4)
    assert coverage.take_closed() == {Span(2, 4)}
    assert coverage.open_gaps == set()


def test_an_earlier_beginning_extends_backwards() -> None:
    coverage = after(10, 7)

    assert (coverage.first, coverage.missing) == (7, [Span(8, 9)])


def test_a_covered_position_cannot_come_again() -> None:
    with pytest.raises(ValueError, match="covered already"):
        after(1, 2, 3).add(2)


@given(st.permutations(range(1, 12)), st.integers(1, 11))
def test_in_any_order_exactly_what_has_come_is_covered(order: list[int], number: int) -> None:
    came = order[:number]
    coverage = after(*came)

    assert {position for position in range(0, 13) if coverage.covers(position)} == set(came)
    assert coverage.missing_count == max(came) - min(came) + 1 - number


def test_a_gap_is_found_again_from_what_is_stored_of_it() -> None:
    assert without(Span(10, 20), [12, 13, 20, 10]) == [Span(11, 11), Span(14, 19)]
    assert without(Span(10, 20), []) == [Span(10, 20)]
    assert without(Span(1, 1), [1]) == []
