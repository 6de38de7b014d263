"""`./pena bench pbg`: the system's time in a whole PBG MBR case, from handing in to the permit.

Ours is an office as `./pena up` starts it, its officers a script that answers the moment a task is recorded. The
control is the same diagram on an engine with the same settings and exporters, with empty handlers on plain pyzeebe:
what the engine itself needs. Cases take turns, so that a slow moment hits both.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from penaemas.cli.bench import result
from penaemas.cli.bench.pbg_office import BenchOffice, running_office
from penaemas.cli.bench.pbg_plain import PlainOffice, plain_office
from penaemas.cli.bench.pbg_recording import Timing
from penaemas.observability import logging

LIMIT_S = 3.0


@dataclass
class Figures:
    """The cases of one run, in seconds."""

    ours: list[Timing] = field(default_factory=list)
    control: list[Timing] = field(default_factory=list)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def measure(office: BenchOffice, folder: Path, args: argparse.Namespace, console: Console) -> Figures:
    """Blocks of cases, in turns."""
    figures = Figures()
    console.print(f"warming up: ours, {args.warm_up} cases")
    for _ in range(args.warm_up):
        _, recording = await office.play()
    async with plain_office(folder, recording) as plain:
        console.print(f"warming up: control, {args.warm_up} cases")
        for _ in range(args.warm_up):
            await plain.play()
        for number in range(args.rounds):
            console.print(f"round {number + 1} of {args.rounds}, {args.cases} cases each")
            await _round(office, plain, figures, args.cases)
    return figures


async def _round(office: BenchOffice, plain: PlainOffice, figures: Figures, cases: int) -> None:
    for _ in range(cases):
        figures.ours.append((await office.play())[0])
    for _ in range(cases):
        figures.control.append(await plain.play())


def report(figures: Figures, console: Console) -> list[str]:
    """A table for people on the console; the lines of the result."""
    table = Table(title=f"a whole case of PBG MBR, {len(figures.ours)} cases each")
    for heading in ("seconds", "p50", "p95", "p99"):
        table.add_column(heading)
    rows = {
        "ours": [one.whole_s for one in figures.ours],
        "ours without rendering and signing": [one.without_rendering_s for one in figures.ours],
        "control without these steps": [one.without_rendering_s for one in figures.control],
    }
    for name, values in rows.items():
        table.add_row(name, *(f"{percentile(values, share):.2f}" for share in (0.5, 0.95, 0.99)))
    console.print(table)
    whole, without, control = rows.values()
    return [
        result("whole_case_p99_vs_limit", percentile(whole, 0.99), LIMIT_S, "s"),
        result("without_rendering_p50", percentile(without, 0.5), percentile(control, 0.5), "s"),
        result("without_rendering_p99", percentile(without, 0.99), percentile(control, 0.99), "s"),
    ]


def main(argv: Sequence[str]) -> int:
    """Runs the bench and prints one JSON object per comparison, last."""
    parser = argparse.ArgumentParser(prog="./pena bench pbg")
    parser.add_argument("--cases", type=int, default=1, help="cases of each contender in a round")
    parser.add_argument("--rounds", type=int, default=50, help="turns that the contenders take")
    parser.add_argument("--warm-up", type=int, default=10, help="cases of each contender before measuring")
    args = parser.parse_args(argv)
    logging.configure("bench", console=True, level="WARNING")  # on standard error
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="pena-bench-") as folder, running_office(Path(folder) / "office") as office:
        figures = asyncio.run(measure(office, Path(folder) / "control", args, console))
    for line in report(figures, console):
        print(line)
    return 0
