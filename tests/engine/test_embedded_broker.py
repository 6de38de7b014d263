"""The broker as our child, on the real broker: it comes back when it dies, and never outlives us."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from penaemas.zeebe.broker_preconditions import BrokerCannotStart
from penaemas.zeebe.broker_settings import BrokerSettings
from penaemas.zeebe.commands import Commands
from penaemas.zeebe.connection import open_channel
from penaemas.zeebe.embedded_broker import BrokerEvent, BrokerState, EmbeddedBroker
from tests.engine.conftest import model
from tests.waiting import wait_until, wait_until_async

pytestmark = pytest.mark.engine

NewSettings = Callable[..., BrokerSettings]


def ended(pid: int) -> bool:
    """Whether the process runs no more (a corpse that nobody has buried counts as ended)."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def test_a_broker_that_is_killed_comes_back_with_its_data(
    broker_settings: NewSettings, distribution_home: Path, java: Path
) -> None:
    events: list[BrokerEvent] = []
    broker = EmbeddedBroker(broker_settings(), home=distribution_home, java=java, on_state=events.append)
    await broker.start()
    try:
        await broker.wait_ready()
        async with open_channel(broker.settings.address()) as channel:
            commands = Commands(channel)
            before = await commands.deploy([model("review_by_officer.bpmn")])
            first_pid = broker.pid
            assert first_pid is not None

            os.kill(first_pid, signal.SIGKILL)
            await wait_until_async(lambda: broker.event.state is BrokerState.RESTARTING, "the death was noticed")
            await broker.wait_ready()

            assert broker.pid != first_pid
            assert (await commands.deploy([model("review_by_officer.bpmn")])).processes == before.processes
    finally:
        await broker.stop()
    assert [event.state for event in events if event.state is not BrokerState.STARTING] == [
        BrokerState.READY,
        BrokerState.RESTARTING,
        BrokerState.READY,
        BrokerState.STOPPING,
        BrokerState.STOPPED,
    ]
    assert "Starting it again in" in next(event.detail for event in events if event.state is BrokerState.RESTARTING)


async def test_a_broker_that_will_not_end_in_order_is_killed(
    broker_settings: NewSettings, distribution_home: Path, java: Path
) -> None:
    broker = EmbeddedBroker(broker_settings(), home=distribution_home, java=java)
    await broker.start()
    pid = broker.pid
    while pid is None:
        await asyncio.sleep(0)
        pid = broker.pid
    os.kill(pid, signal.SIGSTOP)

    await broker.stop(limit_s=0.2)

    assert ended(pid)
    assert broker.event.state is BrokerState.STOPPED


def test_no_broker_is_left_when_its_supervisor_is_killed(
    broker_settings: NewSettings, distribution_home: Path, java: Path, tmp_path: Path
) -> None:
    settings = broker_settings()
    supervisor = textwrap.dedent(
        f"""
        import asyncio
        from pathlib import Path
        from penaemas.zeebe.broker_settings import BrokerPorts, BrokerSettings
        from penaemas.zeebe.embedded_broker import EmbeddedBroker

        async def main():
            settings = BrokerSettings(Path({str(settings.data_directory)!r}), {settings.ports!r}, None,
                                      version={settings.version!r})
            broker = EmbeddedBroker(settings, home=Path({str(distribution_home)!r}), java=Path({str(java)!r}))
            await broker.start()
            await broker.wait_ready()
            Path({str(tmp_path / "pid")!r}).write_text(str(broker.pid))
            await asyncio.Event().wait()

        asyncio.run(main())
        """
    )
    with subprocess.Popen([sys.executable, "-c", supervisor], stdout=subprocess.DEVNULL) as process:
        try:
            wait_until((tmp_path / "pid").exists, "the broker is ready")
            wait_until(lambda: (tmp_path / "pid").read_text() != "", "its pid is written")
            pid = int((tmp_path / "pid").read_text())
            assert not ended(pid)
        finally:
            process.kill()

    wait_until(lambda: ended(pid), "the broker ended with its supervisor")


async def test_a_taken_port_is_named_before_anything_is_started(
    broker_settings: NewSettings, distribution_home: Path, java: Path
) -> None:
    settings = broker_settings()
    with socket.create_server(("127.0.0.1", settings.ports.rest)):
        broker = EmbeddedBroker(settings, home=distribution_home, java=java)

        with pytest.raises(BrokerCannotStart, match=f"Port {settings.ports.rest}.*is taken"):
            await broker.start()

    assert broker.pid is None


async def test_two_brokers_do_not_work_on_the_same_data(
    broker_settings: NewSettings, distribution_home: Path, java: Path
) -> None:
    first = EmbeddedBroker(broker_settings(), home=distribution_home, java=java)
    await first.start()
    try:
        second = EmbeddedBroker(broker_settings(), home=distribution_home, java=java)

        with pytest.raises(BrokerCannotStart, match="Another engine already works on"):
            await second.start()
    finally:
        await first.stop()


async def test_a_disk_without_room_is_named_before_anything_is_started(
    broker_settings: NewSettings, distribution_home: Path, java: Path
) -> None:
    settings = replace(broker_settings(), minimum_free_bytes=1 << 60)

    with pytest.raises(BrokerCannotStart, match="free some space"):
        await EmbeddedBroker(settings, home=distribution_home, java=java).start()


async def test_a_broker_that_cannot_start_fails_with_its_last_words_and_is_not_tried_again(
    broker_settings: NewSettings, tmp_path: Path, java: Path
) -> None:
    empty_home = tmp_path / "engine"
    empty_home.mkdir()
    broker = EmbeddedBroker(broker_settings(), home=empty_home, java=java)
    await broker.start()

    with pytest.raises(BrokerCannotStart, match="StandaloneBroker"):
        await broker.wait_ready()

    assert broker.event.state is BrokerState.FAILED
    await broker.stop()
