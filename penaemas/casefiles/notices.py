"""Effects that happen once for (case, effect, round): told to whom, when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select

from penaemas.casefiles.tables import notice
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict


class Notices:
    """The notices of the office."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def once(self, case_id: str, effect: str, round: str, *, addressed_to: str, at: datetime) -> datetime:
        """Note the effect; asked again for the same round, the first note's instant is returned.

        Args:
            round: what tells this occasion from the next, e.g. the key of the task that is late.
        """
        try:
            return await self._database.run(self._once, case_id, effect, round, addressed_to, at)
        except StorageConflict:  # another worker noted it in the same moment
            return await self._database.run(self._once, case_id, effect, round, addressed_to, at)

    async def latest(self, case_id: str, effect: str) -> datetime | None:
        """When the effect last happened in this case."""
        return await self._database.run(self._latest, case_id, effect)

    def _once(self, case_id: str, effect: str, round: str, addressed_to: str, at: datetime) -> datetime:
        with self._database.transaction() as connection:
            earlier = connection.execute(
                select(notice.c.noticed_at).where(
                    notice.c.case_id == case_id, notice.c.effect == effect, notice.c.round == round
                )
            ).scalar()
            if earlier is not None:
                first: datetime = earlier
                return first
            values = {"case_id": case_id, "effect": effect, "round": round}
            connection.execute(insert(notice).values(**values, addressed_to=addressed_to, noticed_at=at))
            return at

    def _latest(self, case_id: str, effect: str) -> datetime | None:
        with self._database.reading() as connection:
            latest = select(func.max(notice.c.noticed_at)).where(notice.c.case_id == case_id, notice.c.effect == effect)
            found: datetime | None = connection.execute(latest).scalar()
            return found
