"""`./pena history keep`: compress old records, and forget those whose time is over."""

import argparse
from pathlib import Path

from rich.console import Console

from penaemas.cli.history.opening import opened_history
from penaemas.cli.offices import clock_of
from penaemas.cli.problem import Problem
from penaemas.history.retention import keep, read_rules

HELP = (
    "store old records compressed, and remove the bytes of those whose time is over; proofs stay valid; "
    "./pena up does so every night · simpan ringkas, hapus yang lewat masa"
)
RULES = Path(__file__).parents[3] / "config" / "retention.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which rules."""
    parser.add_argument("--rules", type=Path, default=RULES, metavar="FILE", help="default: config/retention.toml")


def run(args: argparse.Namespace) -> int:
    """Do both, while the office works.

    Raises:
        Problem: the history cannot be used, or the rules cannot be read.
    """
    try:
        rules = read_rules(args.rules)
    except (OSError, ValueError) as error:
        raise Problem(
            f"{args.rules} cannot be read as rules of retention: {error}", "Mend it and try again."
        ) from error
    with opened_history(args) as (database, settings):
        kept = keep(database, clock_of(settings).now(), rules)
    forgotten = kept.forgotten
    console = Console()
    console.print(
        f"{kept.deflated:,} records compressed; {forgotten.cases:,} cases with {forgotten.records:,} records forgotten."
    )
    if forgotten.waiting:
        console.print(f"{forgotten.waiting:,} more are due, but no signed checkpoint covers them yet.")
    return 0
