"""`./pena history checkpoint`: the newest checkpoint of each log, to be given to others."""

import argparse
from pathlib import Path
from typing import Final

from penaemas.cli.offices import office_settings
from penaemas.cli.problem import Problem

HELP: Final = "print the newest checkpoint of each log and its key, for mail and safes · cetak titik periksa"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One log alone, if wanted."""
    parser.add_argument("--log", help="only this log, e.g. pena.example/portal/1: just its checkpoint, nothing else")


def run(args: argparse.Namespace) -> int:
    """Print them.

    Raises:
        Problem: there is no checkpoint.
    """
    folder = office_settings(args).data_folder / "ledger"
    files = [folder / args.log / "checkpoint"] if args.log else sorted(folder.rglob("checkpoint"))
    notes = [_read(file) for file in files]
    if not notes:
        raise Problem(f"there is no checkpoint in {folder}.", "Name the office with --data; ./pena up makes one.")
    if args.log:
        print(notes[0], end="")
    else:
        print("\n".join([*notes, _read(folder / "verifier_key")]), end="")
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Problem(
            f"{file} cannot be read: {error.strerror}.", "Name a log that ./pena history verify shows."
        ) from error
