"""Wires the worker process: jobs, what runs beside them, and its probes."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from penaemas.casefiles.bootstrap import Office, open_office
from penaemas.cli.engine_address import engine_address
from penaemas.connectors.bootstrap import Connectors
from penaemas.connectors.bootstrap import wire as wire_connectors
from penaemas.connectors.calling.caller import SystemAddress
from penaemas.connectors.mail.smtp import SmtpMail, SmtpServer
from penaemas.connectors.whatsapp.http import HttpWhatsApp
from penaemas.history.queries.history import History
from penaemas.licensing.clock import Clock
from penaemas.observability import logging
from penaemas.observability.ops_server import OpsServer
from penaemas.observability.pauses import spare_what_lives_on
from penaemas.settings import MessageSettings, WorkerSettings
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageUnavailable
from penaemas.zeebe.clock import SystemClock
from penaemas.zeebe.commands import Commands
from penaemas.zeebe.connection import Channel, EngineAddress, open_channel
from penaemas.zeebe.demo_clock import DemoPresent
from penaemas.zeebe.errors import EngineUnavailable
from penaemas.zeebe.job_gateway import Backoff
from penaemas.zeebe.job_retries import RetryPolicies
from penaemas.zeebe.job_runtime import JobRuntime
from penaemas.zeebe.user_tasks import UserTasks
from workers.background import Background, BackgroundTask
from workers.clock_changes import ClockChanges
from workers.message_channels import Channels
from workers.message_sender import MessageSender
from workers.monitoring.clock_check import ClockCheck
from workers.monitoring.outage_watch import OutageWatch
from workers.outbox_delivery import Delivery
from workers.outbox_sender import OutboxSender
from workers.payment_callback import PaymentCallback
from workers.recorded_facts import FactsOfHistory
from workers.registry import JOBS
from workers.treasury_rounds import TreasuryRounds

log = structlog.get_logger(__name__)

RETRY_POLICIES: Final = Path(__file__).resolve().parents[1] / "config" / "retry_policies.toml"


def read_retry_policies(file: Path = RETRY_POLICIES) -> RetryPolicies:
    """The office's retry policies.

    Raises:
        ValueError: the file is wrong, or names a job type that nobody serves.
    """
    return RetryPolicies.from_toml(file.read_text(encoding="utf-8"), job_types=[job.job_type for job in JOBS])


async def serve(settings: WorkerSettings) -> None:
    """Serves jobs and sends the outbox until SIGTERM or SIGINT. The engine need not be there yet.

    Raises:
        OSError: the port is taken.
        StorageError: a database cannot be used.
        ValueError: the configuration is wrong.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stopping.set)
    policies = read_retry_policies()
    address = engine_address(settings)
    missing: list[str] = ["the engine has not answered yet"]
    ops = OpsServer(settings.workers_port, host=settings.host)
    ops.add_check("start", lambda: missing[0] if missing else None)
    async with AsyncExitStack() as stack:
        await ops.start()
        stack.push_async_callback(ops.stop)
        channel = open_channel(address)
        stack.push_async_callback(channel.close, None)
        gateway_version = await _until_answered(channel, stopping)
        if gateway_version is not None:
            await stack.enter_async_context(_working(settings, address, channel, gateway_version, policies, ops))
            missing.clear()
            await stopping.wait()


@asynccontextmanager
async def _working(
    settings: WorkerSettings,
    address: EngineAddress,
    channel: Channel,
    gateway_version: str,
    policies: RetryPolicies,
    ops: OpsServer,
) -> AsyncIterator[None]:
    """Everything that works, from start to an orderly stop: first the jobs, then the outbox, then what they use."""
    async with AsyncExitStack() as stack:
        clock = DemoPresent(settings.data_folder) if settings.demo else SystemClock()
        office = await asyncio.to_thread(open_office, settings, clock)
        stack.callback(office.close)
        history_database = stack.enter_context(Database.open(settings.history_url))
        history = History(history_database, clock)
        user_tasks = await stack.enter_async_context(UserTasks(address, gateway_version))
        connectors = open_connectors(settings, office)
        stack.push_async_callback(connectors.close)
        staff = assemble(
            channel=channel,
            user_tasks=user_tasks,
            office=office,
            history=history,
            clock=clock,
            policies=policies,
            most_waiting=settings.jobs_in_hand,
            channels=channels_of(settings),
            messages_at_once=settings.mail_connections,
            connectors=connectors,
        )
        for name, check in staff.runtime.checks().items():
            ops.add_check(name, check)
        ops.add_check("background", staff.background.why_not_running)
        ops.add_route("POST", "/outbox/wake", staff.sender.wake_route)
        if settings.payments_token is not None:
            ops.add_route(
                "POST", "/payments", PaymentCallback(office.payments, settings.payments_token, staff.sender).route
            )
        staff.start()
        spare_what_lives_on()
        stack.push_async_callback(staff.stop, settings.drain_limit)
        yield


def open_connectors(settings: WorkerSettings, office: Office) -> Connectors:
    """The connectors as regions and settings say.

    Raises:
        ValueError: a region wants a system that has no address, or an address cannot be used.
    """
    addresses = {place: SystemAddress(given.url, given.token) for place, given in settings.connectors.items()}
    return wire_connectors(office.database, office.vault.blind, office.regions, addresses)


@dataclass(frozen=True)
class Staff:
    """Those who work: on jobs, on the outbox, and on what runs beside them."""

    runtime: JobRuntime
    sender: OutboxSender
    background: Background

    def start(self) -> None:
        """Begin. The engine need not be there yet."""
        self.background.start()
        self.runtime.start()

    async def stop(self, within: timedelta) -> None:
        """Finish the jobs in hand within the limit, give the others back, then stop the outbox."""
        await self.runtime.stop(within)
        await self.background.stop()


def assemble(
    *,
    channel: Channel,
    user_tasks: UserTasks,
    office: Office,
    history: History,
    clock: Clock,
    policies: RetryPolicies,
    most_waiting: int = 64,
    channels: Channels | None = None,
    messages_at_once: int = 8,
    connectors: Connectors | None = None,
) -> Staff:
    """Give every job its collaborators. The process under test is assembled by the same function.

    Args:
        channels: by which ways messages go out; none: an officer sends each by hand.
        connectors: the doors to other systems; without them the office's own tables answer for all.

    Raises:
        CollaboratorMissing: a job asks for something that nobody hands in.
    """
    connectors = connectors or wire_connectors(office.database, office.vault.blind, office.regions)
    commands = Commands(channel)
    delivery = Delivery(commands, user_tasks)
    sender = OutboxSender(office.database, office.outbox, delivery, FactsOfHistory(history), clock)
    runtime = JobRuntime(
        JOBS,
        channel=channel,
        collaborators={
            "clock": clock,
            "escalations": office.deadlines.escalations,
            "history": history,
            "information_requests": office.information_requests,
            "ladders": office.deadlines.ladders,
            "notices": office.notices,
            "posts": office.deadlines.posts,
            "service_window": office.deadlines.service_window,
            "user_tasks": user_tasks,
            "watched_outages": office.watched_outages,
            **connectors.collaborators(),
            **office.pbg.collaborators(),
            **office.emas.collaborators(),
        },
        clock=clock,
        policies=policies,
        outages=(StorageUnavailable,),
        most_waiting=most_waiting,
    )
    clock_check = ClockCheck(office.database, office.clocks, history, clock)
    messages = MessageSender(
        office.database, office.message_queue, channels or Channels(), clock, at_once=messages_at_once
    )
    office.bell.listen(messages.wake)
    outage_watch = OutageWatch(office.watched_outages, connectors)
    treasury = TreasuryRounds(office.treasury_desk, office.payments, connectors, office.watched_outages)
    background = Background(
        (
            BackgroundTask("outbox_sender", sender.run),
            BackgroundTask("message_sender", messages.run),
            BackgroundTask("clock_changes", ClockChanges(office.outages, commands.broadcast).run),
            BackgroundTask("clock_check", clock_check.run),
            BackgroundTask("outage_watch", outage_watch.run),
            BackgroundTask("treasury", treasury.run),
        )
    )
    return Staff(runtime, sender, background)


def channels_of(settings: MessageSettings) -> Channels:
    """The ways of this office, by its settings."""
    mail = whatsapp = None
    if settings.smtp_host and settings.smtp_sender:
        mail = SmtpMail(
            SmtpServer(
                settings.smtp_host,
                settings.smtp_port,
                settings.smtp_security,
                settings.smtp_sender,
                user=settings.smtp_user,
                password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
                ca_file=settings.smtp_ca_file,
            )
        )
    if settings.whatsapp_address:
        token = settings.whatsapp_token.get_secret_value() if settings.whatsapp_token else None
        whatsapp = HttpWhatsApp(settings.whatsapp_address, token)
    return Channels(mail, whatsapp)


async def _until_answered(channel: Channel, stopping: asyncio.Event) -> str | None:
    """The gateway's version, as soon as there is one; None if we are told to stop before."""
    backoff = Backoff()
    while not stopping.is_set():
        try:
            return (await Commands(channel).topology()).gateway_version
        except EngineUnavailable:
            await backoff.wait()
    return None


def main() -> int:
    """`python -m workers`."""
    settings = WorkerSettings()
    logging.configure("workers", console=settings.log_console, level=settings.log_level)
    asyncio.run(serve(settings))
    return 0
