"""Numbers that belong to a person, a business or a plot: read strictly, shown masked.

`parse` trims blanks around the number and refuses what cannot be one, naming field, rule and fix and never the value.
`str()` and `repr()` are masked; `reveal()` gives the digits, for connectors and encrypted storage only. What is merely
odd is a warning, apart from the faults.

Forms by general knowledge and domain facts, section 4.5, unless a class says otherwise.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Self

from penaemas.licensing.faults import Bilingual, Fault

_SHOWN = 4


class IdentifierInvalid(ValueError):
    """The text cannot be such a number; `fault` says which rule it breaks and what to do. It never holds the text."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True, repr=False)
class Identifier:
    """Digits that hide themselves. Equal digits of one kind are equal."""

    name: ClassVar[Bilingual]
    lengths: ClassVar[tuple[int, ...]]
    # What people put between the digits when they write the number by hand.
    separators: ClassVar[str] = ""

    digits: str = field(repr=False)

    @classmethod
    def parse(cls, text: str, *, field: str) -> Self:
        """The number in the text.

        Args:
            text: what was typed; blanks around it do not matter.
            field: the name under which a fault is shown.

        Raises:
            IdentifierInvalid: the text breaks a rule of this kind of number.
        """
        digits = re.sub(f"[{re.escape(cls.separators)}]", "", text.strip()) if cls.separators else text.strip()
        if not (digits.isascii() and digits.isdigit()):
            raise cls.refused(
                field,
                "digits_only",
                Bilingual(f"{cls.name.id} hanya terdiri atas angka", f"{cls.name.en} consists of digits only"),
                Bilingual("salin angka dari dokumennya", "copy the digits from the document"),
            )
        if len(digits) not in cls.lengths:
            id_lengths, en_lengths = (word.join(map(str, cls.lengths)) for word in (" atau ", " or "))
            raise cls.refused(
                field,
                "length",
                Bilingual(f"{cls.name.id} terdiri atas {id_lengths} angka", f"{cls.name.en} has {en_lengths} digits"),
                Bilingual("periksa angka yang kurang atau lebih", "look for a missing or an extra digit"),
            )
        number = cls(digits)
        number.check(field)
        return number

    def check(self, field: str) -> None:
        """Rules of one kind of number beyond length and digits; none by default."""

    @classmethod
    def refused(cls, field: str, rule: str, says: Bilingual, fix: Bilingual) -> IdentifierInvalid:
        """The fault of a broken rule, its code beginning with the kind of number."""
        return IdentifierInvalid(Fault(field, f"{cls.__name__.lower()}_{rule}", says, fix))

    def masked(self) -> str:
        """Stars and the last four digits."""
        return "*" * (len(self.digits) - _SHOWN) + self.digits[-_SHOWN:]

    def reveal(self) -> str:
        """All digits. For connectors, encryption and the blind index; never for logs, variables or addresses."""
        return self.digits

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked()})"


@dataclass(frozen=True, slots=True, repr=False)
class Nik(Identifier):
    """National identity number, 16 digits.

    6 of the region of first issue, DDMMYY of birth (women: day + 40), 4 of a serial. There is no check digit.
    """

    name = Bilingual("NIK", "the NIK")
    lengths = (16,)

    def check(self, field: str) -> None:
        """The date must exist and the serial not be 0000."""
        # 1900 and 2000 differ in 29 February only, and "00" is 2000 as the latest past year.
        day, month, year = self._day_of_month(), int(self.digits[8:10]), 2000 + int(self.digits[10:12])
        if not _exists(year, month, day):
            raise self.refused(
                field,
                "birth_date",
                Bilingual(
                    "angka ke-7 sampai ke-12 NIK bukan tanggal lahir yang mungkin",
                    "digits 7 to 12 of the NIK are no possible date of birth",
                ),
                Bilingual(
                    "cocokkan dengan KTP: tanggal 01-31, atau 41-71 untuk perempuan",
                    "compare with the identity card: days 01-31, or 41-71 for women",
                ),
            )
        if self.digits[12:] == "0000":
            raise self.refused(
                field,
                "serial",
                Bilingual(
                    "empat angka terakhir NIK tidak mungkin 0000", "the last four digits of a NIK are never 0000"
                ),
                Bilingual("salin angka dari KTP", "copy the digits from the identity card"),
            )

    def _day_of_month(self) -> int:
        day = int(self.digits[6:8])
        return day - 40 if day > 40 else day

    @property
    def is_womans(self) -> bool:
        """Whether the day of birth carries the 40 of a woman."""
        return int(self.digits[6:8]) > 40

    @property
    def region_prefix(self) -> str:
        """The six digits of the sub-district of first issue; it may no longer exist."""
        return self.digits[:6]

    def birth_date(self, today: date) -> date:
        """The date of birth, its two-digit year read as the latest year that is not in the future."""
        year = today.year // 100 * 100 + int(self.digits[10:12])
        month, day = int(self.digits[8:10]), self._day_of_month()
        while (year, month, day) > (today.year, today.month, today.day):
            year -= 100
        return date(year, month, day)

    def warnings(self, *, field: str, regency_digits: str, known_prefixes: Collection[str]) -> tuple[Fault, ...]:
        """What an officer should look at: a prefix outside the regency or unknown. Never a reason to refuse.

        A NIK keeps the place of first issue, and old codes vanish.

        Args:
            field: the name under which the warning is shown.
            regency_digits: the four digits of the regency, e.g. 3211.
            known_prefixes: six-digit codes of the regency's sub-districts.
        """
        if not self.digits.startswith(regency_digits):
            return (
                Fault(
                    field,
                    "nik_outside_regency",
                    Bilingual("NIK diterbitkan di luar kabupaten ini", "the NIK was first issued outside this regency"),
                    Bilingual(
                        "pastikan alamat KTP di kabupaten ini", "make sure the identity card's address lies here"
                    ),
                ),
            )
        if self.region_prefix not in known_prefixes:
            return (
                Fault(
                    field,
                    "nik_prefix_unknown",
                    Bilingual("kode kecamatan pada NIK tidak dikenal", "the sub-district code of the NIK is not known"),
                    Bilingual("cocokkan NIK dengan KTP", "compare the NIK with the identity card"),
                ),
            )
        return ()


@dataclass(frozen=True, slots=True, repr=False)
class FamilyCardNumber(Identifier):
    """Number of the family card (KK), 16 digits."""

    name = Bilingual("nomor KK", "the family card number")
    lengths = (16,)


@dataclass(frozen=True, slots=True, repr=False)
class Npwp(Identifier):
    """Tax number: 15 digits (old) or 16; dots and hyphens between them are taken out."""

    name = Bilingual("NPWP", "the tax number (NPWP)")
    lengths = (15, 16)
    separators = ".- "


@dataclass(frozen=True, slots=True, repr=False)
class Nib(Identifier):
    """Business number of OSS, 13 digits."""

    name = Bilingual("NIB", "the business number (NIB)")
    lengths = (13,)


@dataclass(frozen=True, slots=True, repr=False)
class Nop(Identifier):
    """Property tax object, 18 digits (2+2+3+3+3+4+1).

    Its region digits are the tax office's: never compare them with Kemendagri codes.
    """

    name = Bilingual("NOP PBB", "the property tax number (NOP)")
    lengths = (18,)
    separators = ".- "


@dataclass(frozen=True, slots=True, repr=False)
class Nip(Identifier):
    """Civil servant's number, 18 digits: birth YYYYMMDD, appointment YYYYMM, sex 1 or 2, 3 of a serial.

    Month 21 marks staff on contract (PPPK) instead of a month [general knowledge, to be confirmed].
    """

    name = Bilingual("NIP", "the civil servant's number (NIP)")
    lengths = (18,)
    separators = " "

    def check(self, field: str) -> None:
        """The date of birth exists, the appointment is a month after it, the sex is 1 or 2."""
        born = tuple(int(self.digits[at : at + size]) for at, size in ((0, 4), (4, 2), (6, 2)))
        year, month = int(self.digits[8:12]), int(self.digits[12:14])
        if not _exists(*born):
            raise self._refused(field, "birth_date", "1", "8", "tanggal lahir (TTTTBBHH)", "date of birth (YYYYMMDD)")
        if not (1 <= month <= 12 or month == 21) or year <= born[0]:
            raise self._refused(
                field, "appointment", "9", "14", "bulan pengangkatan setelah lahir", "month of appointment after birth"
            )
        if self.digits[14] not in "12":
            raise self._refused(field, "sex", "15", "15", "jenis kelamin 1 atau 2", "sex 1 or 2")

    @classmethod
    def _refused(
        cls, field: str, rule: str, first: str, last: str, meaning_id: str, meaning_en: str
    ) -> IdentifierInvalid:
        return cls.refused(
            field,
            rule,
            Bilingual(
                f"angka ke-{first} sampai ke-{last} NIP harus {meaning_id}",
                f"digits {first} to {last} of a NIP are the {meaning_en}",
            ),
            Bilingual("salin NIP dari kartu pegawai", "copy the NIP from the staff card"),
        )


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
