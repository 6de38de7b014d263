"""A history and an outbox whose PostgreSQL is stopped for a whole minute, while the engine goes on sending.

It lasts a minute whatever is done about it, so it goes on in the background of the other faults of this folder: two
processes as in an office, a server of its own, and a thread that plays the administrator.
"""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.person_vault import PersonVault
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from tests.databases import CASEFILES, PostgresqlServer
from tests.fake_engine import FakeEngine
from tests.history.exporter_double import ExporterDouble
from tests.history.history_process import PASSWORD, HistoryProcess
from tests.offices import MASTER_KEY, OfficeClock
from tests.resilience.outbox_cases import EngineServer, cases_with_work, finished, sender_at_work, serving
from tests.waiting import wait_until

AWAY_S = 60.0
RECORDS_BEFORE_AND_AFTER = 2_000
CASES = 10


@dataclass
class WhatHappened:
    """What the minute has shown. Both databases are up again and can be read.

    Attributes:
        away_s: how long the server was stopped.
        refused: batches that the intake answered with an error meanwhile.
        ready, alive: statuses of the history's probes at the end of the minute.
        ready_again: of the first after the return.
        confirmed: records that the exporter counts as delivered.
        expected: case id → what must have happened in the engine, in order.
    """

    history_url: str
    office: Office
    engine: FakeEngine
    expected: dict[str, list[str]]
    away_s: float = 0.0
    refused: int = 0
    ready: int = 0
    alive: int = 0
    confirmed: int = 0


class MinuteWithoutDatabase:
    """Begins at once; `what_happened` waits for the end. `close` also ends it early."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = PostgresqlServer.create()
        self._given_up = threading.Event()
        self._failure: BaseException | None = None
        self._told: WhatHappened | None = None
        self._database: Database | None = None
        self._thread = threading.Thread(target=self._run, name="minute-without-database")
        self._thread.start()

    def what_happened(self) -> WhatHappened:
        """Waits for the end of the minute and what follows it.

        Raises:
            AssertionError: something did not happen in time.
        """
        self._thread.join(timeout=240)
        if self._failure is not None:
            raise self._failure
        assert self._told is not None, "the minute has not ended"
        return self._told

    def close(self) -> None:
        """Ends it, and the server."""
        self._given_up.set()
        self._thread.join()
        if self._database is not None:
            self._database.close()
        self._server.destroy()

    def _run(self) -> None:
        try:
            self._told = self._play()
        except (AssertionError, OSError, httpx.HTTPError) as failure:
            self._failure = failure

    def _play(self) -> WhatHappened:
        history_url, office_url = self._server.new_database(), self._server.new_database()
        self._database = Database.open(office_url)
        upgrade(self._database, CASEFILES)
        office = wire(self._database, PersonVault(MASTER_KEY), OfficeClock(), files=self._folder / "files")
        engine = FakeEngine()
        expected = asyncio.run(cases_with_work(office, engine, range(CASES)))
        told = WhatHappened(history_url, office, engine, expected)
        history = HistoryProcess(self._folder, history_url)
        history.start()
        try:
            with (
                serving(EngineServer(office, engine)) as port,
                sender_at_work(office_url, port),
                ExporterDouble(history.address, PASSWORD, pause_s=0.2) as exporter,
            ):
                self._stop_in_the_middle(exporter, told, history.address)
                told.expected |= asyncio.run(cases_with_work(office, engine, range(CASES, 2 * CASES)))
                wait_until(lambda: finished(office), "the outbox is empty")
            told.confirmed = exporter.confirmed
        finally:
            history.stop()
        return told

    def _stop_in_the_middle(self, exporter: ExporterDouble, told: WhatHappened, address: str) -> None:
        wait_until(lambda: exporter.confirmed > RECORDS_BEFORE_AND_AFTER, "records come in")
        before = exporter.refused
        self._server.stop()
        stopped_at = time.monotonic()
        # The outage itself, not a wait for a fact.
        self._given_up.wait(AWAY_S)
        told.refused = exporter.refused - before
        told.ready, told.alive = _status(f"{address}/readyz"), _status(f"{address}/livez")
        told.away_s = time.monotonic() - stopped_at
        self._server.start()
        wait_until(lambda: _status(f"{address}/readyz") == 200, "the history is ready again")
        seen = exporter.confirmed
        wait_until(lambda: exporter.confirmed > seen + RECORDS_BEFORE_AND_AFTER, "records come in again")


def _status(url: str) -> int:
    return httpx.get(url, timeout=30, trust_env=False).status_code
