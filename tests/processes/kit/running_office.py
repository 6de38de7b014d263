"""A whole office in one process: the real broker with its clock controlled, history, case files, workers, outbox.

What `./pena up` starts as four processes runs here on one event loop, so that a story can wait for a recorded fact the
moment it is recorded. Everything is the product's own code; only the calendars are the story's.
"""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import penaemas.casefiles
from penaemas.casefiles import bootstrap as office_bootstrap
from penaemas.casefiles.person_vault import PersonVault
from penaemas.connectors.bootstrap import wire as wire_connectors
from penaemas.connectors.calling.caller import SystemAddress
from penaemas.history.server import IntakeServer
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.outside_systems import OutsideSystem
from penaemas.licensing.region import Region
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from penaemas.zeebe.broker_settings import BrokerSettings
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
from tests.engine.conftest import free_ports
from tests.engines import unpacked_engine
from workers.bootstrap import Staff, assemble, read_retry_policies

PROJECT = Path(__file__).parents[3]
WORKERS_STOP_WITHIN = timedelta(seconds=5)


@dataclass(frozen=True)
class RunningOffice:
    """The office under test.

    Attributes:
        regions: what everybody reads; a story adds its region.
        broker: its process, for stories in which the engine is away.
        counted: cases whose walk is in the coverage already.
    """

    clock: ControlledClock
    history: IntakeServer
    casefiles: office_bootstrap.Office
    regions: dict[str, Region]
    commands: Commands
    user_tasks: UserTasks
    staff: Staff
    broker: EmbeddedBroker
    counted: set[int] = field(default_factory=set)

    def wake_outbox(self) -> None:
        """What the portal and the command line do after they have queued something."""
        self.staff.sender.wake()

    def open_region(self, region: Region) -> None:
        """Make a region, or its new hours, known to everybody who works here."""
        self.regions[region.code] = region
        self.casefiles.calendars.counter[region.code] = OfficeCalendar(region.calendar, "counter")
        self.casefiles.calendars.back_office[region.code] = OfficeCalendar(region.calendar, "back_office")

    async def move_to(self, instant: datetime) -> None:
        """Move the engine and everybody who works here to a later instant."""
        present = await self.clock.read()
        await self.clock.advance(instant - present)


@asynccontextmanager
async def running_office(folder: Path) -> AsyncIterator[RunningOffice]:
    """Start everything in `folder`, deploy the project's models, and stop everything at the end."""
    version = os.environ.get("PENA_TEST_ENGINE_VERSION", DEFAULT_VERSION)
    password = secrets.token_urlsafe(16)
    with Database.open(f"sqlite:///{folder}/history.sqlite") as history_database:
        async with IntakeServer(history_database, SystemClock(), password=password, port=0) as history:
            broker = EmbeddedBroker(
                BrokerSettings(
                    data_directory=folder / "zeebe",
                    ports=free_ports(),
                    # Stories wait for facts one by one, so each record is sent at once.
                    feeds=HistoryFeeds(f"http://127.0.0.1:{history.port}", password, full_bulk_records=1),
                    controlled_clock=True,
                    time_zone="Asia/Jakarta",
                    version=version,
                ),
                home=unpacked_engine(version),
                java=find_java(),
            )
            await broker.start()
            try:
                await broker.wait_ready()
                async with _staffed(folder, broker, history) as office:
                    yield office
            finally:
                await broker.stop()


@asynccontextmanager
async def _staffed(folder: Path, broker: EmbeddedBroker, history: IntakeServer) -> AsyncIterator[RunningOffice]:
    address = broker.settings.address()
    if address.management_url is None:
        raise ValueError("the broker under test tells where its clock is")
    channel = open_channel(address)
    commands = Commands(channel)
    topology = await commands.topology()
    with Database.open(f"sqlite:///{folder}/office.sqlite") as database:
        upgrade(database, Path(penaemas.casefiles.__file__).parent)
        async with (
            ControlledClock(address.management_url, allowed=True) as clock,
            UserTasks(address, topology.gateway_version) as user_tasks,
        ):
            await deploy_changed(read_models(PROJECT), {}, commands)
            casefiles = office_bootstrap.wire(
                database, PersonVault(secrets.token_bytes(32)), clock, files=folder / "files"
            )
            # The very mapping that the repositories hold, so that a region added by a story is known to all of them.
            regions = casefiles.regions
            if not isinstance(regions, dict):
                raise TypeError("a story adds its region to the office's own mapping")
            answering = casefiles.information_requests.with_calendars(casefiles.calendars.back_office)
            casefiles = replace(casefiles, information_requests=answering)
            staff = assemble(
                channel=channel,
                user_tasks=user_tasks,
                office=casefiles,
                history=history.queries,
                clock=clock,
                policies=read_retry_policies(),
                # Whoever is asked over HTTP in a story is down: nothing listens there.
                connectors=wire_connectors(
                    casefiles.database,
                    casefiles.vault.blind,
                    regions,
                    {f"*/{system.value}": SystemAddress("http://127.0.0.1:9") for system in OutsideSystem},
                ),
            )
            staff.start()
            try:
                yield RunningOffice(clock, history, casefiles, regions, commands, user_tasks, staff, broker)
            finally:
                await staff.stop(WORKERS_STOP_WITHIN)
                await channel.close(None)
