"""The land registry as far as the office knows plots itself: keyed digests of plot and holder, and the area.

A plot that is not in the table is unknown, and so is every plot while it is empty.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import column, select, table

from penaemas.connectors.imports.columns import Column, area_m2, choice, name, nop, optional, sub_district, text
from penaemas.connectors.land_registry.port import CERTIFIED_RIGHTS, LandAnswer, LandClaim, LandMatch
from penaemas.connectors.office_tables import Blind, count_rows, replace_rows, same_name
from penaemas.storage.database import Database
from penaemas.storage.types import Instant

# The table is the office database's, made by its migrations.
_PLOTS = table(
    "known_plot",
    column("plot_index"),
    column("holder_index"),
    column("area_m2"),
    column("tax_number_index"),
    column("noted_at", Instant),
    column("source"),
)


class LocalLandRegistry:
    """Answers from the office's own table."""

    source = "tabel bidang tanah kantor · the office's own table of plots"
    columns = (
        Column("right", choice(*sorted(CERTIFIED_RIGHTS)), of_key=True),
        Column("number", text(40), of_key=True),
        Column("sub_district", sub_district, of_key=True),
        Column("holder_name", name),
        Column("area_m2", area_m2),
        Column("property_tax_number", optional(nop)),
    )

    def __init__(self, database: Database, blind: Blind) -> None:
        self._database = database
        self._blind = blind

    async def match(self, claim: LandClaim) -> LandMatch:
        """See the port. Capitals and repeated blanks in the holder's name do not matter."""
        if claim.right not in CERTIFIED_RIGHTS:
            return LandMatch(LandAnswer.UNKNOWN)
        return await self._database.run(self._match, claim)

    async def note(self, claim: LandClaim, *, source: str, at: datetime) -> None:
        """Take a plot into the table, in the place of what it said before."""
        await self._database.run(self._take, [claim], source, at)

    async def take(self, rows: Sequence[dict[str, Any]], *, source: str, at: datetime) -> None:
        """Take rows of a file, as its columns read them, in the place of what the table said before."""
        numbers = [row["property_tax_number"].reveal() if row["property_tax_number"] else None for row in rows]
        claims = [
            LandClaim(**{**row, "property_tax_number": number}) for row, number in zip(rows, numbers, strict=True)
        ]
        await self._database.run(self._take, claims, source, at)

    async def count(self) -> int:
        """How many plots are known."""
        return await self._database.run(count_rows, self._database, _PLOTS)

    def _match(self, claim: LandClaim) -> LandMatch:
        with self._database.reading() as connection:
            known = connection.execute(select(_PLOTS).where(_PLOTS.c.plot_index == self._plot_index(claim))).first()
        if known is None:
            return LandMatch(LandAnswer.UNKNOWN)
        same_holder = hmac.compare_digest(bytes(known.holder_index), self._holder_index(claim))
        same_area = Decimal(known.area_m2) == claim.area_m2
        answer = LandAnswer.MATCHED if same_holder and same_area else LandAnswer.MISMATCH
        tax_index = self._tax_index(claim)
        differs = None not in (tax_index, known.tax_number_index) and bytes(known.tax_number_index) != tax_index
        return LandMatch(answer, differs)

    def _take(self, claims: Sequence[LandClaim], source: str, at: datetime) -> None:
        rows = [
            {
                "plot_index": self._plot_index(claim),
                "holder_index": self._holder_index(claim),
                "area_m2": str(claim.area_m2),
                "tax_number_index": self._tax_index(claim),
                "noted_at": at,
                "source": source,
            }
            for claim in claims
        ]
        with self._database.transaction() as connection:
            replace_rows(connection, _PLOTS, ("plot_index",), rows)

    def _plot(self, claim: LandClaim) -> str:
        return f"{claim.right}\0{''.join(claim.number.split())}\0{claim.sub_district}"

    def _plot_index(self, claim: LandClaim) -> bytes:
        return self._blind("known plot", self._plot(claim))

    def _holder_index(self, claim: LandClaim) -> bytes:
        # Bound to the plot, so that one holder's plots do not show as belonging together.
        return self._blind("plot holder", f"{self._plot(claim)}\0{same_name(claim.holder_name)}")

    def _tax_index(self, claim: LandClaim) -> bytes | None:
        return self._blind("plot tax", claim.property_tax_number) if claim.property_tax_number else None
