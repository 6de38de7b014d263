"""`./pena history prove CASE`: a zip that proves the history of one case to anybody with a bare Python."""

import argparse
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from rich.console import Console

from penaemas.cli.history.opening import opened_history
from penaemas.cli.problem import Problem
from penaemas.history.ledger.sealing import INSTALLATION, Ledger
from penaemas.history.ledger.signing import KeyMissing
from penaemas.history.ledger.tree import TilesMissing
from penaemas.history.proving import CannotProve, prove
from penaemas.history.verification.bundle import BundleRefused, check_bundle

HELP: Final = (
    "write the bundle of a case: its records, their proofs, and a program that checks them · buat berkas bukti perkara"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which case, and where to."""
    parser.add_argument("case", help="case id, or the key of a process instance")
    parser.add_argument("--output", type=Path, metavar="FILE", help="the zip (default: the case's id here)")


def run(args: argparse.Namespace) -> int:
    """Write it, and check it as its reader will.

    Raises:
        Problem: the case is not known, is not sealed yet, or cannot be written.
    """
    target = args.output or Path(re.sub(r"[^\w.-]", "_", args.case) + ".zip")
    with opened_history(args) as (database, settings):
        if not (settings.data_folder / "ledger" / INSTALLATION).exists():
            raise Problem(
                f"there is no ledger in {settings.data_folder}.", "Name the office with --data; ./pena up makes one."
            )
        witness_keys = [witness.partition(" ")[2] for witness in settings.ledger_witnesses]
        try:
            ledger = Ledger(database, settings.data_folder, None)
            bundled = prove(database, ledger, args.case, target, witness_keys=witness_keys)
            with tempfile.TemporaryDirectory(prefix="pena-bundle-") as folder:
                with zipfile.ZipFile(target) as bundle:
                    bundle.extractall(folder)
                check_bundle(Path(folder))
        except (CannotProve, KeyMissing, TilesMissing, BundleRefused, OSError) as error:
            raise Problem(f"the case cannot be proved: {error}.", "./pena history verify tells more.") from error
    Console().print(
        f"{target}: {bundled.records:,} records of {bundled.instances} process instances, {bundled.diagrams} diagrams, "
        f"{bundled.bytes:,} bytes. Unzip it anywhere and run: python3 verify.py"
    )
    return 0
