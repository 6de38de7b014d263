"""How long a door stays shut after failed sign-ins. A door is an account as tried from one place.

The wait grows with the failures and ends at a limit, and it is counted for the place: whoever guesses from elsewhere
slows down themselves, never the officer at the counter.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.officer_tables import sign_in_failure
from penaemas.casefiles.person_vault import PersonVault
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

FREE_FAILURES: Final = 3
LONGEST_WAIT: Final = timedelta(minutes=5)
FORGOTTEN_AFTER: Final = timedelta(hours=24)


class SignInDelays:
    """The doors of one office."""

    def __init__(
        self,
        database: Database,
        vault: PersonVault,
        acts: Acts,
        clock: Clock,
        machine: Clock,
        *,
        failure_act: str = "sign_in_failed",
    ) -> None:
        """Args: failure_act: what a failure is recorded as."""
        self._failure_act = failure_act
        self._database = database
        self._vault = vault
        self._acts = acts
        self._clock = clock
        self._machine = machine

    async def wait(self, account: str, place: str) -> timedelta:
        """How long this account may not be tried from this place; zero if it may."""
        return await self._database.run(self._wait, account, place)

    async def failed(self, account: str, place: str, *, is_known: bool) -> None:
        """A sign-in has failed. The act names the account only if there is one: people type passwords there too."""
        await self._database.run(self._failed, account, place, is_known)

    async def succeeded(self, account: str, place: str) -> None:
        """The door is open again."""
        await self._database.run(self._succeeded, account, place)

    def _door(self, account: str, place: str) -> bytes:
        return self._vault.blind("sign_in_door", f"{account}\0{place}")

    def _wait(self, account: str, place: str) -> timedelta:
        with self._database.reading() as connection:
            row = connection.execute(
                select(sign_in_failure).where(sign_in_failure.c.door == self._door(account, place))
            ).first()
        if row is None:
            return timedelta()
        over_at: datetime = row.last_at + wait_after(row.failures)
        return max(timedelta(), over_at - self._machine.now())

    def _failed(self, account: str, place: str, is_known: bool) -> None:
        now = self._machine.now()
        with self._database.transaction() as connection:
            connection.execute(delete(sign_in_failure).where(sign_in_failure.c.last_at < now - FORGOTTEN_AFTER))
            insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
            connection.execute(
                insert(sign_in_failure)
                .values(door=self._door(account, place), failures=1, last_at=now)
                .on_conflict_do_update(
                    index_elements=["door"], set_={"failures": sign_in_failure.c.failures + 1, "last_at": now}
                )
            )
            # The place as a keyed digest: an auditor sees whether two failures came from the same one, not from which.
            details = {"place": self._vault.blind("sign_in_place", place).hex()[:16]}
            actor = account if is_known else "-"
            self._acts.record(connection, actor, self._failure_act, self._clock.now(), details=details)

    def _succeeded(self, account: str, place: str) -> None:
        with self._database.transaction() as connection:
            connection.execute(delete(sign_in_failure).where(sign_in_failure.c.door == self._door(account, place)))


def wait_after(failures: int) -> timedelta:
    """Nothing for the first few, then 2, 4, 8 … seconds up to the limit."""
    beyond = failures - FREE_FAILURES
    if beyond <= 0:
        return timedelta()
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(beyond, 20)))
