"""A training room's portal for a moment, in this process: real case files and history, empty; no engine, no workers."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import uvicorn

import penaemas.history
from penaemas.casefiles.bootstrap import Office, open_office
from penaemas.casefiles.officer_sessions import SessionLimits
from penaemas.cli.supervision.plans import PROJECT
from penaemas.history.queries import History
from penaemas.history.queries.deployed_models import DeployedModels
from penaemas.licensing.clock import Clock
from penaemas.portal.app import create_app
from penaemas.portal.design.assets import Assets
from penaemas.portal.identity.demo_accounts import enrol_demo_signers, make_demo_accounts
from penaemas.portal.identity.identity import Identity
from penaemas.portal.identity.passwords import Passwords
from penaemas.portal.models import Models
from penaemas.portal.office_state.reader import HistoryFacts
from penaemas.portal.office_state.readiness import Probe, Readiness
from penaemas.portal.pages import Pages
from penaemas.portal.portal import Portal
from penaemas.portal.signing.opening import open_authority, open_room
from penaemas.settings import LOOPBACK, OfficeDatabase
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade

STARTS_WITHIN_S: Final = 30.0
LOOK_EVERY_S: Final = 0.02
MONDAY_AT_EIGHT: Final = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


class StandingClock:
    """The clock of a training room that moves only when it is told to."""

    def __init__(self) -> None:
        self._now = MONDAY_AT_EIGHT

    def now(self) -> datetime:
        """The present in UTC."""
        return self._now

    async def advance(self, by: timedelta) -> None:
        """See `MovableClock`."""
        self._now += by


class _MachineClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class ThrowawayPortal:
    """A portal that answers at `url`, on these case files."""

    url: str
    office: Office
    identity: Identity


@contextmanager
def throwaway_portal(folder: Path, *, scripts: Path | None, demo: bool = True) -> Iterator[ThrowawayPortal]:
    """Serve a portal from an empty folder until the block ends.

    Args:
        scripts: the built front end, or None for a portal without scripts.
        demo: whether it is a training room, with its accounts, or an office without officers.
    """
    clock: StandingClock = StandingClock()
    machine: Clock = _MachineClock()
    office = open_office(OfficeDatabase(data_folder=folder), clock)
    history_database = Database.open(f"sqlite:///{folder}/history.sqlite")
    upgrade(history_database, Path(penaemas.history.__file__).parent)
    authority = open_authority(folder, clock, office.regions)
    if demo:
        asyncio.run(make_demo_accounts(office))
        enrol_demo_signers(office, authority)
    history = History(history_database, clock)
    identity = Identity.of(office, clock, machine, limits=SessionLimits(), passwords=Passwords())
    portal = Portal(
        pages=Pages(
            ZoneInfo("Asia/Jakarta"),
            demo_clock=clock if demo else None,
            assets=Assets(scripts),
            regions={code: region.name for code, region in office.regions.items()},
        ),
        office=office,
        identity=identity,
        history=history,
        facts=HistoryFacts(history_database, history),
        readiness=Readiness((Probe("Mesin proses", "Process engine", f"http://{LOOPBACK}:9/readyz"),)),
        clock=clock if demo else None,
        history_database=history_database,
        models=Models(DeployedModels(history_database), PROJECT),
        signing=open_room(office, authority, machine, address=f"http://{LOOPBACK}", data_folder=folder),
        wake=lambda: None,
    )
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        port = listening.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(create_app(portal, (LOOPBACK, "localhost")), log_config=None, access_log=False)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + STARTS_WITHIN_S
        while not server.started and time.monotonic() < until:
            time.sleep(LOOK_EVERY_S)
        try:
            yield ThrowawayPortal(f"http://{LOOPBACK}:{port}", office, identity)
        finally:
            server.should_exit = True
            thread.join()
            history_database.close()
            office.close()
