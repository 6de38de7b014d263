"""How each officer last filtered a list: on the server, so that it is the same on every device."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, insert, select, update

from penaemas.casefiles.desk_tables import officer_filter
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database


class OfficerFilters:
    """The filters of one office's officers. They hold codes, never what was searched for."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of(self, officer: str, list_name: str) -> dict[str, str]:
        """What was kept; empty if nothing was."""

        def read() -> dict[str, str]:
            wanted = select(officer_filter.c.content).where(*_place(officer, list_name))
            with self._database.reading() as connection:
                return dict(connection.execute(wanted).scalar() or {})

        return await self._database.run(read)

    async def keep(self, officer: str, list_name: str, content: Mapping[str, str]) -> None:
        """Keep it in the place of what was kept before."""

        def write() -> None:
            values = {"content": dict(content), "saved_at": self._clock.now()}
            with self._database.transaction() as connection:
                changed = connection.execute(update(officer_filter).where(*_place(officer, list_name)).values(values))
                if changed.rowcount == 0:
                    place = {"officer": officer, "list_name": list_name}
                    connection.execute(insert(officer_filter).values(place | values))

        await self._database.run(write)


def _place(officer: str, list_name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return officer_filter.c.officer == officer, officer_filter.c.list_name == list_name
