"""The history process: intake, probes and metrics on one local port. Also runs inside a test, which waits for facts
with `wait_until`.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from penaemas.history.duties.daily import DailyDuties
from penaemas.history.export.webhook import Webhook
from penaemas.history.intake.acceptance import Acceptance
from penaemas.history.intake.elasticsearch import ExporterInterface
from penaemas.history.intake.progress import Progress
from penaemas.history.intake.writer import Writer
from penaemas.history.ledger.keeping import LedgerKeeper
from penaemas.history.ledger.serving import ledger_routes
from penaemas.history.queries import History
from penaemas.history.replay.http import PREFIX, history_api
from penaemas.history.retention.growth import stored_bytes
from penaemas.licensing.clock import Clock
from penaemas.observability import metrics
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError
from penaemas.storage.migrations import upgrade

log = structlog.get_logger(__name__)

LOOPBACK: Final = "127.0.0.1"
# A batch in hand at the stop is finished; the broker sends again what was not answered.
STOP_WITHIN_S: Final = 10
# A quiet engine sends nothing for hours; a connection closed meanwhile would fail the exporter's next batch once.
KEEP_ALIVE_S: Final = 24 * 3600
# Records come in crowds. Whoever waits for a fact asks after the crowd, and not after each of it.
MORE_COMES_S: Final = 0.005

Answer = TypeVar("Answer")


class IntakeServer:
    """Receives both feeds.

    Usage:
        async with IntakeServer(database, clock, password="…", port=0) as history:
            … history.port …
            task = await history.wait_until(lambda: history.queries.task(key))

    Args:
        port: 0 lets the system choose one; `port` tells which after the start.
        keeper: makes the ledger's keeper when the tables are there; None keeps no ledger.
        webhook: told of every event, as long as the server runs.
        duties: makes what is done once a day when the tables are there; None does nothing of the kind.
        api_token: what readers of `/api/history/v1` must know; None offers no such interface.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        password: str,
        port: int = 8601,
        host: str = LOOPBACK,
        keeper: Callable[[], LedgerKeeper] | None = None,
        api_token: str | None = None,
        webhook: Webhook | None = None,
        duties: Callable[[], DailyDuties] | None = None,
    ) -> None:
        self.port = port
        self.queries = History(database, clock)
        self._database = database
        self._host = host
        self._progress = Progress(clock)
        self._writer = Writer(Acceptance(database, clock), self._progress.note)
        self._exporter = ExporterInterface(self._writer, password)
        self._make_keeper = keeper
        self._api_token = api_token
        self._webhook = webhook
        self._make_duties = duties
        self._beside: list[asyncio.Task[None]] = []
        self._keeper: LedgerKeeper | None = None
        self._server: _QuietServer | None = None
        self._serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Raises OSError when the port is taken, StorageError when the tables cannot be made."""
        await self._database.run(upgrade, self._database, Path(__file__).parent)
        self._progress.note(await self._writer.probe())
        self._keeper = self._make_keeper() if self._make_keeper is not None else None
        listener = _listener(self._host, self.port)
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._application(),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            timeout_keep_alive=KEEP_ALIVE_S,
            lifespan="off",
        )
        self._server = _QuietServer(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        if self._keeper is not None:
            self._keeper.start()
        if self._webhook is not None:
            self._beside.append(asyncio.create_task(self._webhook.run(), name="webhook"))
        if self._make_duties is not None:
            self._beside.append(asyncio.create_task(self._make_duties().run(), name="duties"))
        log.info("history_started", port=self.port, database=self._database.name)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        self._writer.close()
        if self._keeper is not None:
            await self._keeper.stop()
        log.info("history_stopped")

    async def wait_until(self, predicate: Callable[[], Answer], *, timeout_s: float = 10.0) -> Answer:
        """Wait until a question to `queries` has an answer that is true; asked again whenever records have come.

        Raises:
            TimeoutError: it had none in time.
        """
        async with asyncio.timeout(timeout_s):
            while True:
                seen = self._progress.version
                found = await self._database.run(predicate)
                if found:
                    return found
                await self._progress.moved_on(seen)
                await asyncio.sleep(MORE_COMES_S)

    def _application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/livez", self._livez),
                Route("/readyz", self._readyz),
                Route("/status", self._status),
                Route("/metrics", self._metrics),
                *((Mount(PREFIX, history_api(self._database, self._api_token)),) if self._api_token else ()),
                *self._exporter.routes(),
                *(ledger_routes(self._keeper.folder) if self._keeper is not None else ()),
            ]
        )

    async def _livez(self, _request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def _readyz(self, _request: Request) -> Response:
        try:
            await self._writer.probe()
        except StorageError as error:
            reasons = {"database": type(error).__name__}
            return JSONResponse({"ready": False, "reasons": reasons}, status_code=503)
        return JSONResponse({"ready": True, "checks": ["database"]})

    async def _status(self, _request: Request) -> Response:
        """How far each partition has come; empty until the first record."""
        return JSONResponse(self._progress.as_json())

    async def _metrics(self, _request: Request) -> Response:
        with contextlib.suppress(StorageError):  # the others are told all the more
            metrics.HISTORY_STORED_BYTES.set(await self._database.run(stored_bytes, self._database))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _listener(host: str, port: int) -> socket.socket:
    # asyncio sends without delay only on sockets that name TCP; on others an answer waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


class _QuietServer(uvicorn.Server):
    """uvicorn without its own signal handlers: the process decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[Any]:
        yield
