"""The retribution of a building approval, exact.

retribution = floor area × (locality index × highest unit price) × integrated index × built index;
integrated index = function index × (0.3 × complexity + 0.2 × permanence + 0.5 × height) × owner factor.

The integrated index is cut to four decimals; only the final product is rounded, down to whole rupiah. Everything is
Decimal.

Source: structure PP 16/2021 with the calculators named in the domain facts, section 4.6; values marked below.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, localcontext
from enum import StrEnum
from types import MappingProxyType

_FOUR_DECIMALS = Decimal("0.0001")
_WHOLE = Decimal(1)
# Below this floor area a dwelling is "simple" for the function index; the 72/90 m² of prototype designs are another
# matter.
SIMPLE_DWELLING_BELOW_M2 = Decimal(100)
WEIGHTS = MappingProxyType({"complexity": Decimal("0.3"), "permanence": Decimal("0.2"), "height": Decimal("0.5")})


class Function(StrEnum):
    """What a building is for."""

    WORSHIP = "KEAGAMAAN"
    DWELLING = "HUNIAN"
    SOCIAL = "SOSIAL_BUDAYA"
    SMALL_BUSINESS = "UMKM"
    BUSINESS = "USAHA"
    MIXED_SMALL = "CAMPURAN_KECIL"
    MIXED_LARGE = "CAMPURAN_BESAR"
    SPECIAL = "KHUSUS"


class Works(StrEnum):
    """What is done: the built index."""

    NEW = "BANGUNAN_BARU"
    REHABILITATION_MEDIUM = "REHABILITASI_SEDANG"
    REHABILITATION_HEAVY = "REHABILITASI_BERAT"
    HERITAGE_MINOR = "PELESTARIAN_PRATAMA"
    HERITAGE_MIDDLE = "PELESTARIAN_MADYA"
    HERITAGE_MAJOR = "PELESTARIAN_UTAMA"


# KHUSUS, the state's factor and every built index but 1 are general knowledge; the rest was read from published
# calculators.
FUNCTION_INDEX = MappingProxyType(
    {
        Function.WORSHIP: Decimal(0),
        Function.SOCIAL: Decimal("0.3"),
        Function.SMALL_BUSINESS: Decimal("0.5"),
        Function.BUSINESS: Decimal("0.7"),
        Function.MIXED_SMALL: Decimal("0.6"),
        Function.MIXED_LARGE: Decimal("0.8"),
        Function.SPECIAL: Decimal(1),
    }
)
SIMPLE_DWELLING_INDEX, OTHER_DWELLING_INDEX = Decimal("0.15"), Decimal("0.17")
HEIGHT_INDEX = MappingProxyType(
    {
        1: Decimal("1.000"),
        2: Decimal("1.090"),
        3: Decimal("1.120"),
        4: Decimal("1.135"),
        5: Decimal("1.162"),
        6: Decimal("1.197"),
    }
)
BUILT_INDEX = MappingProxyType(
    {
        Works.NEW: Decimal(1),
        Works.REHABILITATION_MEDIUM: Decimal("0.225"),
        Works.REHABILITATION_HEAVY: Decimal("0.325"),
        Works.HERITAGE_MINOR: Decimal("0.325"),
        Works.HERITAGE_MIDDLE: Decimal("0.225"),
        Works.HERITAGE_MAJOR: Decimal("0.15"),
    }
)


class HeightNotInTable(Exception):
    """More storeys than the table knows: an officer has to compute by hand with the regulation."""

    def __init__(self, storeys: int) -> None:
        super().__init__(f"the height index knows 1 to {max(HEIGHT_INDEX)} storeys, not {storeys}")
        self.storeys = storeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """What the indices are read from. `floor_area_m2` is the gross floor area, above 0."""

    floor_area_m2: Decimal
    storeys: int
    function: Function = Function.DWELLING
    works: Works = Works.NEW
    is_simple: bool = True
    is_permanent: bool = True
    owned_by_state: bool = False


@dataclass(frozen=True, slots=True)
class Computation:
    """Every figure of one computation, for the sheet that is kept with the case.

    `unit_price_idr_per_m2` is locality index × highest unit price.
    """

    floor_area_m2: Decimal
    unit_price_idr_per_m2: Decimal
    function_index: Decimal
    complexity: int
    permanence: int
    height_index: Decimal
    owner_factor: int
    integrated_index: Decimal
    built_index: Decimal
    amount_idr: int


def function_index(building: Building) -> Decimal:
    """The index of the function; a dwelling below 100 m² is simple."""
    if building.function is not Function.DWELLING:
        return FUNCTION_INDEX[building.function]
    return SIMPLE_DWELLING_INDEX if building.floor_area_m2 < SIMPLE_DWELLING_BELOW_M2 else OTHER_DWELLING_INDEX


def compute_retribution(
    building: Building, *, locality_index_percent: Decimal, highest_unit_price_idr_per_m2: int
) -> Computation:
    """The retribution as it would be without any exemption, in whole rupiah, with every figure that led to it.

    Args:
        building: what is built.
        locality_index_percent: Ilo of the region in percent, above 0 and at most 0.5.
        highest_unit_price_idr_per_m2: SHST of the region and year, above 0.

    Raises:
        HeightNotInTable: more than six storeys, or none.
        ValueError: an area, index or price outside its range.
    """
    if building.floor_area_m2 <= 0:
        raise ValueError("the floor area is above 0 m²")
    if not Decimal(0) < locality_index_percent <= Decimal("0.5"):
        raise ValueError("the locality index is above 0 and at most 0.5 percent")
    if highest_unit_price_idr_per_m2 <= 0:
        raise ValueError("the highest unit price is above 0 rupiah")
    if building.storeys not in HEIGHT_INDEX:
        raise HeightNotInTable(building.storeys)

    complexity, permanence = (1 if building.is_simple else 2), (2 if building.is_permanent else 1)
    height = HEIGHT_INDEX[building.storeys]
    owner = 0 if building.owned_by_state else 1
    function = function_index(building)
    built = BUILT_INDEX[building.works]
    with localcontext() as context:
        context.prec = 60  # enough that no product below is rounded before the two cuts that the rule names
        shares = WEIGHTS["complexity"] * complexity + WEIGHTS["permanence"] * permanence + WEIGHTS["height"] * height
        integrated = (function * shares * owner).quantize(_FOUR_DECIMALS, ROUND_DOWN)
        unit_price = locality_index_percent / 100 * highest_unit_price_idr_per_m2
        amount = (building.floor_area_m2 * unit_price * integrated * built).quantize(_WHOLE, ROUND_DOWN)
    return Computation(
        building.floor_area_m2,
        unit_price,
        function,
        complexity,
        permanence,
        height,
        owner,
        integrated,
        built,
        int(amount),
    )


@dataclass(frozen=True, slots=True)
class Assessed:
    """What is charged and what was waived, in whole rupiah: the amount waived is kept, not forgotten."""

    charged_idr: int
    waived_idr: int
    exemption_basis: str


def apply_exemption(computation: Computation, exemption_basis: str | None) -> Assessed:
    """SKRD zero with the would-be amount kept, if there is a basis for the exemption; else the full amount."""
    if exemption_basis:
        return Assessed(0, computation.amount_idr, exemption_basis)
    return Assessed(computation.amount_idr, 0, "")
