"""Values that law sets, as dated rows with their basis.

A row is never changed: a new rule is a new row, and the old one gets its end.

`certainty` says how sure the value is: "stated" by a public source, "general" knowledge not yet confirmed, "inferred"
from other rules. An office that knows better adds a row. The decision tables under `bpmn/decisions/` hold the same
values for the engine; a test compares.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeVar

Certainty = Literal["stated", "general", "inferred"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalRow:
    """A value in force from one day to another, both included; no end means until further notice."""

    valid_from: date
    valid_to: date | None = None
    basis: str
    certainty: Certainty

    def in_force(self, day: date) -> bool:
        """Whether the row holds on the day (WIB)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


Row = TypeVar("Row", bound=LegalRow)


def in_force(rows: Iterable[Row], day: date) -> tuple[Row, ...]:
    """The rows that hold on the day, in the order of the table."""
    return tuple(row for row in rows if row.in_force(day))


class HouseholdStatus(StrEnum):
    """Which ceiling applies; a Tapera member uses its column whatever the household."""

    UNMARRIED = "TIDAK_KAWIN"
    MARRIED = "KAWIN"
    TAPERA = "TAPERA"


class HouseKind(StrEnum):
    """Built by a developer for general sale, or by its owner."""

    PUBLIC_HOUSING = "RUMAH_UMUM"
    SELF_BUILT = "SWADAYA"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeCeiling(LegalRow):
    """Highest monthly income of a low-income household (MBR) in one zone, in rupiah, inclusive."""

    zone: int
    unmarried_idr: int
    married_idr: int
    tapera_idr: int


_INCOME_BASIS = "Permen PKP 5/2025, berlaku 22 April 2025"
_IN_FORCE_2025 = date(2025, 4, 22)

# Before 22 April 2025 no ceiling is entered: Kepmen PUPR 22/KPTS/M/2023 was not at hand. Such a day is refused with
# that reason.
INCOME_CEILINGS = tuple(
    IncomeCeiling(
        zone=zone,
        unmarried_idr=unmarried,
        married_idr=married,
        tapera_idr=married,
        valid_from=_IN_FORCE_2025,
        basis=_INCOME_BASIS,
        certainty="stated",
    )
    for zone, unmarried, married in (
        (1, 8_500_000, 10_000_000),  # Java except Jabodetabek, Sumatra, NTT, NTB
        (2, 9_000_000, 11_000_000),  # Kalimantan, Sulawesi, Babel, Kepri, Maluku, Malut, Bali
        (3, 10_500_000, 12_000_000),  # all Papua provinces
        (4, 12_000_000, 14_000_000),  # Jakarta, Bogor, Depok, Tangerang, Bekasi
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseLimit(LegalRow):
    """Largest floor area of a low-income household's house in m², inclusive, and its most storeys."""

    house_kind: HouseKind
    floor_area_m2: Decimal
    storeys: int


_LIMIT_BASIS = "Kepmen PUPR 22/KPTS/M/2023; Permen PKP 5/2025 diduga mengulanginya (perlu dipastikan)"

# Entered from the day of the ceilings: without a ceiling no case is decided anyway.
HOUSE_LIMITS = (
    HouseLimit(
        house_kind=HouseKind.PUBLIC_HOUSING,
        floor_area_m2=Decimal(36),
        storeys=2,
        valid_from=_IN_FORCE_2025,
        basis=_LIMIT_BASIS,
        certainty="general",
    ),
    HouseLimit(
        house_kind=HouseKind.SELF_BUILT,
        floor_area_m2=Decimal(48),
        storeys=2,
        valid_from=_IN_FORCE_2025,
        basis=_LIMIT_BASIS,
        certainty="general",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrototypeLimit(LegalRow):
    """Largest floor area in m², inclusive, for which a prototype design needs no planner, by storeys."""

    storeys: int
    floor_area_m2: Decimal


PROTOTYPE_LIMITS = tuple(
    PrototypeLimit(
        storeys=storeys,
        floor_area_m2=Decimal(area),
        valid_from=date(2021, 2, 2),
        basis="PP 16/2021 (perlu dipastikan)",
        certainty="general",
    )
    for storeys, area in ((1, 72), (2, 90))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrototypeDesign(LegalRow):
    """A standard design that needs no check of its specification."""

    code: str


PROTOTYPE_DESIGNS = tuple(
    PrototypeDesign(code=code, valid_from=date(2024, 10, 18), basis="Kepmen PUPR 2947/KPTS/M/2024", certainty="stated")
    for code in ("T22-1", "T30-1", "T30-2", "T32-1", "T32-2", "T36-1", "T36-2", "T36-3")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatutoryLimit(LegalRow):
    """A limit in working days that begins when the file is declared complete; the day after is day 1."""

    id: str
    working_days: int


STATUTORY_LIMITS = (
    StatutoryLimit(
        id="skb_pbg_mbr",
        working_days=10,
        valid_from=date(2024, 11, 25),
        basis="SKB 3 Menteri (PKP, PU, Dagri) 25 November 2024",
        certainty="stated",
    ),
    StatutoryLimit(
        id="deemed_approval_watch",
        working_days=5,
        valid_from=date(2020, 11, 2),
        basis="UU 30/2014 pasal 53 sebagaimana diubah UU Cipta Kerja (kini UU 6/2023), bila aturan tidak menentukan",
        certainty="stated",
    ),
    StatutoryLimit(
        id="pbg_ordinary",
        working_days=28,
        valid_from=date(2021, 2, 2),
        basis="PP 16/2021 menurut pers; teksnya perlu diperiksa sebelum dikutip",
        certainty="general",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetributionExemption(LegalRow):
    """No retribution for a low-income household's building approval."""


RETRIBUTION_EXEMPTIONS = (
    RetributionExemption(
        valid_from=date(2024, 11, 25),
        basis="SKB 3 Menteri 25 November 2024; UU 1/2022 pasal 44; PP 35/2023 pasal 63; Perkada daerah",
        certainty="stated",
    ),
)
