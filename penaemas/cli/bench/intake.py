"""`./pena bench intake`: how fast records come in, and how soon an officer's task is seen.

* throughput: a million records of recorded cases, copied; beside a receiver that only appends the same bytes to SQLite;
* visibility: a real broker with both feeds at 5 and 60 cases a second; beside the full feed alone, in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from penaemas.cli.bench import intake_throughput, intake_visibility, result
from penaemas.cli.bench.intake_throughput import Throughput
from penaemas.cli.bench.intake_visibility import Visibility
from penaemas.cli.throwaway_ports import free_row

RATES: Final = (5, 60)  # cases a second
WARM_UP_CASES: Final = 600
MEBIBYTE: Final = 1024 * 1024

Command = Callable[[Path, int], tuple[list[str], dict[str, str]]]


def main(argv: Sequence[str]) -> int:
    """Measure, show a table, then one JSON object a line."""
    parser = argparse.ArgumentParser(prog="pena bench intake")
    parser.add_argument("--records", type=int, default=1_000_000, help="records of the throughput run")
    parser.add_argument("--seconds", type=int, default=30, help="length of each visibility run")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    arguments = parser.parse_args(list(argv))
    records = 20_000 if arguments.quick else arguments.records
    seconds = 4 if arguments.quick else arguments.seconds

    console = Console(stderr=True)
    console.print(f"sending {records:,} records to a bare receiver, then to the history")
    control = _throughput(intake_throughput.control_command, records)
    ours = _throughput(intake_throughput.history_command, records)
    console.print("starting the engine for the visibility of tasks")
    visible = asyncio.run(_visibility(seconds, 50 if arguments.quick else WARM_UP_CASES))

    _show(console, ours, control, visible)
    print("\n".join(_results(ours, control, visible)))
    return 0


def _throughput(command: Command, records: int) -> Throughput:
    with tempfile.TemporaryDirectory(prefix="pena-bench-") as folder:
        (port,) = free_row(1)
        with intake_throughput.running(*command(Path(folder), port), port) as child:
            return intake_throughput.measure(child, port, records)


async def _visibility(seconds: int, warm_up_cases: int) -> list[Visibility]:
    async with intake_visibility.office() as (commands, database):
        await intake_visibility.measure(commands, database, max(RATES), warm_up_cases, "warm-up")
        return [
            await intake_visibility.measure(commands, database, rate, rate * seconds, f"rate-{rate}") for rate in RATES
        ]


def _show(console: Console, ours: Throughput, control: Throughput, visible: list[Visibility]) -> None:
    table = Table("intake", "history", "bare receiver")
    table.add_row("records a second", f"{ours.per_second:,.0f}", f"{control.per_second:,.0f}")
    table.add_row("first tenth", f"{ours.tenths[0]:,.0f}", f"{control.tenths[0]:,.0f}")
    table.add_row("last tenth", f"{ours.tenths[-1]:,.0f}", f"{control.tenths[-1]:,.0f}")
    table.add_row("most memory", f"{ours.peak_bytes / MEBIBYTE:.0f} MiB", f"{control.peak_bytes / MEBIBYTE:.0f} MiB")
    table.add_row("records, cases", f"{ours.records:,}, {ours.cases:,}", f"{control.records:,}, {control.cases:,}")
    console.print(table)
    table = Table("task visible after (ms)", "express p50", "p95", "p99", "full feed p50", "p95", "p99")
    for run in visible:
        delays = (run.ours.p50, run.ours.p95, run.ours.p99, run.control.p50, run.control.p95, run.control.p99)
        table.add_row(f"{run.cases_per_second} cases a second", *(f"{delay:,.0f}" for delay in delays))
    console.print(table)


def _results(ours: Throughput, control: Throughput, visible: list[Visibility]) -> list[str]:
    lines = [
        result("intake_records_per_second", ours.per_second, control.per_second, "1/s"),
        result(
            "intake_last_tenth_to_first",
            ours.tenths[-1] / ours.tenths[0],
            control.tenths[-1] / control.tenths[0],
            "ratio",
        ),
        result("intake_peak_memory", ours.peak_bytes / MEBIBYTE, control.peak_bytes / MEBIBYTE, "MiB"),
    ]
    for run in visible:
        for name in ("p50", "p95", "p99"):
            title = f"task_visible_{name}_at_{run.cases_per_second}_cases_per_second"
            lines.append(result(title, getattr(run.ours, name), getattr(run.control, name), "ms"))
    return lines
