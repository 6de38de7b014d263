"""The population registry as far as the office knows residents itself: keyed digests, no list that could be stolen.

A person who is not in the table is unknown, and so is everybody while it is empty.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import column, select, table

from penaemas.connectors.imports.columns import Column, name, nik
from penaemas.connectors.office_tables import Blind, count_rows, replace_rows, same_name
from penaemas.connectors.population_registry.port import IdentityAnswer
from penaemas.licensing.identifiers import Nik
from penaemas.storage.database import Database
from penaemas.storage.types import Instant

# The table is the office database's, made by its migrations.
_RESIDENTS = table(
    "known_resident", column("nik_index"), column("name_index"), column("noted_at", Instant), column("source")
)


class LocalPopulationRegistry:
    """Answers from the office's own table."""

    source = "tabel penduduk kantor · the office's own table of residents"
    columns = (Column("nik", nik, of_key=True), Column("full_name", name))

    def __init__(self, database: Database, blind: Blind) -> None:
        self._database = database
        self._blind = blind

    async def compare(self, nik: Nik, full_name: str) -> IdentityAnswer:
        """See the port. Capitals and repeated blanks in the name do not matter."""
        return await self._database.run(self._compare, nik, full_name)

    async def note(self, nik: Nik, full_name: str, *, source: str, at: datetime) -> None:
        """Take a resident into the table, in the place of what it said before."""
        await self.take([{"nik": nik, "full_name": full_name}], source=source, at=at)

    async def take(self, rows: Sequence[dict[str, Any]], *, source: str, at: datetime) -> None:
        """Take rows of a file, as its columns read them, in the place of what the table said before."""
        await self._database.run(self._take, rows, source, at)

    async def count(self) -> int:
        """How many residents are known."""
        return await self._database.run(count_rows, self._database, _RESIDENTS)

    def _compare(self, nik: Nik, full_name: str) -> IdentityAnswer:
        with self._database.reading() as connection:
            known = connection.execute(
                select(_RESIDENTS.c.name_index).where(_RESIDENTS.c.nik_index == self._blind("resident", nik.reveal()))
            ).scalar()
        if known is None:
            return IdentityAnswer.UNKNOWN
        same = hmac.compare_digest(bytes(known), self._name_index(nik, full_name))
        return IdentityAnswer.VERIFIED if same else IdentityAnswer.MISMATCH

    def _take(self, rows: Sequence[dict[str, Any]], source: str, at: datetime) -> None:
        values = [
            {
                "nik_index": self._blind("resident", row["nik"].reveal()),
                "name_index": self._name_index(row["nik"], row["full_name"]),
                "noted_at": at,
                "source": source,
            }
            for row in rows
        ]
        with self._database.transaction() as connection:
            replace_rows(connection, _RESIDENTS, ("nik_index",), values)

    def _name_index(self, nik: Nik, full_name: str) -> bytes:
        # Bound to the number, so that equal names do not show as equal rows.
        return self._blind("resident name", f"{nik.reveal()}\0{same_name(full_name)}")
