"""One real broker for the tests of this folder, with a controlled clock and both feeds going to a small receiver."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from penaemas.cli.throwaway_ports import free_row
from penaemas.zeebe.broker_settings import BrokerPorts, BrokerSettings
from penaemas.zeebe.clock import ControlledClock
from penaemas.zeebe.commands import Commands
from penaemas.zeebe.connection import open_channel
from penaemas.zeebe.embedded_broker import EmbeddedBroker
from penaemas.zeebe.engine_answers import Resource
from penaemas.zeebe.history_feed import HistoryFeeds
from penaemas.zeebe.java_runtime import find_java
from penaemas.zeebe.releases import DEFAULT_VERSION
from penaemas.zeebe.user_tasks import UserTasks
from tests.engine.record_receiver import RecordReceiver
from tests.engines import unpacked_engine
from tests.waiting import wait_until_async

MODELS = Path(__file__).parent / "models"
ENGINE_VERSION = os.environ.get("PENA_TEST_ENGINE_VERSION", DEFAULT_VERSION)
FEED_PASSWORD = "a password of this test"
HOUR = timedelta(hours=1)


def free_ports() -> BrokerPorts:
    """Five ports that nobody listens on."""
    return BrokerPorts(*free_row(5))


def model(name: str) -> Resource:
    """A diagram of this folder."""
    return Resource(name, (MODELS / name).read_bytes())


@dataclass
class Engine:
    """What a test of this folder speaks to."""

    broker: EmbeddedBroker
    commands: Commands
    user_tasks: UserTasks
    clock: ControlledClock
    receiver: RecordReceiver

    async def record(self, value_type: str, intent: str, *, feed_user: str = "full", **value: object) -> dict[str, Any]:
        """Waits until the feed has brought such a record, and returns it."""

        def found() -> bool:
            return self.receiver.find(value_type, intent, feed_user=feed_user, **value) is not None

        await wait_until_async(found, f"{value_type} {intent} {value} on the {feed_user} feed")
        record = self.receiver.find(value_type, intent, feed_user=feed_user, **value)
        assert record is not None
        return record

    async def start_case(self, message: str, element_id: str) -> tuple[str, dict[str, Any]]:
        """Starts a case and waits until it stands at the element; returns its id and that element's record."""
        case_id = f"CASE-{uuid4()}"
        await self.commands.start_by_message(message, case_id, {"case_id": case_id}, time_to_live=HOUR)
        variable = await self.record("VARIABLE", "CREATED", name="case_id", value=f'"{case_id}"')
        instance_key = variable["value"]["processInstanceKey"]
        element = await self.record(
            "PROCESS_INSTANCE", "ELEMENT_ACTIVATED", processInstanceKey=instance_key, elementId=element_id
        )
        return case_id, element


@pytest.fixture(scope="session")
def distribution_home() -> Path:
    return unpacked_engine(ENGINE_VERSION)


@pytest.fixture(scope="session")
def java() -> Path:
    return find_java()


@pytest.fixture(scope="session")
def receiver() -> Iterator[RecordReceiver]:
    receiver = RecordReceiver()
    yield receiver
    receiver.close()


@pytest.fixture
def broker_settings(tmp_path: Path) -> Callable[..., BrokerSettings]:
    """Settings of a broker of the test's own."""

    def settings(**changes: Any) -> BrokerSettings:
        return BrokerSettings(
            **{
                "data_directory": tmp_path / "zeebe",
                "ports": free_ports(),
                "feeds": None,
                "version": ENGINE_VERSION,
                **changes,
            }
        )

    return settings


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(
    distribution_home: Path, java: Path, receiver: RecordReceiver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Engine]:
    settings = BrokerSettings(
        data_directory=tmp_path_factory.mktemp("engine"),
        ports=free_ports(),
        feeds=HistoryFeeds(receiver.url, FEED_PASSWORD),
        version=ENGINE_VERSION,
        controlled_clock=True,
    )
    broker = EmbeddedBroker(settings, home=distribution_home, java=java)
    await broker.start()
    try:
        await broker.wait_ready()
        address = settings.address()
        assert address.management_url is not None
        async with open_channel(address) as channel:
            commands = Commands(channel)
            version = (await commands.topology()).gateway_version
            async with (
                UserTasks(address, version) as user_tasks,
                ControlledClock(address.management_url, allowed=True) as clock,
            ):
                await commands.deploy([model("permit_with_service_task.bpmn"), model("review_by_officer.bpmn")])
                yield Engine(broker, commands, user_tasks, clock, receiver)
    finally:
        await broker.stop()
