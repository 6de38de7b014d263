"""One office with the real engine, its portal, and officers who sit in front of real Chromium.

The office is that of the stories (tests/processes/kit); the portal is served from the same event loop, with the
training room's clock and its "+30 minutes" button. Signing in is another area's story: sessions begin ready-made.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from argon2 import PasswordHasher
from playwright.async_api import Browser, BrowserContext, Page

from penaemas.casefiles.emas.mandates import Mandate
from penaemas.casefiles.officer_sessions import SessionLimits
from penaemas.cli.frontend_build import ensure_frontend
from penaemas.history.queries.deployed_models import DeployedModels
from penaemas.licensing.roles import Grant, Role
from penaemas.portal.app import create_app
from penaemas.portal.design.assets import Assets
from penaemas.portal.identity.cookies import SESSION
from penaemas.portal.identity.identity import Identity
from penaemas.portal.identity.passwords import Passwords
from penaemas.portal.models import Models
from penaemas.portal.office_state.reader import HistoryFacts
from penaemas.portal.office_state.readiness import Readiness
from penaemas.portal.pages import Pages
from penaemas.portal.portal import Portal
from penaemas.settings import InstallationSettings
from penaemas.storage.database import Database
from penaemas.zeebe.clock import ControlledClock, SystemClock
from penaemas.zeebe.errors import NotFound
from tests.emas import DAY_ONE
from tests.processes.kit.running_office import PROJECT, RunningOffice
from tests.processes.kit.story import PermitOffice

HOST = "127.0.0.1"
WAIT_MS = 30_000
MANY = 1_000
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass
class PortalServer:
    """The portal on a port that stays the same when it is started again."""

    portal: Portal
    port: int
    _server: uvicorn.Server | None = None
    _serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Serve."""
        app = create_app(self.portal, (HOST,))
        config = uvicorn.Config(
            app, host=HOST, port=self.port, log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server.serve())
        while not self._server.started:
            if self._serving.done():
                self._serving.result()
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop, as a restart of the program does."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            with suppress(asyncio.CancelledError):
                await self._serving


class TrainingClock:
    """The engine's clock under the banner's button. See `MovableClock`."""

    def __init__(self, clock: ControlledClock) -> None:
        self._clock = clock

    async def advance(self, by: timedelta) -> None:
        await self._clock.advance(by)


@dataclass
class BrowserOffice:
    """What stories in the browser are told with."""

    running: RunningOffice
    server: PortalServer
    chromium: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where the portal is."""
        return f"http://{HOST}:{self.server.port}"

    async def opens(self) -> PermitOffice:
        """A region of the story's own, on a Monday at 08.00."""
        return await PermitOffice.opens(self.running)

    async def officer(self, role: Role, region_code: str, *, number: int = 1, language: str = "id") -> Page:
        """An officer of the region in front of a browser of their own."""
        account = account_of(role, region_code, number)
        officers = self.running.casefiles.officers
        if await officers.find(account) is None:
            await officers.add(account, f"Rekaan {role.title()} {number}", (Grant(role, region_code),), by="test")
        await officers.choose(account, language=language)
        token = await self.server.portal.identity.sessions.begin(account, is_demo=True)
        context = await self.chromium.new_context(viewport={"width": 1280, "height": 900}, locale="id-ID")
        context.set_default_timeout(WAIT_MS)
        self.contexts.append(context)
        await context.add_cookies([{"name": SESSION, "value": token, "url": self.address}])
        page = await context.new_page()
        await page.goto(f"{self.address}/tasks?whose=groups")
        return page

    async def speaks_for(self, agency: str, region_code: str) -> None:
        """The region's officer for recommendations holds the agency's mandate."""
        officer = account_of(Role.REKOM, region_code)
        mandate = Mandate(region_code, agency, officer, "SK-CONTOH/1", DAY_ONE, None)
        await self.running.casefiles.emas.mandates.record(mandate, by="test")

    async def end_story(self) -> None:
        """Close what the story has opened: its browsers, and its cases, whose alarms would ring in the next one."""
        for context in self.contexts:
            await context.close()
        self.contexts.clear()
        queries = self.running.history.queries
        for case in queries.cases(state="active", limit=MANY):
            with suppress(NotFound):  # it has ended in the meantime
                await self.running.commands.cancel(case.process_instance_key)
        await self.running.history.wait_until(lambda: not queries.cases(state="active", limit=1))

    def pause_engine(self) -> None:
        """The engine does not answer."""
        os.kill(self._broker_pid(), signal.SIGSTOP)

    def resume_engine(self) -> None:
        """It answers again."""
        os.kill(self._broker_pid(), signal.SIGCONT)

    def _broker_pid(self) -> int:
        pid = self.running.broker.pid
        assert pid is not None, "the broker runs"
        return pid


@asynccontextmanager
async def browser_office(running: RunningOffice, folder: Path, chromium: Browser) -> AsyncIterator[BrowserOffice]:
    """The portal in front of a running office."""
    office, clock = running.casefiles, running.clock
    machine = SystemClock()
    with Database.open(f"sqlite:///{folder}/history.sqlite") as history_database:
        portal = Portal(
            pages=Pages(
                ZoneInfo("Asia/Jakarta"),
                demo_clock=clock,
                assets=Assets(ensure_frontend(InstallationSettings().cache_folder, print)),
            ),
            office=office,
            identity=Identity.of(office, clock, machine, limits=SessionLimits(), passwords=QUICK),
            history=running.history.queries,
            facts=HistoryFacts(history_database, running.history.queries),
            readiness=Readiness(()),
            clock=TrainingClock(clock),
            history_database=history_database,
            models=Models(DeployedModels(history_database), PROJECT),
            wake=lambda: None,
        )
        object.__setattr__(portal, "poke", running.wake_outbox)  # the sender lives on this very loop
        server = PortalServer(portal, _free_port())
        await server.start()
        try:
            yield BrowserOffice(running, server, chromium)
        finally:
            await server.stop()


def account_of(role: Role, region_code: str, number: int = 1) -> str:
    """The account of a story's officer."""
    return f"{role.lower()}{number}.r{region_code.replace('.', '')}"


async def until(fact: Callable[[], Awaitable[bool]], what: str, *, seconds: float = 30.0) -> None:
    """Wait for something that the office keeps, with room for a loaded machine."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    while not await fact():
        assert loop.time() < ends, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
