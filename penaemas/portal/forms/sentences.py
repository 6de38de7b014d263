"""Every rule a form can break and how to mend it, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple


class Words(NamedTuple):
    """The same in both languages."""

    indonesian: str
    english: str


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong beside a field. `field` is its key, or empty for the form as a whole."""

    field: str
    rule: Words
    fix: Words


PATTERNS: Final[Mapping[str, tuple[Words, Words]]] = {
    "^[0-9]{16}$": (
        Words("harus 16 angka", "must be 16 digits"),
        Words("salin dari KTP, tanpa spasi", "copy it from the identity card, without blanks"),
    ),
    "^[0-9]{18}$": (
        Words("harus 18 angka", "must be 18 digits"),
        Words("salin seluruhnya, tanpa spasi dan titik", "copy all of it, without blanks and dots"),
    ),
    r"^(\+62|0)8\d{7,12}$": (
        Words("bukan nomor ponsel Indonesia", "is no Indonesian mobile number"),
        Words("tulis seperti 0812… atau +62812…", "write it like 0812… or +62812…"),
    ),
    r"^PBG-\d{6}-\d{8}-\d{2,}$": (
        Words("bukan nomor pendaftaran SIMBG", "is no registration number of SIMBG"),
        Words("salin dari SIMBG, seperti PBG-320101-01022026-01", "copy it from SIMBG, like PBG-320101-01022026-01"),
    ),
    r"^SK-PBG-\d{6}-\d{8}-\d{3,}$": (
        Words("bukan nomor PBG dari SIMBG", "is no permit number of SIMBG"),
        Words("salin dari SIMBG, seperti SK-PBG-320101-01022026-001", "copy it, like SK-PBG-320101-01022026-001"),
    ),
}
"""Pattern → what it asks for, and how to mend it."""

REQUIRED: Final = Words("wajib diisi", "is required"), Words("isi kolom ini", "fill it in")
CHOICE_REQUIRED: Final = Words("wajib dipilih", "is required"), Words("pilih salah satu", "choose one")
TICK_REQUIRED: Final = (
    Words("wajib dicentang", "has to be ticked"),
    Words(
        "lakukan dulu yang tertulis, atau serahkan tugas kepada rekan",
        "do what it says first, or hand the task to a colleague",
    ),
)
NO_CHOICE: Final = (
    Words("bukan salah satu pilihan", "is none of the choices"),
    Words("pilih dari daftar", "choose from the list"),
)
NO_NUMBER: Final = (
    Words("harus angka", "must be a number"),
    Words("tulis angka, dengan koma untuk desimal", "write digits, with a comma or point for decimals"),
)
NO_DATE: Final = (
    Words("bukan tanggal", "is no date"),
    Words("pilih tanggal dan jam dari kalender", "choose date and time from the calendar"),
)
NO_EMAIL: Final = (
    Words("bukan alamat surel", "is no e-mail address"),
    Words("tulis seperti nama@contoh.id", "write it like name@example.id"),
)


def too_short(least: int) -> tuple[Words, Words]:
    """Fewer characters than allowed."""
    return (
        Words("terlalu pendek", "is too short"),
        Words(f"tulis paling sedikit {least} huruf", f"write at least {least} characters"),
    )


def too_long(most: int) -> tuple[Words, Words]:
    """More characters than allowed."""
    return (
        Words("terlalu panjang", "is too long"),
        Words(f"tulis paling banyak {most} huruf", f"write at most {most} characters"),
    )


def too_small(least: str) -> tuple[Words, Words]:
    """Below the minimum."""
    return (
        Words(f"paling kecil {least}", f"must be at least {least}"),
        Words("tulis sesuai dokumen", "enter what the document says"),
    )


def too_big(most: str) -> tuple[Words, Words]:
    """Above the maximum."""
    return (
        Words(f"paling besar {most}", f"must be at most {most}"),
        Words("tulis sesuai dokumen", "enter what the document says"),
    )


def too_many_decimals(most: int) -> tuple[Words, Words]:
    """More digits behind the comma than allowed."""
    if most == 0:
        return (
            Words("harus bilangan bulat", "must be a whole number"),
            Words("tulis tanpa desimal", "write it without decimals"),
        )
    return (
        Words("terlalu banyak angka di belakang koma", "has too many decimals"),
        Words(f"paling banyak {most} angka di belakang koma", f"write at most {most} decimals"),
    )
