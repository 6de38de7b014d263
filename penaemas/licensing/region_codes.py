"""Kemendagri codes of regions: regency `32.11`, sub-district `32.11.02`, ward `32.11.02.2003`.

They are public and printed in full.

Source of the form and of the codes in `config/regions/`: Kepmendagri 300.2.2-2138/2025.
"""

import re
from dataclasses import dataclass
from typing import Self

from penaemas.licensing.faults import Bilingual, Fault

_LEVELS = {4: "kabupaten/kota", 6: "kecamatan", 10: "kelurahan/desa"}
_LEVELS_EN = {4: "regency", 6: "sub-district", 10: "ward"}
_FORM = re.compile(r"[0-9]{2}\.?[0-9]{2}(\.?[0-9]{2}(\.?[0-9]{4})?)?")


class RegionCodeInvalid(ValueError):
    """The text is no Kemendagri code of the wanted level; `fault` says what to do."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True, order=True)
class RegionCode:
    """A code of 4, 6 or 10 digits, kept without dots."""

    digits: str

    @classmethod
    def parse(cls, text: str, *, field: str, digits: int) -> Self:
        """Reads the code with or without dots; `digits` is 4, 6 or 10.

        Raises:
            RegionCodeInvalid: another length or other characters.
        """
        trimmed = text.strip()
        compact = trimmed.replace(".", "")
        if not _FORM.fullmatch(trimmed) or len(compact) != digits:
            example = {4: "32.11", 6: "32.11.02", 10: "32.11.02.2003"}[digits]
            raise RegionCodeInvalid(
                Fault(
                    field,
                    f"region_code_{digits}",
                    Bilingual(
                        f"kode {_LEVELS[digits]} terdiri atas {digits} angka",
                        f"a {_LEVELS_EN[digits]} code has {digits} digits",
                    ),
                    Bilingual(f"tulis seperti {example}", f"write it like {example}"),
                )
            )
        return cls(compact)

    @property
    def regency(self) -> str:
        """The regency with its dot, as region folders write it."""
        return f"{self.digits[:2]}.{self.digits[2:4]}"

    def lies_in(self, other: "RegionCode") -> bool:
        """Whether this code is the other's or below it."""
        return self.digits.startswith(other.digits)

    def __str__(self) -> str:
        parts = (self.digits[:2], self.digits[2:4], self.digits[4:6], self.digits[6:])
        return ".".join(part for part in parts if part)
