"""How fast a case of a thousand records is opened, and shown as it stood at any position; beside reading them."""

from __future__ import annotations

import argparse
import lzma
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console

import penaemas.history
from penaemas.cli.bench import history_databases, result
from penaemas.history import record_store
from penaemas.history.intake.acceptance import Acceptance, Feed
from penaemas.history.intake.bulk import Document
from penaemas.history.record import process_instance_key, read_envelope
from penaemas.history.replay import Replay
from penaemas.observability.pauses import spare_what_lives_on
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from penaemas.zeebe.clock import SystemClock

RECORDED: Final = Path(__file__).parents[3] / "tests" / "history" / "golden" / "pbg_mbr_breached_full.jsonl.xz"
NUMBER: Final = "PENA-SMD-2026-00001"
_AT_ONCE: Final = 500
_POSITIONS: Final = 100
_OPENINGS: Final = 20


def measure(options: argparse.Namespace) -> list[str]:
    """Two lines for each kind of database: the slowest state of all positions tried, and opening; milliseconds."""
    lines = []
    documents = [
        Document(read_envelope(line).place.record_id, line)
        for line in lzma.decompress(RECORDED.read_bytes()).splitlines()
    ]
    for kind in history_databases.kinds(options):
        with history_databases.empty(kind, options) as (_, url), Database.open(url) as database:
            upgrade(database, Path(penaemas.history.__file__).parent)
            acceptance = Acceptance(database, SystemClock())
            for start in range(0, len(documents), _AT_ONCE):
                acceptance.accept(Feed.FULL, documents[start : start + _AT_ONCE])
            lines += _measure(kind, database, documents)
    return lines


def _measure(kind: str, database: Database, documents: list[Document]) -> list[str]:
    replay = Replay(database)
    case = replay.find(NUMBER)
    if case is None:
        raise RuntimeError("the recorded case is not in the history")
    key = case.process_instance_key
    own = [one.record_id for one in documents if process_instance_key(read_envelope(one.body)) == key]
    Console(stderr=True).print(f"{kind}: a case of {len(own):,} records")
    moments = replay.moments(key) or ()
    step = max(1, len(documents) // _POSITIONS)
    positions = range(moments[0].position, moments[-1].position, step)

    def read_records() -> object:
        with database.reading() as connection:
            return record_store.documents(connection, own)

    spare_what_lives_on()  # as the processes do that show it
    states = [_milliseconds(partial(replay.state, key, at)) for at in positions]
    openings = [_milliseconds(lambda: (replay.find(NUMBER), Replay(database).moments(key))) for _ in range(_OPENINGS)]
    control = statistics.median(_milliseconds(read_records) for _ in range(_OPENINGS))
    return [
        result(f"history_state_of_a_case_p50_{kind}", statistics.median(states), control, "ms"),
        result(f"history_state_of_a_case_slowest_{kind}", max(states), control, "ms"),
        result(f"history_opening_a_case_p50_{kind}", statistics.median(openings), control, "ms"),
        result(f"history_opening_a_case_slowest_{kind}", max(openings), control, "ms"),
    ]


def _milliseconds(question: Callable[[], object]) -> float:
    began = time.perf_counter()
    question()
    return (time.perf_counter() - began) * 1000
