"""How an applicant is reached: mobile number and postcode. Shown masked, like every identifier."""

import re
from dataclasses import dataclass
from typing import Self

from penaemas.licensing.faults import Bilingual, Fault
from penaemas.licensing.identifiers import Identifier, IdentifierInvalid

_MOBILE = re.compile(r"(\+62|0)8[0-9]{7,12}")


@dataclass(frozen=True, slots=True, repr=False)
class Phone(Identifier):
    """An Indonesian mobile number, kept as digits that begin with 62.

    Blanks, dots and hyphens in between are taken out.
    """

    @classmethod
    def parse(cls, text: str, *, field: str) -> Self:
        """The number in the text: 08… or +628…, 7 to 12 digits after the 8.

        Raises:
            IdentifierInvalid: the text has another form.
        """
        compact = re.sub(r"[ .-]", "", text.strip())
        if not _MOBILE.fullmatch(compact):
            raise IdentifierInvalid(
                Fault(
                    field,
                    "phone_form",
                    Bilingual("nomor ponsel diawali 08 atau +628", "a mobile number begins with 08 or +628"),
                    Bilingual("tulis seperti 081234567890", "write it like 081234567890"),
                )
            )
        return cls("62" + compact.removeprefix("+62").removeprefix("0"))

    def reveal(self) -> str:
        """The international form, +628…"""
        return f"+{self.digits}"


@dataclass(frozen=True, slots=True, repr=False)
class Postcode(Identifier):
    """Five digits. Not masked: it names a delivery district, not a person."""

    name = Bilingual("kode pos", "the postcode")
    lengths = (5,)

    def masked(self) -> str:
        """All five digits."""
        return self.digits
