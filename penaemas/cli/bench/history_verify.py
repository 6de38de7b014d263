"""How fast a ledger is verified, beside one process that reads the same stored records and hashes each once."""

from __future__ import annotations

import argparse
import os
import time
from hashlib import sha256
from itertools import islice
from pathlib import Path
from statistics import median

from rich.console import Console
from sqlalchemy import insert

import penaemas.history
from penaemas.cli.bench import history_databases, result
from penaemas.cli.bench.intake_throughput import RECORDED
from penaemas.cli.bench.recorded_cases import RecordedCases
from penaemas.history import record_store, tables
from penaemas.history.ledger.sealing import Ledger
from penaemas.history.record import Place, process_instance_key, read_envelope
from penaemas.history.verification.notes import VerifierKey
from penaemas.history.verification.stored import StoredHistory
from penaemas.history.verification.verifying import verify
from penaemas.history.verification.workers import processes
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade

_AT_ONCE = 5_000
_TURNS = 3
_NAME = "bench.invalid"


def measure(options: argparse.Namespace) -> list[str]:
    """Two lines for each kind of database: records a second, and seconds of the whole verification."""
    console = Console(stderr=True)
    lines = []
    for kind in history_databases.kinds(options):
        with history_databases.empty(kind, options) as (folder, url), Database.open(url) as database:
            console.print(f"{kind}: storing and sealing {options.records:,} records")
            upgrade(database, Path(penaemas.history.__file__).parent)
            _store(database, options.records)
            ledger = Ledger(database, folder, _NAME)
            ledger.seal()
            console.print(f"{kind}: verifying them with {os.cpu_count()} processes")
            key = VerifierKey.parse(ledger.key.verifier_key(_NAME))
            ours, control = [], []
            for _ in range(1 if options.quick else _TURNS):  # in turns: the machine may have other work
                control.append(_read_and_hash(database, options.records))
                ours.append(_verify(database, url, folder, key, options.records))
            ours_s, control_s = median(ours), median(control)
        rates = options.records / ours_s, options.records / control_s
        lines.append(result(f"history_verify_records_per_second_{kind}", *rates, "1/s"))
        lines.append(result(f"history_verify_{options.records}_records_{kind}", ours_s, control_s, "s"))
    return lines


def _store(database: Database, count: int) -> None:
    stream = RecordedCases(RECORDED.read_bytes().splitlines()).records()
    for start in range(0, count, _AT_ONCE):
        rows = [
            (record.record_id, process_instance_key(read_envelope(record.body)), record.body)
            for record in islice(stream, min(_AT_ONCE, count - start))
        ]
        with database.transaction() as connection:
            record_store.insert(connection, rows)
    with database.transaction() as connection:
        row = {"partition": 1, "first_position": 1, "last_position": count, "newest_at_ms": 0}
        connection.execute(insert(tables.partitions).values(row))


def _verify(database: Database, url: str, folder: Path, key: VerifierKey, count: int) -> float:
    begun = time.perf_counter()
    with processes(os.cpu_count() or 1, url, folder / "ledger") as runner:
        report = verify(StoredHistory(database, folder / "ledger"), key, runner=runner)
    seconds = time.perf_counter() - begun
    if not report.is_complete or sum(log.records for log in report.logs) != count:
        raise RuntimeError(f"the ledger is not what was sealed: {report.first_bad}")
    return seconds


def _read_and_hash(database: Database, count: int) -> float:
    begun = time.perf_counter()
    after, hashed = 0, 0
    while hashed < count:
        with database.reading() as connection:
            rows = record_store.with_keys(connection, after, Place(2, 0).record_id, _AT_ONCE)
        for _, _, document in rows:
            sha256(document).digest()
        hashed += len(rows)
        after = rows[-1][0]
    return time.perf_counter() - begun
