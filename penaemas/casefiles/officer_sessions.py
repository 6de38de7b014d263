"""Where officers are signed in. The token is in a browser's cookie; here is its digest, and whether it still opens.

Beginning and ending are acts, recorded in the transaction that makes them so. Instants are the machine's: a
demonstration's clock jumps, and nobody is to be signed out by that.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.officer_credentials import TOKEN_BYTES, digest_of
from penaemas.casefiles.officer_tables import officer_session
from penaemas.casefiles.officers import Officer, Officers
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

SEEN_EVERY: Final = timedelta(seconds=30)  # a row is not written for each request
SECOND_FACTOR_HOLDS: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """After how much time without a request a session locks, and after how much it ends whatever is done."""

    lock_after: timedelta = timedelta(minutes=10)
    end_after: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that has not ended. `is_locked`: its officer must give the password again before anything is shown."""

    session_id: str
    officer: Officer
    begun_at: datetime
    seen_at: datetime
    is_locked: bool
    has_second_factor: bool
    is_demo: bool


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its officer sees it in a list."""

    session_id: str
    begun_at: datetime
    seen_at: datetime


class OfficerSessions:
    """The sessions of one office."""

    def __init__(
        self, database: Database, officers: Officers, acts: Acts, clock: Clock, machine: Clock, limits: SessionLimits
    ) -> None:
        self._database = database
        self._officers = officers
        self._acts = acts
        self._clock = clock
        self._machine = machine
        self.limits = limits

    async def begin(self, account: str, *, details: Mapping[str, str] | None = None, is_demo: bool = False) -> str:
        """Sign an officer in; the token for the cookie. A demonstration's session needs no second factor."""
        return await self._database.run(self._begin, account, dict(details or {}), is_demo)

    async def find(self, token: str, *, is_activity: bool = True) -> OpenSession | None:
        """The session of a token; None if it is unknown, has ended, or its account is closed.

        Args:
            is_activity: whether this is the officer's own doing; a page that asks by itself keeps nothing open.
        """
        return await self._database.run(self._find, token, is_activity)

    async def lock(self, token: str) -> None:
        """Nothing is shown before the password is given again."""
        await self._database.run(self._change, token, "session_locked", {"locked_at": self._machine.now()})

    async def unlock(self, token: str) -> None:
        """The password was right."""
        now = self._machine.now()
        await self._database.run(self._change, token, "session_unlocked", {"locked_at": None, "seen_at": now})

    async def confirm_second_factor(self, token: str) -> None:
        """A code of the second factor was right."""
        await self._database.run(
            self._change, token, "second_factor_confirmed", {"second_factor_at": self._machine.now()}
        )

    async def end(self, token: str) -> None:
        """Sign out."""
        await self._database.run(self._change, token, "signed_out", {"ended_at": self._machine.now()})

    async def end_one(self, account: str, session_id: str) -> None:
        """End one of an officer's own sessions, e.g. on a computer they have left."""
        await self._database.run(self._end_where, account, account, officer_session.c.session_id == session_id)

    async def end_others(self, token: str, account: str) -> None:
        """End every session of the officer but this one."""
        await self._database.run(self._end_where, account, account, officer_session.c.token_digest != digest_of(token))

    async def end_all(self, account: str, *, by: str) -> None:
        """End every session of an officer."""
        await self._database.run(self._end_where, account, by, officer_session.c.account == account)

    async def open_ones(self, account: str) -> tuple[SessionLine, ...]:
        """An officer's sessions that have not ended, the last used first."""
        return await self._database.run(self._open_ones, account)

    def _begin(self, account: str, details: dict[str, str], is_demo: bool) -> str:
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._machine.now()
        session_id = str(uuid.uuid4())
        with self._database.transaction() as connection:
            connection.execute(
                officer_session.insert().values(
                    token_digest=digest_of(token),
                    session_id=session_id,
                    account=account,
                    begun_at=now,
                    seen_at=now,
                    is_demo=is_demo,
                )
            )
            self._acts.record(
                connection, account, "signed_in", self._clock.now(), details={"session": session_id, **details}
            )
        return token

    def _find(self, token: str, is_activity: bool) -> OpenSession | None:
        now = self._machine.now()
        with self._database.reading() as connection:
            row = connection.execute(
                select(officer_session).where(officer_session.c.token_digest == digest_of(token))
            ).first()
            if row is None or row.ended_at is not None or now - row.begun_at >= self.limits.end_after:
                return None
            officer = self._officers.read(connection, row.account)
        if officer is None or officer.disabled_at is not None:
            return None
        is_locked = row.locked_at is not None or now - row.seen_at >= self.limits.lock_after
        if is_activity and not is_locked and now - row.seen_at >= SEEN_EVERY:
            with self._database.transaction() as connection:
                mine = officer_session.c.token_digest == row.token_digest
                connection.execute(update(officer_session).where(mine).values(seen_at=now))
        fresh = row.second_factor_at is not None and now - row.second_factor_at < SECOND_FACTOR_HOLDS
        return OpenSession(
            session_id=row.session_id,
            officer=officer,
            begun_at=row.begun_at,
            seen_at=row.seen_at,
            is_locked=is_locked,
            has_second_factor=fresh or row.is_demo,
            is_demo=row.is_demo,
        )

    def _change(self, token: str, action: str, values: dict[str, Any]) -> None:
        mine = (officer_session.c.token_digest == digest_of(token), officer_session.c.ended_at.is_(None))
        with self._database.transaction() as connection:
            row = connection.execute(select(officer_session).where(*mine)).first()
            if row is None:
                return
            connection.execute(update(officer_session).where(*mine).values(values))
            self._acts.record(connection, row.account, action, self._clock.now(), details={"session": row.session_id})

    def _end_where(self, account: str, by: str, which: Any) -> None:
        open_ones = (officer_session.c.account == account, officer_session.c.ended_at.is_(None), which)
        with self._database.transaction() as connection:
            ended = connection.execute(select(officer_session.c.session_id).where(*open_ones)).scalars().all()
            connection.execute(update(officer_session).where(*open_ones).values(ended_at=self._machine.now()))
            for session_id in ended:
                details = {"account": account, "session": session_id}
                self._acts.record(connection, by, "session_ended", self._clock.now(), details=details)

    def _open_ones(self, account: str) -> tuple[SessionLine, ...]:
        wanted = (
            select(officer_session.c.session_id, officer_session.c.begun_at, officer_session.c.seen_at)
            .where(
                officer_session.c.account == account,
                officer_session.c.ended_at.is_(None),
                officer_session.c.begun_at > self._machine.now() - self.limits.end_after,
            )
            .order_by(officer_session.c.seen_at.desc())
        )
        with self._database.reading() as connection:
            return tuple(SessionLine(*row) for row in connection.execute(wanted))
