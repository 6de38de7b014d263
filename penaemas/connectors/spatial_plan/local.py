"""The spatial plan as far as the office has entered its zones: outlines, and what each allows.

A place in no zone is unknown, and so is every place while the table is empty. Where zones overlap the strictest holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, column, select, table

from penaemas.connectors.imports.columns import Column, Point, choice, outline, region_code, text, word
from penaemas.connectors.office_tables import count_rows, replace_rows
from penaemas.connectors.spatial_plan.port import PlaceAndUse, PlanAnswer, PlanFit
from penaemas.storage.database import Database
from penaemas.storage.types import Instant

# The table is the office database's, made by its migrations.
_ZONES = table(
    "known_zone",
    column("region_code"),
    column("zone"),
    column("use"),
    column("answer"),
    column("outline", JSON),
    column("basis"),
    column("noted_at", Instant),
    column("source"),
)
_STRICTEST_FIRST: Final = (PlanAnswer.NOT_ALLOWED, PlanAnswer.CONDITIONAL, PlanAnswer.ALLOWED)


class LocalSpatialPlan:
    """Answers from the office's own table."""

    source = "tabel zona kantor · the office's own table of zones"
    columns = (
        Column("region_code", region_code, of_key=True),
        Column("zone", text(40), of_key=True),
        Column("use", word, of_key=True),
        Column("answer", choice(*(answer.value for answer in _STRICTEST_FIRST))),
        Column("outline", outline),
        Column("basis", text(200)),
    )

    def __init__(self, database: Database) -> None:
        self._database = database

    async def assess(self, place: PlaceAndUse) -> PlanFit:
        """See the port."""
        return await self._database.run(self._assess, place)

    async def take(self, rows: Sequence[dict[str, Any]], *, source: str, at: datetime) -> None:
        """Take rows of a file, as its columns read them, in the place of what the table said before."""
        await self._database.run(self._take, [{**row, "noted_at": at, "source": source} for row in rows])

    async def count(self) -> int:
        """How many zones are known, each use for itself."""
        return await self._database.run(count_rows, self._database, _ZONES)

    def _assess(self, place: PlaceAndUse) -> PlanFit:
        wanted = select(_ZONES).where(_ZONES.c.region_code == place.region_code, _ZONES.c.use == place.use)
        with self._database.reading() as connection:
            zones = connection.execute(wanted.order_by(_ZONES.c.zone)).all()
        found = [zone for zone in zones if lies_in(zone.outline, place.latitude, place.longitude)]
        for answer in _STRICTEST_FIRST:
            for zone in found:
                if zone.answer == answer:
                    return PlanFit(answer, zone.zone, zone.basis)
        return PlanFit(PlanAnswer.UNKNOWN)

    def _take(self, rows: Sequence[dict[str, Any]]) -> None:
        with self._database.transaction() as connection:
            replace_rows(connection, _ZONES, ("region_code", "zone", "use"), rows)


def lies_in(outline: Sequence[Point], latitude: float, longitude: float) -> bool:
    """Whether a ray to the east crosses the outline an odd number of times. On the line itself either may be said."""
    inside = False
    for (south, west), (north, east) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if (south > latitude) != (north > latitude):
            crossing = west + (latitude - south) / (north - south) * (east - west)
            inside ^= longitude < crossing
    return inside
