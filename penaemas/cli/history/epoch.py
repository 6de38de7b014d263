"""`./pena history epoch`: after a restore, begin a new log that names what was before, what is lost, why and who."""

import argparse
from pathlib import Path
from typing import Final

from rich.console import Console

from penaemas.cli.history.opening import opened_history
from penaemas.cli.offices import clock_of
from penaemas.cli.problem import Problem
from penaemas.history.ledger.epochs import NothingToContinue, open_epoch
from penaemas.history.ledger.portal_log import PortalLog
from penaemas.history.ledger.sealing import INSTALLATION, Ledger
from penaemas.history.ledger.signing import KeyMissing, NotACheckpoint
from penaemas.storage.database import Database

HELP: Final = (
    "after a restore: begin a new epoch of a log, with reason and officer; written for ever · mulai epoch baru sesudah "
    "pemulihan"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which log, why, who, and what others know of it."""
    parser.add_argument("--partition", type=int, required=True, help="number of the partition; 0 for the portal's log")
    parser.add_argument("--reason", required=True, help="what has happened, for auditors; no personal data")
    parser.add_argument("--officer", required=True, help="account of the officer who decides")
    parser.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="the last checkpoint that a witness or the inspectorate holds"
    )


def run(args: argparse.Namespace) -> int:
    """Open it, and show what it says.

    Raises:
        Problem: there is no ledger to continue, or the checkpoint is not one of it.
    """
    with opened_history(args) as (database, settings), Database.open(settings.office_url) as office:
        if not (settings.data_folder / "ledger" / INSTALLATION).exists():
            raise Problem(
                f"there is no ledger in {settings.data_folder}.", "Name the office with --data; ./pena up makes one."
            )
        clock = clock_of(settings)
        try:
            later = args.checkpoint.read_text(encoding="utf-8") if args.checkpoint else None
            statement = open_epoch(
                Ledger(database, settings.data_folder, None),
                database,
                PortalLog(database, office, clock),
                clock,
                args.partition,
                reason=args.reason,
                officer=args.officer,
                later_note=later,
            )
        except (NothingToContinue, NotACheckpoint, KeyMissing, OSError, UnicodeDecodeError) as error:
            raise Problem(
                f"no epoch was opened: {error}.", "Mend that and run the command again; nothing was changed."
            ) from error
    console = Console()
    console.print(f"{statement['origin']} · continues after {statement['previous']['size']:,} entries")
    lost = statement["lost"]
    console.print(f"lost: positions {lost['from']} to {lost['to']}" if lost else "nothing known to be lost")
    return 0
