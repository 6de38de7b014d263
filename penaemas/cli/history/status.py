"""`./pena history status`: positions, gaps, quarantine."""

import argparse

from rich.console import Console
from rich.table import Table

from penaemas.cli.history.opening import opened_history
from penaemas.cli.offices import clock_of
from penaemas.history.queries import History

HELP = "positions, gaps, quarantine; exit code 2 if there are any · posisi, celah, karantina"

INCOMPLETE = 2
"""Exit code when records are missing or set aside."""


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(args: argparse.Namespace) -> int:
    """Show it.

    Raises:
        Problem: the history's database cannot be used.
    """
    with opened_history(args) as (database, settings):
        return _status(History(database, clock_of(settings)))


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
