"""SIMBG as far as the office has a list of its numbers: keyed digests.

A registration that is not in the table is unknown, and so is every one while it is empty.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import column, select, table

from penaemas.connectors.imports.columns import Column, optional, text
from penaemas.connectors.office_tables import Blind, count_rows, replace_rows
from penaemas.connectors.simbg.port import SimbgAnswer, SimbgNumbers
from penaemas.storage.database import Database
from penaemas.storage.types import Instant

# The table is the office database's, made by its migrations.
_NUMBERS = table(
    "known_simbg_number",
    column("registration_index"),
    column("permit_index"),
    column("noted_at", Instant),
    column("source"),
)


class LocalSimbg:
    """Answers from the office's own table."""

    source = "daftar nomor SIMBG kantor · the office's own list of SIMBG numbers"
    columns = (
        Column("registration_number", text(60), of_key=True),
        Column("permit_number", optional(text(60))),
    )

    def __init__(self, database: Database, blind: Blind) -> None:
        self._database = database
        self._blind = blind

    async def compare(self, numbers: SimbgNumbers) -> SimbgAnswer:
        """See the port. Capitals and blanks in a number do not matter."""
        return await self._database.run(self._compare, numbers)

    async def take(self, rows: Sequence[dict[str, Any]], *, source: str, at: datetime) -> None:
        """Take rows of a file, as its columns read them, in the place of what the table said before."""
        numbers = [SimbgNumbers(row["registration_number"], row["permit_number"]) for row in rows]
        await self._database.run(self._take, numbers, source, at)

    async def count(self) -> int:
        """How many registrations are known."""
        return await self._database.run(count_rows, self._database, _NUMBERS)

    def _compare(self, numbers: SimbgNumbers) -> SimbgAnswer:
        here = _NUMBERS.c.registration_index == self._registration_index(numbers)
        with self._database.reading() as connection:
            known = connection.execute(select(_NUMBERS).where(here)).first()
        if known is None:
            return SimbgAnswer.UNKNOWN
        asked = self._permit_index(numbers)
        if asked is None:
            return SimbgAnswer.REGISTERED
        same = known.permit_index is not None and hmac.compare_digest(bytes(known.permit_index), asked)
        return SimbgAnswer.ISSUED if same else SimbgAnswer.MISMATCH

    def _take(self, numbers: Sequence[SimbgNumbers], source: str, at: datetime) -> None:
        rows = [
            {
                "registration_index": self._registration_index(one),
                "permit_index": self._permit_index(one),
                "noted_at": at,
                "source": source,
            }
            for one in numbers
        ]
        with self._database.transaction() as connection:
            replace_rows(connection, _NUMBERS, ("registration_index",), rows)

    def _registration_index(self, numbers: SimbgNumbers) -> bytes:
        return self._blind("simbg registration", "".join(numbers.registration.split()))

    def _permit_index(self, numbers: SimbgNumbers) -> bytes | None:
        if numbers.permit is None:
            return None
        permit = "".join(numbers.permit.split())
        return self._blind("simbg permit", f"{''.join(numbers.registration.split())}\0{permit}")
