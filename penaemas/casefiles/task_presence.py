"""Who has a task before them just now: a warning, never a lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import insert, select, update

from penaemas.casefiles.desk_tables import task_presence
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict

GONE_AFTER: Final = timedelta(seconds=45)


def machine_now() -> datetime:
    """This machine's clock: a training room's jumps, and nobody leaves a screen by that."""
    return datetime.now(UTC)


class TaskPresence:
    """Who looks at which task."""

    def __init__(self, database: Database, now: Callable[[], datetime] = machine_now) -> None:
        self._database = database
        self._now = now

    async def seen(self, user_task_key: int, officer: str) -> tuple[str, ...]:
        """The officer has the task open; accounts of the others who have it open too."""
        try:
            return await self._database.run(self._seen, user_task_key, officer)
        except StorageConflict:  # two windows of one officer opened it in the same moment
            return await self._database.run(self._seen, user_task_key, officer)

    def _seen(self, user_task_key: int, officer: str) -> tuple[str, ...]:
        now, presence = self._now(), task_presence.c
        mine = (presence.user_task_key == user_task_key, presence.officer == officer)
        others = select(presence.officer).where(
            presence.user_task_key == user_task_key, presence.officer != officer, presence.seen_at > now - GONE_AFTER
        )
        with self._database.transaction() as connection:
            known = connection.execute(update(task_presence).where(*mine).values(seen_at=now)).rowcount
            if not known:
                row = {"user_task_key": user_task_key, "officer": officer, "seen_at": now}
                connection.execute(insert(task_presence).values(row))
            return tuple(connection.execute(others.order_by(presence.officer)).scalars())
