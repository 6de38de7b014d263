"""Signing in: what a name and a password from some place lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.officer_credentials import OfficerCredentials
from penaemas.casefiles.officer_sessions import OfficerSessions, SessionLimits
from penaemas.casefiles.officer_sign_in_delays import SignInDelays
from penaemas.casefiles.officers import LONGEST_ACCOUNT, Officers
from penaemas.licensing.clock import Clock
from penaemas.portal.identity.passwords import Passwords
from penaemas.portal.identity.totp import matching_step


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The password was right; `token` is for the cookie."""

    token: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """Too many failures from this place; nothing was compared."""

    wait: timedelta


class Wrong:
    """Account or password is wrong; which, nobody is told."""


class Identity:
    """Who may come in. `machine` is this machine's clock: passwords and codes know nothing of a moved one."""

    def __init__(
        self,
        officers: Officers,
        credentials: OfficerCredentials,
        sessions: OfficerSessions,
        delays: SignInDelays,
        passwords: Passwords,
        machine: Clock,
    ) -> None:
        self.officers = officers
        self.credentials = credentials
        self.sessions = sessions
        self.passwords = passwords
        self._delays = delays
        self._machine = machine

    @classmethod
    def of(
        cls, office: Office, clock: Clock, machine: Clock, *, limits: SessionLimits, passwords: Passwords
    ) -> Identity:
        """The identity of one office's officers. `clock` dates the acts."""
        database, vault, acts = office.database, office.vault, office.acts
        return cls(
            office.officers,
            OfficerCredentials(database, vault, acts, clock, machine),
            OfficerSessions(database, office.officers, acts, clock, machine, limits),
            SignInDelays(database, vault, acts, clock, machine),
            passwords,
            machine,
        )

    async def sign_in(self, account: str, password: str, place: str) -> SignedIn | TryLater | Wrong:
        """Compare name and password, unless this place has failed too often."""
        refusal = await self.confirm_password(account, password, place)
        return refusal if refusal is not None else SignedIn(await self.sessions.begin(account))

    async def confirm_password(self, account: str, password: str, place: str) -> TryLater | Wrong | None:
        """Compare a password, e.g. to unlock the screen; None if it is right."""
        account = account[:LONGEST_ACCOUNT]
        wait = await self._delays.wait(account, place)
        if wait:
            return TryLater(wait)
        known = await self.credentials.of(account)
        verdict = await self.passwords.check(password, known.password_hash if known else None)
        if known is None or known.is_disabled or not verdict.is_right:
            await self._delays.failed(account, place, is_known=known is not None)
            return Wrong()
        if verdict.better_hash is not None:
            await self.credentials.set_password(account, verdict.better_hash)
        await self._delays.succeeded(account, place)
        return None

    async def confirm_code(self, token: str, account: str, code: str, place: str) -> TryLater | Wrong | None:
        """Compare a code of the second factor; None if it is right, and the session has it from now on."""
        wait = await self._delays.wait(account, place)
        if wait:
            return TryLater(wait)
        known = await self.credentials.of(account)
        step = None
        if known is not None and known.second_factor is not None:
            step = matching_step(known.second_factor, code, self._machine.now())
        if step is None or not await self.credentials.use_step(account, step):
            await self._delays.failed(account, place, is_known=True)
            return Wrong()
        await self._delays.succeeded(account, place)
        await self.sessions.confirm_second_factor(token)
        return None

    async def set_up_code(self, token: str, account: str, secret: bytes, code: str) -> bool:
        """Keep a second factor if the first code of the app is right; the session has it from now on."""
        step = matching_step(secret, code, self._machine.now())
        if step is None:
            return False
        await self.credentials.set_second_factor(account, secret, step)
        await self.sessions.confirm_second_factor(token)
        return True
