"""The retribution by hand: every expected amount is worked out from the formula on paper."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penaemas.licensing.retribution import (
    Building,
    Computation,
    Function,
    HeightNotInTable,
    Works,
    apply_exemption,
    compute_retribution,
)

HOUSE = Building(floor_area_m2=Decimal(36), storeys=1)


def computed(building: Building, percent: str = "0.4", price: int = 7_035_000) -> Computation:
    return compute_retribution(building, locality_index_percent=Decimal(percent), highest_unit_price_idr_per_m2=price)


def test_36_m2_with_the_example_tariff_is_rp_182_347() -> None:
    result = computed(HOUSE)
    assert result.unit_price_idr_per_m2 == Decimal(28_140)
    assert result.integrated_index == Decimal("0.18")
    assert result.amount_idr == 182_347  # 182,347.2 rounded down


@pytest.mark.parametrize(
    ("change", "integrated", "amount"),
    [
        # 0.15 × (0.3 + 0.4 + 0.5 × 1.09) = 0.18675, cut to 0.1867; 36 × 28,140 × 0.1867 = 189,134.568
        pytest.param({"storeys": 2}, "0.1867", 189_134, id="two storeys cut the index"),
        # 0.15 × (0.3 + 0.2 + 0.5) = 0.15; 36 × 28,140 × 0.15
        pytest.param({"is_permanent": False}, "0.15", 151_956, id="not permanent"),
        # 0.15 × (0.6 + 0.4 + 0.5) = 0.225; 36 × 28,140 × 0.225
        pytest.param({"is_simple": False}, "0.225", 227_934, id="not simple"),
        # 0.15 below 100 m²: 99.99 × 28,140 × 0.18 = 506,469.348
        pytest.param({"floor_area_m2": Decimal("99.99")}, "0.18", 506_469, id="just below 100 m2"),
        # 0.17 × 1.2 = 0.204; 100 × 28,140 × 0.204
        pytest.param({"floor_area_m2": Decimal(100)}, "0.204", 574_056, id="100 m2 is no simple dwelling"),
        # 0.7 × 1.2 = 0.84; 36 × 28,140 × 0.84 = 850,953.6
        pytest.param({"function": Function.BUSINESS}, "0.84", 850_953, id="business"),
        pytest.param({"function": Function.WORSHIP}, "0", 0, id="worship is free"),
        pytest.param({"owned_by_state": True}, "0", 0, id="the state pays nothing"),
        # 182,347.2 × 0.225 = 41,028.12
        pytest.param({"works": Works.REHABILITATION_MEDIUM}, "0.18", 41_028, id="medium rehabilitation"),
        # 0.15 × (0.7 + 0.5985) = 0.194775, cut to 0.1947; 36 × 28,140 × 0.1947 = 197,238.888
        pytest.param({"storeys": 6}, "0.1947", 197_238, id="six storeys"),
    ],
)
def test_each_index_counts(change: dict[str, object], integrated: str, amount: int) -> None:
    result = computed(replace(HOUSE, **change))  # type: ignore[arg-type]
    assert (result.integrated_index, result.amount_idr) == (Decimal(integrated), amount)


def test_an_exempt_house_is_charged_nothing_and_the_amount_is_kept() -> None:
    assessed = apply_exemption(computed(HOUSE), "SKB 3 Menteri 25 November 2024")
    assert (assessed.charged_idr, assessed.waived_idr) == (0, 182_347)


def test_without_a_basis_nothing_is_waived() -> None:
    assessed = apply_exemption(computed(HOUSE), None)
    assert (assessed.charged_idr, assessed.waived_idr) == (182_347, 0)


def test_seven_storeys_are_not_guessed() -> None:
    with pytest.raises(HeightNotInTable, match="1 to 6"):
        computed(replace(HOUSE, storeys=7))


@pytest.mark.parametrize(
    ("percent", "price", "area"), [("0.51", 1, "36"), ("0", 1, "36"), ("0.4", 0, "36"), ("0.4", 1, "0")]
)
def test_values_outside_their_range_are_refused(percent: str, price: int, area: str) -> None:
    with pytest.raises(ValueError, match="above 0"):
        computed(replace(HOUSE, floor_area_m2=Decimal(area)), percent, price)


@given(st.decimals(Decimal("0.01"), Decimal("99.99"), places=2), st.integers(1, 10**9))
def test_the_amount_is_the_exact_product_rounded_down(area: Decimal, price: int) -> None:
    result = computed(replace(HOUSE, floor_area_m2=area), price=price)
    # area × 0.4 % × price × 0.18 in whole numbers: hundredths of m², thousandths of percent, hundredths of the index.
    assert result.amount_idr == int(area * 100) * price * 4 * 18 // (100 * 1000 * 100)
