"""The history process is killed at every step from a record's arrival to the checkpoint above it, under load."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from penaemas.history.ledger.sealing import Ledger
from penaemas.history.verification.notes import VerifierKey
from penaemas.history.verification.stored import StoredHistory
from penaemas.history.verification.verifying import verify
from penaemas.storage.database import Database
from tests.history.exporter_double import ExporterDouble, many_cases
from tests.history.history_process import PASSWORD, HistoryProcess
from tests.history.streams import OpenHistory
from tests.resilience.dying_history import STEPS

# The first calls belong to the start, when it goes on from what the kill before has left; so both are met.
CALLS = (1, 4)


@pytest.fixture
def process(database_url: str, tmp_path: Path) -> Iterator[HistoryProcess]:
    started = HistoryProcess(tmp_path, database_url)
    yield started
    started.kill()


@pytest.mark.timeout(600)
def test_a_kill_at_any_step_of_the_ledger_loses_nothing_and_the_ledger_stays_intact(
    process: HistoryProcess, database_url: str, tmp_path: Path
) -> None:
    with ExporterDouble(process.address, PASSWORD) as exporter:
        for number, step in enumerate(STEPS):
            process.start("tests.resilience.dying_history", step, str(CALLS[number % len(CALLS)]))
            assert process.ended() == -signal.SIGKILL, f"{step} never came"
        process.start()
    assert process.stop() == 0

    with Database.open(database_url) as database:
        sent = list(islice(many_cases().records(), exporter.confirmed))
        assert OpenHistory(database).stored() == {record.record_id: record.body for record in sent}
        ledger = Ledger(database, tmp_path, None)
        report = verify(
            StoredHistory(database, tmp_path / "ledger"),
            VerifierKey.parse(ledger.key.verifier_key(ledger.installation)),
        )
    assert report.is_complete, report.findings
    assert [log.records for log in report.logs if "/partition/" in log.origin] == [len(sent)], "all of it is sealed"
