"""How long after the engine has created a user task a query shows it: real broker, both feeds, history process as an
office runs it.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, select

from penaemas.cli.bench.intake_throughput import PASSWORD, history_command, running
from penaemas.cli.throwaway_ports import free_row
from penaemas.history import tables
from penaemas.settings import InstallationSettings
from penaemas.storage.database import Database
from penaemas.zeebe import distribution, java_runtime
from penaemas.zeebe.broker_settings import BrokerPorts, BrokerSettings
from penaemas.zeebe.commands import Commands
from penaemas.zeebe.connection import open_channel
from penaemas.zeebe.embedded_broker import EmbeddedBroker
from penaemas.zeebe.engine_answers import Resource
from penaemas.zeebe.errors import AlreadyExists, EngineUnavailable
from penaemas.zeebe.history_feed import HistoryFeeds

POLL_S: Final = 0.004
SEEN_WITHIN_S: Final = 180.0
_MESSAGE_LIFE: Final = timedelta(minutes=10)

_MODEL: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="pena">
 <bpmn:message id="Message_Begun" name="bench_visibility.begun"/>
 <bpmn:process id="bench_visibility" isExecutable="true">
  <bpmn:startEvent id="StartEvent_Begun"><bpmn:outgoing>Flow_In</bpmn:outgoing>
   <bpmn:messageEventDefinition messageRef="Message_Begun"/></bpmn:startEvent>
  <bpmn:sequenceFlow id="Flow_In" sourceRef="StartEvent_Begun" targetRef="Task_Review"/>
  <bpmn:userTask id="Task_Review"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements>
   <bpmn:incoming>Flow_In</bpmn:incoming><bpmn:outgoing>Flow_Out</bpmn:outgoing></bpmn:userTask>
  <bpmn:sequenceFlow id="Flow_Out" sourceRef="Task_Review" targetRef="EndEvent_Done"/>
  <bpmn:endEvent id="EndEvent_Done"><bpmn:incoming>Flow_Out</bpmn:incoming></bpmn:endEvent>
 </bpmn:process>
</bpmn:definitions>"""


@dataclass(frozen=True)
class Delays:
    """Milliseconds from the engine's timestamp of a task to the first query that shows it."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, milliseconds: list[float]) -> Delays:
        """From at least two samples."""
        cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
        return cls(cuts[49], cuts[94], cuts[98])


@dataclass(frozen=True)
class Visibility:
    """At one rate: `ours` with the express feed, `control` by the full feed alone, seen in the same run."""

    cases_per_second: int
    tasks: int
    ours: Delays
    control: Delays


@dataclass
class _Watch:
    """The tasks that one condition shows, in the order of their keys."""

    shown: ColumnElement[bool]
    last_key: int = 0
    delays_ms: list[float] = field(default_factory=list)

    def look(self, database: Database) -> None:
        task = tables.tasks.c
        wanted = select(task.user_task_key, task.created_at_ms).where(task.user_task_key > self.last_key, self.shown)
        with database.reading() as connection:
            rows = list(connection.execute(wanted.order_by(task.user_task_key)))
        now_ms = time.time() * 1000
        self.delays_ms += [now_ms - row.created_at_ms for row in rows]
        if rows:
            self.last_key = rows[-1].user_task_key


@asynccontextmanager
async def office() -> AsyncIterator[tuple[Commands, Database]]:
    """A broker, a history process, the process deployed and everything warm."""
    home = distribution.bring(cache=InstallationSettings().cache_folder)
    with tempfile.TemporaryDirectory(prefix="pena-bench-") as name:
        folder = Path(name)
        history_port, *broker_ports = free_row(6)
        feeds = HistoryFeeds(f"http://127.0.0.1:{history_port}", PASSWORD)
        settings = BrokerSettings(folder / "zeebe", BrokerPorts(*broker_ports), feeds=feeds)
        broker = EmbeddedBroker(settings, home=home, java=java_runtime.find_java())
        with running(*history_command(folder, history_port), history_port):
            await broker.start()
            try:
                await broker.wait_ready()
                channel = open_channel(settings.address())
                commands = Commands(channel)
                await _deploy(commands)
                with Database.open(f"sqlite:///{folder}/history.sqlite") as database:
                    yield commands, database
                await channel.close(None)
            finally:
                await broker.stop()


async def measure(commands: Commands, database: Database, rate: int, cases: int, label: str) -> Visibility:
    """Start cases at a steady rate and watch for their tasks.

    Raises:
        TimeoutError: not every task was shown in time.
    """
    task = tables.tasks.c
    newest = await database.run(_newest_key, database)
    at_once, confirmed = _Watch(task.user_task_key > 0, newest), _Watch(task.provisional.is_(False), newest)
    starting = asyncio.create_task(_start(commands, rate, cases, label))
    async with asyncio.timeout(cases / rate + SEEN_WITHIN_S):
        while len(confirmed.delays_ms) < cases:
            await database.run(at_once.look, database)
            await database.run(confirmed.look, database)
            await asyncio.sleep(POLL_S)
    await starting
    return Visibility(rate, cases, Delays.of(at_once.delays_ms), Delays.of(confirmed.delays_ms))


async def _deploy(commands: Commands) -> None:
    # A broker that is ready may refuse for some moments until its gateway knows the partition.
    until = time.monotonic() + SEEN_WITHIN_S
    while True:
        try:
            await commands.deploy([Resource("bench_visibility.bpmn", _MODEL)])
        except EngineUnavailable:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.2)
        else:
            return


def _newest_key(database: Database) -> int:
    with database.reading() as connection:
        newest = connection.execute(select(tables.tasks.c.user_task_key).order_by(tables.tasks.c.user_task_key.desc()))
        return newest.scalars().first() or 0


async def _start(commands: Commands, rate: int, cases: int, label: str) -> None:
    begun = time.monotonic()
    async with asyncio.TaskGroup() as starts:
        for number in range(cases):
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            case_id = f"{label}-{number}"
            starts.create_task(_start_one(commands, case_id))


async def _start_one(commands: Commands, case_id: str) -> None:
    """Through back-pressure: a slow machine must make the figures worse and not the measurement impossible."""
    while True:
        try:
            await commands.start_by_message(
                "bench_visibility.begun", case_id, {"case_id": case_id}, time_to_live=_MESSAGE_LIFE
            )
        except EngineUnavailable:
            await asyncio.sleep(0.1)
        except AlreadyExists:  # it took effect, and its answer was lost
            return
        else:
            return
