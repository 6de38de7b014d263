"""Income ceilings, typed in from Permen PKP 5/2025."""

from datetime import date

import pytest

from penaemas.licensing.income import Household, NoIncomeTable, is_within_ceiling
from penaemas.licensing.legal_values import HouseholdStatus

UNMARRIED, MARRIED, TAPERA = HouseholdStatus.UNMARRIED, HouseholdStatus.MARRIED, HouseholdStatus.TAPERA
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("zone", "status", "ceiling"),
    [
        (1, UNMARRIED, 8_500_000),
        (1, MARRIED, 10_000_000),
        (1, TAPERA, 10_000_000),
        (2, UNMARRIED, 9_000_000),
        (2, MARRIED, 11_000_000),
        (2, TAPERA, 11_000_000),
        (3, UNMARRIED, 10_500_000),
        (3, MARRIED, 12_000_000),
        (3, TAPERA, 12_000_000),
        (4, UNMARRIED, 12_000_000),
        (4, MARRIED, 14_000_000),
        (4, TAPERA, 14_000_000),
    ],
)
def test_the_ceiling_is_inclusive_to_the_rupiah(zone: int, status: HouseholdStatus, ceiling: int) -> None:
    assert is_within_ceiling(Household(status, ceiling), zone, DAY)
    assert not is_within_ceiling(Household(status, ceiling + 1), zone, DAY)


def test_a_married_household_counts_both_incomes() -> None:
    assert is_within_ceiling(Household(MARRIED, 6_000_000, 4_000_000), 1, DAY)
    assert not is_within_ceiling(Household(MARRIED, 6_000_000, 4_000_001), 1, DAY)


def test_an_unmarried_applicant_counts_only_what_is_earned_alone() -> None:
    assert is_within_ceiling(Household(UNMARRIED, 8_500_000, 5_000_000), 1, DAY)


def test_a_tapera_member_is_one_person() -> None:
    assert is_within_ceiling(Household(TAPERA, 10_000_000, 5_000_000), 1, DAY)


def test_the_table_holds_from_its_first_day() -> None:
    assert is_within_ceiling(Household(UNMARRIED, 8_500_000), 1, date(2025, 4, 22))


def test_a_day_without_a_table_is_refused_with_that_reason() -> None:
    with pytest.raises(NoIncomeTable, match="zone 1 on 2025-04-21"):
        is_within_ceiling(Household(UNMARRIED, 1), 1, date(2025, 4, 21))


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(NoIncomeTable):
        is_within_ceiling(Household(UNMARRIED, 1), 5, DAY)


def test_an_income_is_not_printed() -> None:
    assert "7654321" not in repr(Household(MARRIED, 7_654_321, 7_654_321))


def test_a_negative_income_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        Household(MARRIED, 1, -1)
