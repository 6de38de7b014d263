"""Rooms: what the receipt's secret opens on one browser, for a short while and on the server's word."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, insert, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.applicant_tables import applicant_room
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

APPLICANT: Final = "pemohon"
CLOSES_WHEN_LEFT: Final = timedelta(minutes=30)
CLOSES_AFTER: Final = timedelta(hours=4)
_TOKEN_BYTES = 32


class Rooms:
    """The open rooms of one office."""

    def __init__(self, database: Database, acts: Acts, clock: Clock) -> None:
        self._database = database
        self._acts = acts
        self._clock = clock

    async def open(self, case_id: str) -> str:
        """Open the room of a case whose secret was given; the token for the cookie."""
        return await self._database.run(self._open, case_id)

    async def case_of(self, token: str) -> str | None:
        """The case of an open room; None if the token is unknown or its time is over. Being asked keeps it open."""
        return await self._database.run(self._case_of, token)

    async def close(self, token: str) -> None:
        """Leave the room."""

        def leave() -> None:
            with self._database.transaction() as connection:
                connection.execute(delete(applicant_room).where(applicant_room.c.token_digest == _digest(token)))

        await self._database.run(leave)

    def _open(self, case_id: str) -> str:
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock.now()
        with self._database.transaction() as connection:
            connection.execute(delete(applicant_room).where(applicant_room.c.seen_at < now - CLOSES_WHEN_LEFT))
            values = {"token_digest": _digest(token), "case_id": case_id, "opened_at": now, "seen_at": now}
            connection.execute(insert(applicant_room).values(**values))
            self._acts.record(connection, APPLICANT, "open_case_with_secret", now, case_id=case_id)
        return token

    def _case_of(self, token: str) -> str | None:
        now, here = self._clock.now(), applicant_room.c.token_digest == _digest(token)
        with self._database.reading() as connection:
            room = connection.execute(select(applicant_room).where(here)).first()
        if room is None or now - room.seen_at > CLOSES_WHEN_LEFT or now - room.opened_at > CLOSES_AFTER:
            return None
        if now - room.seen_at > timedelta(minutes=1):
            with self._database.transaction() as connection:
                connection.execute(update(applicant_room).where(here).values(seen_at=now))
        case_id: str = room.case_id
        return case_id


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
