"""The intake is killed at random moments while both feeds send."""

from __future__ import annotations

import random
import threading
from itertools import islice
from pathlib import Path

import pytest

from penaemas.history.intake.acceptance import Feed
from penaemas.history.intake.bulk import Document
from penaemas.storage.database import Database
from tests.history.exporter_double import ExporterDouble, many_cases
from tests.history.history_process import PASSWORD, HistoryProcess
from tests.history.streams import OpenHistory

KILLS = 50


@pytest.mark.timeout(900)
def test_after_fifty_kills_nothing_is_missing_and_nothing_is_double(tmp_path: Path) -> None:
    process = HistoryProcess(tmp_path, is_warm=True)
    moments = random.Random(50)
    process.start()
    with ExporterDouble(process.address, PASSWORD) as exporter:
        for _ in range(KILLS):
            # The moment is the input of this test, not a wait for a fact.
            threading.Event().wait(moments.uniform(0.0, 0.3))
            process.kill()
            process.start()
    assert process.stop() == 0
    assert exporter.confirmed > KILLS * 40, "the kills fell into real load"

    with Database.open(f"sqlite:///{tmp_path}/history.sqlite") as database:
        history = OpenHistory(database)
        sent = list(islice(many_cases().records(), exporter.confirmed))
        assert history.positions() == list(range(1, len(sent) + 1))
        assert history.stored() == {record.record_id: record.body for record in sent}
        assert history.queries.gaps(open_only=False) == ()
        assert history.queries.quarantined() == ()
        with Database.open(f"sqlite:///{tmp_path}/undisturbed.sqlite") as other:
            undisturbed = OpenHistory(other)
            undisturbed.takes(Feed.FULL, [Document(record.record_id, record.body) for record in sent])
            assert history.projected() == undisturbed.projected()
