"""The control of `./pena bench pbg`: the same diagram on an engine like ours, empty handlers on plain pyzeebe.

The handlers answer at once with what ours answered in the recorded case, and decide, store, check and send nothing.
Officers answer by REST the moment the exporter tells of their task; whatever else the exporter sends is thrown away.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import socket
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from penaemas.casefiles.pbg.desk import PROCESS_ID
from penaemas.casefiles.pbg.submission import START_MESSAGE
from penaemas.cli.bench.pbg_recording import Recording, Timing
from penaemas.cli.supervision.plans import PROJECT
from penaemas.settings import InstallationSettings
from penaemas.zeebe import distribution, java_runtime
from penaemas.zeebe.broker_settings import LOCALHOST, BrokerPorts, BrokerSettings
from penaemas.zeebe.commands import Commands
from penaemas.zeebe.connection import open_channel
from penaemas.zeebe.deployment import deploy_changed
from penaemas.zeebe.embedded_broker import EmbeddedBroker
from penaemas.zeebe.history_feed import EXPRESS_FEED_USER, HistoryFeeds
from penaemas.zeebe.models_on_disk import read_models
from penaemas.zeebe.user_tasks import UserTasks

_PORT: Final = 18900
_CASE_WITHIN_S: Final = 120.0
_OFFICER: Final = "petugas"
_REGION: Final = "32.11"
_MESSAGE_LIVES: Final = timedelta(minutes=1)


@dataclass
class Ears:
    """Answers the exporter, and keeps of what it sends: open tasks, and how the case in hand goes."""

    open_tasks: asyncio.Queue[tuple[int, str]] = field(default_factory=asyncio.Queue)
    recording: Recording = field(default_factory=Recording)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def application(self) -> Starlette:
        """As much of the interface as the exporter uses."""
        return Starlette(
            routes=[
                Route("/_bulk", self._bulk, methods=["POST"]),
                Route("/{rest:path}", self._acknowledged, methods=["PUT"]),
            ]
        )

    async def _acknowledged(self, _request: Request) -> Response:
        return _answer(b'{"acknowledged":true}')

    async def _bulk(self, request: Request) -> Response:
        documents = (await request.body()).split(b"\n")[1::2]
        is_express = _user_of(request) == EXPRESS_FEED_USER
        for document in documents:
            if is_express or b'"valueType":"PROCESS_INSTANCE"' in document:
                self._note(msgspec.json.decode(document), is_express=is_express)
        items = b",".join([b'{"index":{"status":201}}'] * len(documents))
        return _answer(b'{"took":1,"errors":false,"items":[' + items + b"]}")

    def _note(self, record: dict[str, Any], *, is_express: bool) -> None:
        if record["recordType"] != "EVENT" or record["value"].get("bpmnProcessId") != PROCESS_ID:
            return
        if is_express and (record["valueType"], record["intent"]) == ("USER_TASK", "CREATED"):
            self.open_tasks.put_nowait((record["key"], record["value"]["elementId"]))
        elif not is_express:
            self.recording.note(record)
            if self.recording.ended_ms is not None:
                self.ended.set()


@dataclass(frozen=True)
class PlainOffice:
    """The control while it runs; one case at a time."""

    ears: Ears
    commands: Commands
    user_tasks: UserTasks
    recorded: Recording

    async def play(self) -> Timing:
        """One case from its start message to its end.

        Raises:
            TimeoutError: it did not come to its end.
        """
        self.ears.recording, case_id, begun = Recording(), str(uuid.uuid4()), time.time()
        self.ears.ended.clear()
        officers = asyncio.create_task(self._officers())
        try:
            async with asyncio.timeout(_CASE_WITHIN_S):
                variables = {"case_id": case_id, "region_code": _REGION}
                await self.commands.start_by_message(START_MESSAGE, case_id, variables, time_to_live=_MESSAGE_LIVES)
                await self.ears.ended.wait()
        finally:
            officers.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await officers
        recording = self.ears.recording
        assert recording.ended_ms is not None  # noqa: S101 (waited for)
        return Timing(recording.ended_ms / 1000 - begun, recording.rendering_s)

    async def _officers(self) -> None:
        async with asyncio.TaskGroup() as at_work:
            while True:
                at_work.create_task(self._answer(*await self.ears.open_tasks.get()))

    async def _answer(self, key: int, element_id: str) -> None:
        await self.user_tasks.assign(key, _OFFICER, allow_override=False)
        await self.user_tasks.complete(key, self.recorded.steps[element_id])


@asynccontextmanager
async def plain_office(folder: Path, recorded: Recording) -> AsyncIterator[PlainOffice]:
    """An engine of its own with the same settings and exporters as ours, and a process of empty handlers."""
    ears = Ears()
    async with _listening(ears) as port:
        settings = BrokerSettings(
            folder / "zeebe",
            BrokerPorts.from_base(_PORT),
            feeds=HistoryFeeds(f"http://{LOCALHOST}:{port}", "nobody checks"),
        )
        home = await asyncio.to_thread(distribution.bring, cache=InstallationSettings().cache_folder)
        broker = EmbeddedBroker(settings, home=home, java=java_runtime.find_java())
        await broker.start()
        try:
            await broker.wait_ready()
            channel = open_channel(settings.address())
            commands = Commands(channel)
            await deploy_changed(read_models(PROJECT), {}, commands)
            version = (await commands.topology()).gateway_version
            async with UserTasks(settings.address(), version) as user_tasks, _handlers(settings, recorded, folder):
                yield PlainOffice(ears, commands, user_tasks, recorded)
            await channel.close(None)
        finally:
            await broker.stop()


@asynccontextmanager
async def _handlers(settings: BrokerSettings, recorded: Recording, folder: Path) -> AsyncIterator[None]:
    answers = folder / "answers.json"
    answers.write_bytes(msgspec.json.encode(recorded.jobs))
    command = [sys.executable, "-m", "penaemas.cli.bench.pbg_handlers", settings.address().grpc, str(answers)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env={**os.environ})
    try:
        assert process.stdout is not None  # noqa: S101 - it was made with a pipe
        await process.stdout.readline()
        yield
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def _listening(ears: Ears) -> AsyncIterator[int]:
    # A socket that names TCP is answered without delay (see penaemas/history/server.py).
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind((LOCALHOST, 0))
        listener.listen()
        # A connection that is closed while the other contender has its turn would fail the exporter's next batch.
        config = uvicorn.Config(
            ears.application(), log_config=None, access_log=False, lifespan="off", timeout_keep_alive=3600
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


def _user_of(request: Request) -> str:
    token = request.headers.get("authorization", "").partition(" ")[2]
    return base64.b64decode(token).decode().partition(":")[0]


def _answer(content: bytes) -> Response:
    return Response(content, media_type="application/json", headers={"X-Elastic-Product": "Elasticsearch"})
