"""`./pena history status`: positions, gaps, quarantine, daily duties."""

import argparse
from collections.abc import Iterable
from datetime import datetime

from rich.console import Console
from rich.table import Table

from penaemas.cli.history.opening import opened_history
from penaemas.cli.offices import clock_of
from penaemas.history.duties import standing
from penaemas.history.duties.standing import Standing
from penaemas.history.queries import History
from penaemas.licensing.instants import WIB

HELP = (
    "positions, gaps, quarantine (exit code 2 if there are any), daily duties · posisi, celah, karantina, tugas harian"
)

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
        clock = clock_of(settings)
        code = _status(History(database, clock))
        _show_duties(standing.read(database).values(), clock.now())
    return code


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


def _show_duties(duties: Iterable[Standing], now: datetime) -> None:
    table = Table("tugas harian · daily duty", "terakhir · last done", "keadaan · state")
    for duty in duties:
        done = f"{duty.done_at.astimezone(WIB):%Y-%m-%d %H:%M} WIB" if duty.done_at else "–"
        if duty.failure is not None:
            state = f"gagal {duty.failures}× · failed: {duty.failure}"
        else:
            state = "menunggu · due now" if duty.is_due(now) else "selesai · done"
        table.add_row(duty.duty, done, state)
    if table.row_count:
        Console().print(table)
