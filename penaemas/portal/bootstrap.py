"""Wires the portal from its settings."""

import asyncio
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn

from penaemas.casefiles.bootstrap import Office, open_office
from penaemas.casefiles.officer_sessions import SessionLimits
from penaemas.casefiles.outbox_wake import notify_workers
from penaemas.history.queries import History
from penaemas.history.queries.deployed_models import DeployedModels
from penaemas.licensing.clock import Clock
from penaemas.observability import logging
from penaemas.observability.pauses import spare_what_lives_on
from penaemas.portal.app import create_app
from penaemas.portal.demo import EngineClockUnreachable, MovableClock
from penaemas.portal.design.assets import Assets
from penaemas.portal.identity.demo_accounts import make_demo_accounts
from penaemas.portal.identity.identity import Identity
from penaemas.portal.identity.passwords import Passwords
from penaemas.portal.models import Models
from penaemas.portal.office_state.reader import HistoryFacts
from penaemas.portal.office_state.readiness import Probe, Readiness
from penaemas.portal.pages import Pages
from penaemas.portal.portal import Portal
from penaemas.settings import PortalSettings
from penaemas.storage.database import Database
from penaemas.zeebe.clock import SystemClock
from penaemas.zeebe.demo_clock import DemoClock, DemoPresent
from penaemas.zeebe.errors import EngineUnavailable

STOP_WITHIN_S = 10
MODELS = Path(__file__).parents[2]


class DemonstrationClock:
    """The demonstration's clock, in the portal's own words."""

    def __init__(self, clock: DemoClock) -> None:
        self._clock = clock

    async def advance(self, by: timedelta) -> None:
        """See `MovableClock`."""
        try:
            await self._clock.advance(by)
        except EngineUnavailable as error:
            raise EngineClockUnreachable from error


def main() -> int:
    """`python -m penaemas.portal`."""
    settings = PortalSettings()
    logging.configure("portal", console=settings.log_console, level=settings.log_level)
    machine = SystemClock()
    clock = DemoPresent(settings.data_folder) if settings.demo else machine
    office = open_office(settings, clock)
    with closing(office), Database.open(settings.history_url) as history_database:
        if settings.demo:
            asyncio.run(make_demo_accounts(office))
        history = History(history_database, clock)
        limits = SessionLimits(lock_after=settings.portal_lock_after, end_after=settings.portal_session_life)
        portal = Portal(
            pages=_pages(settings, office, clock if settings.demo else None),
            office=office,
            identity=Identity.of(office, clock, machine, limits=limits, passwords=Passwords()),
            history=history,
            facts=HistoryFacts(history_database, history),
            readiness=Readiness(_probes(settings)),
            clock=_clock(settings),
            history_database=history_database,
            models=Models(DeployedModels(history_database), MODELS),
            wake=partial(notify_workers, settings.workers_address),
        )
        app = create_app(portal, settings.portal_names, settings.portal_proxies)
        # No proxy headers: whoever may use a training room's doors is told by the connection itself.
        spare_what_lives_on()
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.portal_port,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
    return 0


def _pages(settings: PortalSettings, office: Office, demo_clock: Clock | None) -> Pages:
    return Pages(
        ZoneInfo(settings.time_zone),
        demo_clock=demo_clock,
        assets=Assets(settings.frontend_folder),
        regions={code: region.name for code, region in office.regions.items()},
        lock_after_s=int(settings.portal_lock_after.total_seconds()),
    )


def _clock(settings: PortalSettings) -> MovableClock | None:
    if not settings.demo or settings.zeebe_management_address is None:
        return None
    return DemonstrationClock(DemoClock(settings.data_folder, settings.zeebe_management_address))


def _probes(settings: PortalSettings) -> tuple[Probe, ...]:
    ours = (
        Probe("Riwayat", "History", f"{settings.history_address}/readyz"),
        Probe("Pekerja", "Workers", f"{settings.workers_address}/readyz"),
    )
    if settings.zeebe_management_address is None:
        return ours  # a cluster of the office's own: the workers say whether it answers
    return (
        Probe("Mesin proses", "Process engine", f"{settings.zeebe_management_address}/actuator/health/readiness"),
        *ours,
    )
