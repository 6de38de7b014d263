"""How many records a second come in with the ledger, and without it; and what that takes of the processors.

Pairs of runs, one with and one without, in turns; of the pairs the one with the median ratio counts, so that other work
on the machine moves both of its sides. A run must be long enough for rounds of sealing to fall into it: each comes ten
seconds after the one before. The processors' time holds still even where the rate does not; what is sealed after the
last record was answered is in neither.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from rich.console import Console

from penaemas.cli.bench import history_databases, result
from penaemas.cli.bench.intake_throughput import PASSWORD, Throughput, history_command, running
from penaemas.cli.bench.intake_throughput import measure as throughput
from penaemas.cli.throwaway_ports import free_row

_PAIRS: Final = 3


def measure(options: argparse.Namespace) -> list[str]:
    """Two lines for each kind of database, ours with the ledger, the control without: rate, and processor time."""
    console = Console(stderr=True)
    lines = []
    for kind in history_databases.kinds(options):
        pairs: list[tuple[Throughput, Throughput]] = []
        for number in range(1 if options.quick else _PAIRS):
            runs: dict[bool, Throughput] = {}
            # The later run of a pair meets a warmer machine: each side is that in turn.
            for with_ledger in (True, False) if number % 2 else (False, True):
                told = "with" if with_ledger else "without"
                console.print(f"{kind}, pair {number + 1}: {options.records:,} records {told} the ledger")
                runs[with_ledger] = _run(kind, options, with_ledger=with_ledger)
            pairs.append((runs[True], runs[False]))
        pairs.sort(key=lambda pair: pair[0].per_second / pair[1].per_second)
        ours, control = pairs[len(pairs) // 2]
        lines.append(result(f"history_intake_with_ledger_{kind}", ours.per_second, control.per_second, "1/s"))
        busy = ours.busy_us_per_record, control.busy_us_per_record
        lines.append(result(f"history_intake_processor_time_with_ledger_{kind}", *busy, "us/record"))
    return lines


def _run(kind: str, options: argparse.Namespace, *, with_ledger: bool) -> Throughput:
    (port,) = free_row(1)
    with history_databases.empty(kind, options) as (folder, url):
        command = history_command(folder, port) if with_ledger else _without_ledger(folder, port)
        environment = command[1] | {"PENA_HISTORY_DATABASE_URL": url}
        with running(command[0], environment, port) as child:
            run = throughput(child, port, options.records)
        sealed = (folder / "ledger").exists()
    if sealed is not with_ledger:
        raise RuntimeError("the two runs differ in something else than the ledger")
    return run


def _without_ledger(folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
    module = [sys.executable, "-m", "penaemas.cli.bench.history_without_ledger"]
    return [*module, str(port), PASSWORD], {"PENA_DATA_FOLDER": str(folder)}
