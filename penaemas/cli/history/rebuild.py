"""`./pena history rebuild`: make every projection again from the stored records."""

import argparse

from rich.console import Console

from penaemas.cli.history.opening import opened_history, progress_bar
from penaemas.history.rebuild import rebuild

HELP = "make all projections again from the stored records while the office works · susun ulang semua proyeksi"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(args: argparse.Namespace) -> int:
    """Rebuild, with a progress bar.

    Raises:
        Problem: the history's database cannot be used.
    """
    with opened_history(args) as (database, _), progress_bar() as progress:
        bar = progress.add_task("Menyusun ulang · rebuilding", total=None)
        records = rebuild(database, lambda done, total: progress.update(bar, completed=done, total=total))
    Console().print(f"{records:,} records read; every projection is made again.")
    return 0
