"""Fixtures: one real broker, workers on it, what they log; and a minute without a database, in the background."""

import logging as standard_logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import grpc
import pytest
import structlog
from pyzeebe.proto.gateway_pb2_grpc import GatewayStub

from penaemas.observability import logging
from penaemas.zeebe.connection import open_channel
from penaemas.zeebe.job_contract import JobWorker
from penaemas.zeebe.job_retries import RetryPolicies
from penaemas.zeebe.job_runtime import JobRuntime
from tests.resilience.engine import Engine, LoopThread, start_engine, stop_engine
from tests.resilience.minute_without_database import MinuteWithoutDatabase, WhatHappened
from tests.resilience.serving import AN_HOUR, EnginesTime, Serve

if TYPE_CHECKING:
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Started once; every test uses job types and process ids of its own."""
    thread = LoopThread()
    running = thread.run(start_engine(tmp_path_factory.mktemp("engine")))
    yield running
    thread.run(stop_engine(running))
    thread.close()


@pytest.fixture
async def channel(engine: Engine) -> AsyncIterator[grpc.aio.Channel]:
    """A connection of this test's own event loop."""
    opened = open_channel(engine.address)
    yield opened
    await opened.close(None)


@pytest.fixture
def gateway(channel: grpc.aio.Channel) -> "GatewayAsyncStub":
    """The engine's own calls."""
    return cast("GatewayAsyncStub", GatewayStub(channel))


@pytest.fixture
async def serve(channel: grpc.aio.Channel) -> AsyncIterator[Serve]:
    """Starts a runtime for the given workers; every one is stopped at the end."""
    running: list[JobRuntime] = []

    def start(*workers: JobWorker, policies: RetryPolicies = AN_HOUR) -> JobRuntime:
        runtime = JobRuntime(workers, channel=channel, collaborators={}, clock=EnginesTime(), policies=policies)
        runtime.start()
        running.append(runtime)
        return runtime

    yield start
    for runtime in running:
        await runtime.stop(timedelta(seconds=0.1))


@pytest.fixture
def log_text(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """What the process has logged, as it would be in production."""
    file = tmp_path / "workers.log"
    root = standard_logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    root.handlers = []
    logging.configure("workers", console=False, log_file=file, level="DEBUG")
    yield lambda: file.read_text(encoding="utf-8")
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    root.setLevel(level)
    sys.excepthook = hook
    standard_logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture(scope="session", autouse=True)
def minute_without_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MinuteWithoutDatabase | None]:
    """Begins with the first test of this folder, so that the minute passes while the others run."""
    if not any("a_minute_without_database" in getattr(item, "fixturenames", ()) for item in request.session.items):
        yield None
        return
    minute = MinuteWithoutDatabase(tmp_path_factory.mktemp("minute"))
    yield minute
    minute.close()


@pytest.fixture
def a_minute_without_database(minute_without_database: MinuteWithoutDatabase | None) -> WhatHappened:
    """What the minute has shown, once it is over."""
    assert minute_without_database is not None
    return minute_without_database.what_happened()
