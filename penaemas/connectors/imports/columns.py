"""The columns of import files: how a cell is read, and in which words it is refused. A cell's value is never told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from penaemas.licensing.identifiers import Identifier, IdentifierInvalid, Nib, Nik, Nop
from penaemas.licensing.instants import WIB

LATEST_YEAR: Final = 2100
_MOST_CORNERS: Final = 2000
_FEWEST_CORNERS: Final = 3

Number = TypeVar("Number", bound=Identifier)

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


class CellWrong(ValueError):
    """A cell breaks a rule. `rule` and `fix` are for people and hold nothing of the cell."""

    def __init__(self, rule: str, fix: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `of_key`: together with the other columns of the key it may stand once in a file."""

    name: str
    read: Callable[[str], Any]
    of_key: bool = False


def text(most: int) -> Callable[[str], str]:
    """Some words, blanks around them trimmed."""

    def read(cell: str) -> str:
        found = " ".join(cell.split())
        if not found:
            raise CellWrong("is empty", "fill it in, or take the row out")
        if len(found) > most:
            raise CellWrong(f"has more than {most} characters", "shorten it")
        if not found.isprintable():
            raise CellWrong("holds a character that cannot be seen", "type it again")
        return found

    return read


name = text(120)
"""A person's name."""


def nik(cell: str) -> Nik:
    """A national identity number."""
    return _identifier(Nik, cell)


def nop(cell: str) -> Nop:
    """A property tax number."""
    return _identifier(Nop, cell)


def nib(cell: str) -> Nib:
    """A business number."""
    return _identifier(Nib, cell)


def word(cell: str) -> str:
    """A word of the office's own list, e.g. `rumah_tinggal`."""
    return _matching(r"[a-z][a-z0-9_]{0,39}", "is no word of small letters", "write it like rumah_tinggal")(cell)


def region_code(cell: str) -> str:
    """A region's code."""
    return _matching(r"[0-9]{2}\.[0-9]{2}", "is no code of a region", "write it like 32.11")(cell)


def sub_district(cell: str) -> str:
    """A sub-district's six digits."""
    return _matching(r"[0-9]{6}", "is no code of a sub-district", "write its six digits, like 321102")(cell)


def choice(*values: str) -> Callable[[str], str]:
    """One of a few words."""

    def read(cell: str) -> str:
        if cell.strip() not in values:
            raise CellWrong("is none of the words that may stand here", f"write {' or '.join(values)}")
        return cell.strip()

    return read


def optional(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same, or nothing."""
    return lambda cell: read(cell) if cell.strip() else None


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Digits without separators."""

    def read(cell: str) -> int:
        digits = cell.strip()
        if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(most)):
            raise CellWrong("is no whole number", "write digits alone, without dots")
        if not least <= int(digits) <= most:
            raise CellWrong("lies outside what is possible", f"write {least} to {most}")
        return int(digits)

    return read


def area_m2(cell: str) -> Decimal:
    """Square metres with at most two decimals."""
    rule, fix = "is no area in m²", "write it like 84 or 84.50"
    try:
        area = Decimal(cell.strip())
    except InvalidOperation:
        raise CellWrong(rule, fix) from None
    exponent = area.as_tuple().exponent
    if not area.is_finite() or not 0 < area < 10**7 or not isinstance(exponent, int) or exponent < -2:
        raise CellWrong(rule, fix)
    return area


def instant(cell: str) -> datetime:
    """An instant; without a zone it is WIB."""
    try:
        found = datetime.fromisoformat(cell.strip())
    except ValueError:
        raise CellWrong("is no instant", "write it like 2026-01-31T08:15") from None
    return found if found.tzinfo else found.replace(tzinfo=WIB)


def outline(cell: str) -> list[Point]:
    """Corners of a zone in order: `latitude longitude; latitude longitude; …`."""
    corners = [corner.split() for corner in cell.split(";") if corner.strip()]
    if not _FEWEST_CORNERS <= len(corners) <= _MOST_CORNERS:
        raise CellWrong("is no outline", f"write {_FEWEST_CORNERS} to {_MOST_CORNERS} corners, separated by semicolons")
    try:
        points = [(float(latitude), float(longitude)) for latitude, longitude in corners]
    except ValueError:
        raise CellWrong("has a corner that is none", "write each as latitude and longitude, with a dot") from None
    if not all(-90 <= latitude <= 90 and -180 <= longitude <= 180 for latitude, longitude in points):
        raise CellWrong("has a corner that is not on the earth", "write latitude first, then longitude, in degrees")
    return points


def _identifier(kind: type[Number], cell: str) -> Number:
    try:
        return kind.parse(cell, field="cell")
    except IdentifierInvalid as invalid:
        raise CellWrong(invalid.fault.says.en, invalid.fault.fix.en) from None


def _matching(pattern: str, rule: str, fix: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if re.fullmatch(pattern, cell.strip()) is None:
            raise CellWrong(rule, fix)
        return cell.strip()

    return read
