"""OSS as far as the office has a list of businesses: keyed digests of their numbers, and whether they are in force.

A business that is not in the table is unknown, and so is every one while it is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import column, select, table

from penaemas.connectors.imports.columns import Column, choice, nib
from penaemas.connectors.office_tables import Blind, count_rows, replace_rows
from penaemas.connectors.oss.port import BusinessAnswer
from penaemas.licensing.identifiers import Nib
from penaemas.storage.database import Database
from penaemas.storage.types import Instant

# The table is the office database's, made by its migrations.
_BUSINESSES = table(
    "known_business", column("nib_index"), column("standing"), column("noted_at", Instant), column("source")
)


class LocalOss:
    """Answers from the office's own table."""

    source = "tabel NIB kantor · the office's own table of businesses"
    columns = (
        Column("nib", nib, of_key=True),
        Column("standing", choice(BusinessAnswer.ACTIVE.value, BusinessAnswer.INACTIVE.value)),
    )

    def __init__(self, database: Database, blind: Blind) -> None:
        self._database = database
        self._blind = blind

    async def standing(self, nib: Nib) -> BusinessAnswer:
        """See the port."""
        return await self._database.run(self._standing, nib)

    async def take(self, rows: Sequence[dict[str, Any]], *, source: str, at: datetime) -> None:
        """Take rows of a file, as its columns read them, in the place of what the table said before."""
        await self._database.run(self._take, rows, source, at)

    async def count(self) -> int:
        """How many businesses are known."""
        return await self._database.run(count_rows, self._database, _BUSINESSES)

    def _standing(self, number: Nib) -> BusinessAnswer:
        here = _BUSINESSES.c.nib_index == self._index(number)
        with self._database.reading() as connection:
            known = connection.execute(select(_BUSINESSES.c.standing).where(here)).scalar()
        return BusinessAnswer.UNKNOWN if known is None else BusinessAnswer(known)

    def _take(self, rows: Sequence[dict[str, Any]], source: str, at: datetime) -> None:
        values = [
            {"nib_index": self._index(row["nib"]), "standing": row["standing"], "noted_at": at, "source": source}
            for row in rows
        ]
        with self._database.transaction() as connection:
            replace_rows(connection, _BUSINESSES, ("nib_index",), values)

    def _index(self, number: Nib) -> bytes:
        return self._blind("business", number.reveal())
