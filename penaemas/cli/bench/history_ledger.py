"""How many records a second come in with the ledger, and without it; the two take turns."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median

from rich.console import Console

from penaemas.cli.bench import history_databases, result
from penaemas.cli.bench.intake_throughput import PASSWORD, history_command, running
from penaemas.cli.bench.intake_throughput import measure as throughput
from penaemas.cli.throwaway_ports import free_row

_TURNS = 3


def measure(options: argparse.Namespace) -> list[str]:
    """One line for each kind of database: ours with the ledger, the control without."""
    console = Console(stderr=True)
    lines = []
    for kind in history_databases.kinds(options):
        rates: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(1 if options.quick else _TURNS):
            for with_ledger in (True, False):
                told = "with" if with_ledger else "without"
                console.print(f"{kind}, turn {turn + 1}: {options.records:,} records {told} the ledger")
                rates[with_ledger].append(_rate(kind, options, with_ledger=with_ledger))
        ours, control = median(rates[True]), median(rates[False])
        lines.append(result(f"history_intake_with_ledger_{kind}", ours, control, "1/s"))
    return lines


def _rate(kind: str, options: argparse.Namespace, *, with_ledger: bool) -> float:
    (port,) = free_row(1)
    with history_databases.empty(kind, options) as (folder, url):
        command = history_command(folder, port) if with_ledger else _without_ledger(folder, port)
        environment = command[1] | {"PENA_HISTORY_DATABASE_URL": url}
        with running(command[0], environment, port) as child:
            run = throughput(child, port, options.records)
        sealed = (folder / "ledger").exists()
    if sealed is not with_ledger:
        raise RuntimeError("the two runs differ in something else than the ledger")
    return run.per_second


def _without_ledger(folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
    module = [sys.executable, "-m", "penaemas.cli.bench.history_without_ledger"]
    return [*module, str(port), PASSWORD], {"PENA_DATA_FOLDER": str(folder)}
