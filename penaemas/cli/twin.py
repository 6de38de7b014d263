"""A throw-away office in this very process: the real broker with its clock in our hands, history, case files, workers.

What `./pena up` starts as four processes runs here on one event loop in a thread of its own, in a folder that is
removed at the end. So hours of the office pass in a moment, and nothing of the real office is touched.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from penaemas.casefiles.bootstrap import open_office
from penaemas.cli.desk import Desk
from penaemas.cli.supervision.ports import LOOPBACK
from penaemas.cli.throwaway_ports import free_row
from penaemas.history.server import IntakeServer
from penaemas.licensing.instants import WIB
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.posts import Post
from penaemas.observability import logging
from penaemas.settings import InstallationSettings
from penaemas.storage.database import Database
from penaemas.zeebe import distribution
from penaemas.zeebe.broker_settings import BrokerPorts, BrokerSettings
from penaemas.zeebe.clock import ControlledClock, SystemClock
from penaemas.zeebe.commands import Commands
from penaemas.zeebe.connection import open_channel
from penaemas.zeebe.deployment import deploy_changed
from penaemas.zeebe.embedded_broker import EmbeddedBroker
from penaemas.zeebe.history_feed import HistoryFeeds
from penaemas.zeebe.java_runtime import find_java
from penaemas.zeebe.models_on_disk import read_models
from penaemas.zeebe.releases import DEFAULT_VERSION
from penaemas.zeebe.user_tasks import UserTasks
from workers.bootstrap import assemble, read_retry_policies

PROJECT: Final = Path(__file__).parents[2]
_WORKERS_STOP_WITHIN: Final = timedelta(seconds=5)
_FULL_DAYS: Final = range(4)  # Monday to Thursday: Friday is short
_MORNING_ENDS: Final = 10
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Twin:
    """The office while it lives. Its methods are called from another thread than the one it lives on."""

    desk: Desk
    clock: ControlledClock
    loop: asyncio.AbstractEventLoop

    def move_to(self, instant: datetime) -> None:
        """Move engine and workers forward to an instant; due timers fire within moments. A past instant is no move."""
        step = instant - self._run(self.clock.read())
        if step > timedelta():
            # Whole milliseconds, rounded up: a timer that is due at the instant is due.
            self._run(self.clock.advance(step + timedelta(milliseconds=1)))

    def begin_a_full_day(self, calendar: OfficeCalendar) -> None:
        """Move to the next morning of a whole office day."""
        opening = calendar.next_opening(self.clock.now())
        while opening.astimezone(WIB).weekday() not in _FULL_DAYS or opening.astimezone(WIB).hour >= _MORNING_ENDS:
            opening = calendar.next_opening(opening)
        self.move_to(opening)

    def fill_posts(self, region_code: str) -> None:
        """Every post gets an invented officer, so that an escalation tells somebody."""
        posts = self.desk.office.deadlines.posts
        for post in Post:
            officer = f"{post.value.lower()}.contoh"
            self._run(posts.appoint(region_code, post, officer, date(2025, 1, 1), by="twin"))

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()


@contextmanager
def twin_office() -> Iterator[Twin]:
    """Start a twin, and stop and remove it at the end."""
    logging.configure("twin", console=True, level="ERROR")
    with tempfile.TemporaryDirectory(prefix="pena-twin-") as folder:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="twin", daemon=True)
        thread.start()
        ready: Future[Twin] = Future()
        over = threading.Event()
        life = asyncio.run_coroutine_threadsafe(_life(Path(folder), loop, ready, over), loop)
        try:
            either: tuple[Future[Any], ...] = (ready, life)
            wait(either, return_when=FIRST_COMPLETED)
            if not ready.done():
                life.result()  # raises why it could not be started
            yield ready.result()
        finally:
            # Also while it is still starting: whoever is impatient leaves no engine and no folder behind.
            life.cancel()
            over.wait()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _life(folder: Path, loop: asyncio.AbstractEventLoop, ready: Future[Twin], over: threading.Event) -> None:
    """The office from its start until it is cancelled and everything in it has ended."""
    try:
        async with _living(folder, loop) as twin:
            ready.set_result(twin)
            await asyncio.Event().wait()
    finally:
        over.set()


@asynccontextmanager
async def _living(folder: Path, loop: asyncio.AbstractEventLoop) -> AsyncIterator[Twin]:
    password = secrets.token_urlsafe(16)
    with Database.open(f"sqlite:///{folder}/history.sqlite") as history_database:
        async with IntakeServer(history_database, SystemClock(), password=password, port=0) as history:
            broker = EmbeddedBroker(
                BrokerSettings(
                    data_directory=folder / "zeebe",
                    ports=BrokerPorts(*free_row(5)),
                    # Each record is sent at once: whoever plays waits for facts one by one.
                    feeds=HistoryFeeds(f"http://{LOOPBACK}:{history.port}", password, full_bulk_records=1),
                    controlled_clock=True,
                    time_zone="Asia/Jakarta",
                    version=DEFAULT_VERSION,
                ),
                home=await asyncio.to_thread(
                    distribution.bring, DEFAULT_VERSION, cache=InstallationSettings().cache_folder
                ),
                java=await asyncio.to_thread(find_java),
            )
            try:
                await broker.start()
                await broker.wait_ready()
                async with _staffed(folder, broker, history, loop) as twin:
                    yield twin
            finally:
                await broker.stop()


@asynccontextmanager
async def _staffed(
    folder: Path, broker: EmbeddedBroker, history: IntakeServer, loop: asyncio.AbstractEventLoop
) -> AsyncIterator[Twin]:
    address = broker.settings.address()
    channel = open_channel(address)
    commands = Commands(channel)
    topology = await commands.topology()
    async with (
        ControlledClock(address.management_url or "", allowed=True) as clock,
        UserTasks(address, topology.gateway_version) as user_tasks,
    ):
        await deploy_changed(read_models(PROJECT), {}, commands)
        settings = InstallationSettings(
            data_folder=folder, office_database_url=None, history_database_url=None, office_master_key=None
        )
        office = await asyncio.to_thread(open_office, settings, clock)
        staff = assemble(
            channel=channel,
            user_tasks=user_tasks,
            office=office,
            history=history.queries,
            clock=clock,
            policies=read_retry_policies(),
        )

        def wake() -> bool:
            loop.call_soon_threadsafe(staff.sender.wake)
            return True

        staff.start()
        try:
            desk = Desk(office, history.queries, clock, wake, folder, settings.public_address)
            yield Twin(desk, clock, loop)
        finally:
            await staff.stop(_WORKERS_STOP_WITHIN)
            await channel.close(None)
            office.close()
