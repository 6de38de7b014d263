"""The population registry as far as the office knows residents itself: keyed digests, no list that could be stolen.

A person who is not in the table is unknown, and so is everybody while it is empty.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import column, delete, insert, select, table

from penaemas.connectors.population_registry.port import IdentityAnswer
from penaemas.licensing.identifiers import Nik
from penaemas.storage.database import Database
from penaemas.storage.types import Instant

# The table is the office database's, made by its migrations.
_RESIDENTS = table(
    "known_resident", column("nik_index"), column("name_index"), column("noted_at", Instant), column("source")
)

Blind = Callable[[str, str], bytes]
"""Keyed digest of a value of a kind; only the office can compute it."""


class LocalPopulationRegistry:
    """Answers from the office's own table."""

    source = "tabel penduduk kantor · the office's own table of residents"

    def __init__(self, database: Database, blind: Blind) -> None:
        self._database = database
        self._blind = blind

    async def compare(self, nik: Nik, full_name: str) -> IdentityAnswer:
        """See the port. Capitals and repeated blanks in the name do not matter."""
        return await self._database.run(self._compare, nik, full_name)

    async def note(self, nik: Nik, full_name: str, *, source: str, at: datetime) -> None:
        """Take a resident into the table, in the place of what it said before."""
        await self._database.run(self._note, nik, full_name, source, at)

    def _compare(self, nik: Nik, full_name: str) -> IdentityAnswer:
        with self._database.reading() as connection:
            known = connection.execute(
                select(_RESIDENTS.c.name_index).where(_RESIDENTS.c.nik_index == self._blind("resident", nik.reveal()))
            ).scalar()
        if known is None:
            return IdentityAnswer.UNKNOWN
        same = hmac.compare_digest(bytes(known), self._name_index(nik, full_name))
        return IdentityAnswer.VERIFIED if same else IdentityAnswer.MISMATCH

    def _note(self, nik: Nik, full_name: str, source: str, at: datetime) -> None:
        nik_index = self._blind("resident", nik.reveal())
        with self._database.transaction() as connection:
            connection.execute(delete(_RESIDENTS).where(_RESIDENTS.c.nik_index == nik_index))
            row = {"nik_index": nik_index, "name_index": self._name_index(nik, full_name)}
            connection.execute(insert(_RESIDENTS).values(**row, noted_at=at, source=source))

    def _name_index(self, nik: Nik, full_name: str) -> bytes:
        # Bound to the number, so that equal names do not show as equal rows.
        return self._blind("resident name", f"{nik.reveal()}\0{' '.join(full_name.split())}")
