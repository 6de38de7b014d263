"""What officers sign in with: the password's hash, the sealed second factor, and one-time invitations.

Nothing here knows how a password is hashed or a code computed; that is `portal.identity`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.officer_tables import officer_account, officer_device, officer_invitation, officer_session
from penaemas.casefiles.person_vault import PersonVault
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

SECOND_FACTOR_PLACE: Final = "officer/second_factor"
INVITATION_HOLDS: Final = timedelta(hours=72)
TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against. `second_factor` is None where none was set up."""

    account: str
    password_hash: str | None
    second_factor: bytes | None
    second_factor_step: int
    is_disabled: bool


def digest_of(token: str) -> bytes:
    """What is stored of a token: enough to recognise it, not enough to use it."""
    return hashlib.sha256(token.encode()).digest()


class OfficerCredentials:
    """Passwords, second factors and invitations of one office's officers.

    `clock` dates the acts; `machine` counts how long an invitation holds, also where the office's clock is moved.
    """

    def __init__(self, database: Database, vault: PersonVault, acts: Acts, clock: Clock, machine: Clock) -> None:
        self._database = database
        self._vault = vault
        self._acts = acts
        self._clock = clock
        self._machine = machine

    async def of(self, account: str) -> Credentials | None:
        """The credentials of an account, or None."""
        return await self._database.run(self._of, account)

    async def invite(self, account: str, *, by: str) -> str:
        """A token with which the officer sets a new password once; earlier ones are void.

        Raises:
            EntryFaulty: no such account.
        """
        return await self._database.run(self._invite, account, by)

    async def invited(self, token: str) -> str | None:
        """The account that a token invites, or None if it is unknown, used or too old."""
        return await self._database.run(self._invited, token)

    async def accept(self, token: str, password_hash: str) -> str | None:
        """Use an invitation: the password holds from now on and every session ends. None if it is void by now."""
        return await self._database.run(self._accept, token, password_hash)

    async def set_password(self, account: str, password_hash: str) -> None:
        """The officer's own change of password; their other sessions are the caller's to end."""
        await self._database.run(self._set, account, "password_changed", account, {"password_hash": password_hash})

    async def set_second_factor(self, account: str, secret: bytes, step: int) -> None:
        """Keep a second factor whose first code, of time step `step`, was right."""
        await self._database.run(self._set_second_factor, account, secret, step)

    async def drop_second_factor(self, account: str, *, by: str) -> None:
        """Forget the second factor, e.g. of a lost telephone; sessions that it opened lose it."""
        await self._database.run(self._drop_second_factor, account, by)

    async def use_step(self, account: str, step: int) -> bool:
        """Whether this time step is newer than any used before; from now on it is used."""
        return await self._database.run(self._use_step, account, step)

    async def remember_device(self, device: str, account: str) -> None:
        """The officer has signed in on this browser."""
        await self._database.run(self._remember_device, digest_of(device), account)

    async def accounts_of_device(self, device: str) -> tuple[str, ...]:
        """Who has signed in on this browser and may still, the last one first."""
        return await self._database.run(self._accounts_of_device, digest_of(device))

    def _of(self, account: str) -> Credentials | None:
        with self._database.reading() as connection:
            row = connection.execute(select(officer_account).where(officer_account.c.account == account)).first()
            if row is None:
                return None
            sealed, secret = row.second_factor_sealed, None
            if sealed is not None:
                secret = self._vault.unseal(connection, row.person_id, SECOND_FACTOR_PLACE, bytes(sealed))
            return Credentials(
                account, row.password_hash, secret, row.second_factor_step, is_disabled=row.disabled_at is not None
            )

    def _invite(self, account: str, by: str) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._machine.now()
        with self._database.transaction() as connection:
            known = select(officer_account.c.account).where(officer_account.c.account == account)
            if connection.execute(known).first() is None:
                raise EntryFaulty(Fault("account", "is no officer of this office", "./pena officer list names them"))
            unused = (officer_invitation.c.account == account, officer_invitation.c.used_at.is_(None))
            connection.execute(update(officer_invitation).where(*unused).values(used_at=now))
            connection.execute(
                officer_invitation.insert().values(
                    token_digest=digest_of(token), account=account, made_at=now, expires_at=now + INVITATION_HOLDS
                )
            )
            self._acts.record(connection, by, "officer_invited", self._clock.now(), details={"account": account})
        return token

    def _invited(self, token: str) -> str | None:
        holds = (officer_invitation.c.used_at.is_(None), officer_invitation.c.expires_at > self._machine.now())
        with self._database.reading() as connection:
            account: str | None = connection.execute(
                select(officer_invitation.c.account)
                .select_from(officer_invitation.join(officer_account))
                .where(
                    officer_invitation.c.token_digest == digest_of(token),
                    officer_account.c.disabled_at.is_(None),
                    *holds,
                )
            ).scalar()
        return account

    def _accept(self, token: str, password_hash: str) -> str | None:
        account = self._invited(token)
        if account is None:
            return None
        now = self._machine.now()
        with self._database.transaction() as connection:
            used = connection.execute(
                update(officer_invitation)
                .where(officer_invitation.c.token_digest == digest_of(token), officer_invitation.c.used_at.is_(None))
                .values(used_at=now)
            )
            if used.rowcount == 0:  # somebody else was faster with the same link
                return None
            mine = officer_account.c.account == account
            connection.execute(update(officer_account).where(mine).values(password_hash=password_hash))
            still = (officer_session.c.account == account, officer_session.c.ended_at.is_(None))
            connection.execute(update(officer_session).where(*still).values(ended_at=now))
            self._acts.record(connection, account, "password_set", self._clock.now())
        return account

    def _set(self, account: str, action: str, by: str, values: dict[str, object]) -> None:
        with self._database.transaction() as connection:
            connection.execute(update(officer_account).where(officer_account.c.account == account).values(values))
            self._acts.record(connection, by, action, self._clock.now(), details={"account": account})

    def _set_second_factor(self, account: str, secret: bytes, step: int) -> None:
        with self._database.transaction() as connection:
            mine = officer_account.c.account == account
            person_id = connection.execute(select(officer_account.c.person_id).where(mine)).scalar_one()
            sealed = self._vault.seal(connection, person_id, SECOND_FACTOR_PLACE, secret)
            values = {"second_factor_sealed": sealed, "second_factor_step": step}
            connection.execute(update(officer_account).where(mine).values(values))
            self._acts.record(connection, account, "second_factor_set", self._clock.now())

    def _drop_second_factor(self, account: str, by: str) -> None:
        with self._database.transaction() as connection:
            mine = officer_account.c.account == account
            connection.execute(update(officer_account).where(mine).values(second_factor_sealed=None))
            theirs = officer_session.c.account == account
            connection.execute(update(officer_session).where(theirs).values(second_factor_at=None))
            self._acts.record(connection, by, "second_factor_dropped", self._clock.now(), details={"account": account})

    def _use_step(self, account: str, step: int) -> bool:
        with self._database.transaction() as connection:
            newer = (officer_account.c.account == account, officer_account.c.second_factor_step < step)
            used = connection.execute(update(officer_account).where(*newer).values(second_factor_step=step))
            return used.rowcount == 1

    def _remember_device(self, device: bytes, account: str) -> None:
        values = {"device_digest": device, "account": account, "used_at": self._machine.now()}
        with self._database.transaction() as connection:
            insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
            connection.execute(
                insert(officer_device)
                .values(values)
                .on_conflict_do_update(index_elements=["device_digest", "account"], set_={"used_at": values["used_at"]})
            )

    def _accounts_of_device(self, device: bytes) -> tuple[str, ...]:
        wanted = (
            select(officer_device.c.account)
            .select_from(officer_device.join(officer_account))
            .where(officer_device.c.device_digest == device, officer_account.c.disabled_at.is_(None))
            .order_by(officer_device.c.used_at.desc())
        )
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())
