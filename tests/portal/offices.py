"""An office as the portal asks it: case files and accounts in a real database; the history answers as a test says.

`PortalOffice` has one officer for each role in each of two regions. In the browser of `visit` nobody has signed in, in
that of `visit_as` the officer of a role has.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI
from pydantic import SecretStr

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.officer_sessions import SessionLimits
from penaemas.casefiles.officer_sign_in_delays import SignInDelays
from penaemas.cli.model_gate import ROOT
from penaemas.connectors.e_signature.authority import Authority
from penaemas.connectors.e_signature.port import SignerCertificate, SignerNotEnrolled, UnlockedKey
from penaemas.history.queries import History
from penaemas.history.queries.deployed_models import DeployedModels
from penaemas.licensing.roles import Grant, Role
from penaemas.portal.app import create_app
from penaemas.portal.demo import EngineClockUnreachable
from penaemas.portal.identity.cookies import SESSION, csrf_token_of
from penaemas.portal.identity.guard import CSRF_HEADER, masked
from penaemas.portal.identity.identity import Identity
from penaemas.portal.identity.passwords import Passwords
from penaemas.portal.models import Models
from penaemas.portal.office_state.readiness import Readiness
from penaemas.portal.office_state.state import Facts, HistoryUnreadable, Part, ProcessLine
from penaemas.portal.pages import Pages
from penaemas.portal.portal import Portal
from penaemas.portal.signing.opening import open_room
from penaemas.portal.signing.signing_room import SigningRoom
from penaemas.storage.database import Database
from tests.offices import LAMPUNG_SELATAN, SUMEDANG, OfficeClock

THIS_MACHINE = ("127.0.0.1", 50_000)
ANOTHER_MACHINE = ("192.0.2.7", 50_000)
PROXY = ("192.0.2.80", 50_000)
PASSWORD = "empat kata yang mudah"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

MONDAY_AT_EIGHT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # 08.00 in western Indonesia
EMPTY = Facts(0, None, 0, 0, (), 0, 0, 0)
BUSY = Facts(
    records=12_345,
    newest_record_at=MONDAY_AT_EIGHT + timedelta(minutes=31),
    records_missing=0,
    records_quarantined=0,
    processes=(ProcessLine("public_information_request", 3, MONDAY_AT_EIGHT, 1_204, 37, 2),),
    cases_running=1_204,
    tasks_open=37,
    incidents_open=2,
)


@dataclass
class PaperHistory:
    """Answers what it is told to."""

    facts: Facts | None = BUSY
    error: Exception | None = None

    async def read(self) -> Facts:
        if self.error is not None:
            raise self.error
        if self.facts is None:
            raise HistoryUnreadable("the database is away")
        return self.facts


class PaperReadiness(Readiness):
    """Parts that are ready or not, as told."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(())
        self.parts = tuple(parts)

    async def ask(self) -> tuple[Part, ...]:
        return self.parts


class NobodySigns:
    """No officer has a key; for tests that are not about signing."""

    async def certificate_of(self, account: str) -> SignerCertificate | None:
        return None

    @asynccontextmanager
    async def unlocked(self, account: str, passphrase: SecretStr) -> AsyncIterator[UnlockedKey]:
        raise SignerNotEnrolled(account)
        yield  # a generator must have one


@dataclass
class PaperClock:
    """Moves when it is told to, unless it is broken."""

    present: datetime = MONDAY_AT_EIGHT
    broken: bool = False

    def now(self) -> datetime:
        return self.present

    async def advance(self, by: timedelta) -> None:
        if self.broken:
            raise EngineClockUnreachable
        self.present += by


ALL_WELL = (
    Part("Mesin proses", "Process engine", True, ()),
    Part("Riwayat", "History", True, ()),
    Part("Pekerja", "Workers", True, ()),
)


def account_of(role: Role, region_code: str) -> str:
    """The account of the test's officer with this role there."""
    return f"{role.lower()}.r{region_code.replace('.', '')}"


@dataclass
class PortalOffice:
    """Everything that the portal asks, and the portal that asks it. `machine` is the clock of sessions and codes."""

    office: Office
    history: History
    machine: OfficeClock
    history_database: Database
    facts: PaperHistory = field(default_factory=PaperHistory)
    readiness: PaperReadiness = field(default_factory=lambda: PaperReadiness(ALL_WELL))
    clock: PaperClock | None = None
    limits: SessionLimits = field(default_factory=SessionLimits)
    authority: Authority | None = None
    _app: FastAPI | None = None

    @property
    def identity(self) -> Identity:
        return Identity.of(self.office, self.machine, self.machine, limits=self.limits, passwords=QUICK)

    def portal(self) -> Portal:
        regions = {code: region.name for code, region in self.office.regions.items()}
        return Portal(
            pages=Pages(ZoneInfo("Asia/Jakarta"), demo_clock=self.clock, regions=regions),
            office=self.office,
            identity=self.identity,
            history=self.history,
            facts=self.facts,
            readiness=self.readiness,
            clock=self.clock,
            history_database=self.history_database,
            models=Models(DeployedModels(self.history_database), ROOT),
            signing=self._signing(),
            wake=lambda: None,
            events_last_s=0.0,
        )

    def _signing(self) -> SigningRoom:
        office, address, nothing = self.office, "https://pena.example", Path("/nonexistent")
        if self.authority is not None:
            return open_room(office, self.authority, self.machine, address=address, data_folder=nothing)
        delays = SignInDelays(office.database, office.vault, office.acts, self.machine, self.machine)
        return SigningRoom(office, NobodySigns(), bytes, delays, address=address, ledger=nothing)

    def app(self) -> FastAPI:
        """The portal as it was when it was first asked for."""
        if self._app is None:
            self._app = create_app(self.portal(), ("127.0.0.1", "localhost", "pena.example"), (PROXY[0],))
        return self._app

    def visit(self, client: tuple[str, int] = THIS_MACHINE, address: str = "http://127.0.0.1") -> httpx.AsyncClient:
        """A browser in front of the portal."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app(), client=client), base_url=address)

    async def visit_as(self, role: Role, region_code: str = SUMEDANG, **session: bool) -> httpx.AsyncClient:
        """A browser in which the officer with this role has signed in; it sends the form's token by itself."""
        return await self.visit_with(account_of(role, region_code), **session)

    async def visit_with(self, account: str, *, second_factor: bool = True) -> httpx.AsyncClient:
        """A browser in which the officer of this account has signed in."""
        identity = self.identity
        token = await identity.sessions.begin(account)
        if second_factor:
            await identity.sessions.confirm_second_factor(token)
        browser = self.visit()
        browser.cookies.set(SESSION, token)
        browser.headers[CSRF_HEADER] = masked(csrf_token_of(token))
        return browser


def add_officers(office: Office) -> None:
    """One officer for each role in each of two regions, without passwords; for fixtures."""

    async def add() -> None:
        for region_code in (SUMEDANG, LAMPUNG_SELATAN):
            for role in Role:
                account = account_of(role, region_code)
                await office.officers.add(account, f"Rekaan {role.title()}", (Grant(role, region_code),), by="test")

    asyncio.run(add())


def form_token_in(page: str) -> str:
    """The token that the page's forms send along."""
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
    assert found, "the page has no form with a token"
    return found[1]
