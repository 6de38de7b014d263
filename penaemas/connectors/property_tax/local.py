"""The property tax as far as the office knows tax objects itself: keyed digests of number and holder, and a year.

An object that is not in the table is unknown, and so is every one while it is empty.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import column, select, table

from penaemas.connectors.imports.columns import LATEST_YEAR, Column, name, nop, optional, whole_number
from penaemas.connectors.office_tables import Blind, count_rows, replace_rows, same_name
from penaemas.connectors.property_tax.port import TaxAnswer, TaxClaim, TaxMatch
from penaemas.licensing.identifiers import Nop
from penaemas.storage.database import Database
from penaemas.storage.types import Instant

# The table is the office database's, made by its migrations.
_OBJECTS = table(
    "known_tax_object",
    column("number_index"),
    column("holder_index"),
    column("paid_through_year"),
    column("noted_at", Instant),
    column("source"),
)


@dataclass(frozen=True, slots=True)
class TaxObject:
    """A row of the table. `paid_through_year`: the last year whose tax is paid; None if that is not known."""

    number: Nop
    holder_name: str = field(repr=False)
    paid_through_year: int | None


class LocalPropertyTax:
    """Answers from the office's own table."""

    source = "tabel objek pajak kantor · the office's own table of tax objects"
    columns = (
        Column("property_tax_number", nop, of_key=True),
        Column("holder_name", name),
        Column("paid_through_year", optional(whole_number(1990, LATEST_YEAR))),
    )

    def __init__(self, database: Database, blind: Blind) -> None:
        self._database = database
        self._blind = blind

    async def match(self, claim: TaxClaim) -> TaxMatch:
        """See the port. Capitals and repeated blanks in the holder's name do not matter."""
        return await self._database.run(self._match, claim)

    async def take(self, rows: Sequence[dict[str, Any]], *, source: str, at: datetime) -> None:
        """Take rows of a file, as its columns read them, in the place of what the table said before."""
        objects = [TaxObject(row["property_tax_number"], row["holder_name"], row["paid_through_year"]) for row in rows]
        await self._database.run(self._take, objects, source, at)

    async def count(self) -> int:
        """How many objects are known."""
        return await self._database.run(count_rows, self._database, _OBJECTS)

    def _match(self, claim: TaxClaim) -> TaxMatch:
        with self._database.reading() as connection:
            here = _OBJECTS.c.number_index == self._number_index(claim.number)
            known = connection.execute(select(_OBJECTS).where(here)).first()
        if known is None:
            return TaxMatch(TaxAnswer.UNKNOWN)
        same = hmac.compare_digest(bytes(known.holder_index), self._holder_index(claim.number, claim.holder_name))
        paid = None if known.paid_through_year is None else known.paid_through_year >= claim.year
        return TaxMatch(TaxAnswer.MATCHED if same else TaxAnswer.MISMATCH, paid)

    def _take(self, objects: Sequence[TaxObject], source: str, at: datetime) -> None:
        rows = [
            {
                "number_index": self._number_index(one.number),
                "holder_index": self._holder_index(one.number, one.holder_name),
                "paid_through_year": one.paid_through_year,
                "noted_at": at,
                "source": source,
            }
            for one in objects
        ]
        with self._database.transaction() as connection:
            replace_rows(connection, _OBJECTS, ("number_index",), rows)

    def _number_index(self, number: Nop) -> bytes:
        return self._blind("tax object", number.reveal())

    def _holder_index(self, number: Nop, holder_name: str) -> bytes:
        # Bound to the object, so that one holder's objects do not show as belonging together.
        return self._blind("tax object holder", f"{number.reveal()}\0{same_name(holder_name)}")
