"""`./pena history`: is what we know complete, and make again what is read from it."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

import penaemas.history
from penaemas.cli.offices import add_office_argument, clock_of, office_settings
from penaemas.cli.problem import Problem
from penaemas.history.queries import History
from penaemas.history.rebuild import rebuild
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageBusy, StorageError
from penaemas.storage.migrations import upgrade

SUMMARY = ("Riwayat: kelengkapan dan penyusunan ulang", "The history: is it complete, rebuild what is read from it")
AUDIENCE = ("operators", "auditors")

INCOMPLETE = 2
"""Exit code of `status` when records are missing or set aside."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office, and what to do."""
    add_office_argument(parser)
    parser.add_argument(
        "action",
        choices=("status", "rebuild"),
        help="status: positions, gaps, quarantine (exit code 2 if there are any). rebuild: make all projections again "
        "from the stored records; intake waits meanwhile, the engine keeps its records",
    )


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the history's database cannot be used.
    """
    settings = office_settings(args)
    try:
        with Database.open(settings.history_url) as database:
            upgrade(database, Path(penaemas.history.__file__).parent)
            history = History(database, clock_of(settings))
            return _status(history) if args.action == "status" else _rebuild(database)
    except StorageBusy as error:
        raise Problem(
            "the history is being written by somebody else.", "Try again in a moment; nothing was changed."
        ) from error
    except StorageError as error:
        raise Problem(
            f"the history cannot be used: {error}", "Mend that and run the command again; nothing was changed."
        ) from error


def _status(history: History) -> int:
    console = Console()
    gaps, quarantined, lag = history.gaps(), history.quarantined(), history.lag()
    table = Table(
        "partisi · partition", "posisi terakhir · last position", "hilang · missing", "umur · age of the newest"
    )
    for partition in history.partitions():
        missing = sum(gap.missing for gap in gaps if gap.partition == partition)
        age_s = lag[partition].total_seconds()
        table.add_row(str(partition), f"{history.position(partition):,}", f"{missing:,}", f"{age_s:,.0f} s")
    console.print(table)
    for gap in gaps:
        console.print(
            f"missing in partition {gap.partition}: {gap.missing} of positions {gap.first_position} to "
            f"{gap.last_position}, since {gap.opened_at:%Y-%m-%d %H:%M} UTC"
        )
    for document in quarantined:
        console.print(
            f"set aside: partition {document.partition} position {document.position}, {document.reason}, "
            f"{document.feed} feed, {document.received_at:%Y-%m-%d %H:%M} UTC"
        )
    return INCOMPLETE if gaps or quarantined else 0


def _rebuild(database: Database) -> int:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("Menyusun ulang · rebuilding", total=None)
        records = rebuild(database, lambda done, total: progress.update(bar, completed=done, total=total))
    Console().print(f"{records:,} records read; every projection is made again.")
    return 0
