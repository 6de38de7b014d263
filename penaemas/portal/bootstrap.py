"""Wires the portal from its settings."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import uvicorn

from penaemas.history.queries import History
from penaemas.observability import logging
from penaemas.portal.app import Office, create_app
from penaemas.portal.demo import EngineClockUnreachable, MovableClock
from penaemas.portal.office_state.reader import HistoryFacts
from penaemas.portal.office_state.readiness import Probe, Readiness
from penaemas.portal.pages import Pages
from penaemas.settings import PortalSettings
from penaemas.storage.database import Database
from penaemas.zeebe.clock import SystemClock
from penaemas.zeebe.demo_clock import DemoClock, DemoClockUnreachable

STOP_WITHIN_S = 10


class DemonstrationClock:
    """The demonstration's clock, in the portal's own words."""

    def __init__(self, clock: DemoClock) -> None:
        self._clock = clock

    async def read(self) -> datetime:
        """See `MovableClock`."""
        try:
            return await self._clock.read()
        except DemoClockUnreachable as error:
            raise EngineClockUnreachable from error

    async def advance(self, by: timedelta) -> None:
        """See `MovableClock`."""
        try:
            await self._clock.advance(by)
        except DemoClockUnreachable as error:
            raise EngineClockUnreachable from error


def main() -> int:
    """`python -m penaemas.portal`."""
    settings = PortalSettings()
    logging.configure("portal", console=settings.log_console, level=settings.log_level)
    with Database.open(settings.history_url) as history_database:
        office = Office(
            facts=HistoryFacts(history_database, History(history_database, SystemClock())),
            readiness=Readiness(_probes(settings)),
            clock=_clock(settings),
        )
        app = create_app(office, Pages(ZoneInfo(settings.time_zone), settings.demo), settings.portal_names)
        # No proxy headers: whoever may move the demonstration's clock is told by the connection itself.
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
