"""`./pena history export`: the event log of finished and running cases for process mining."""

import argparse
import base64
import contextlib
from pathlib import Path

from rich.console import Console

from penaemas.cli.history.opening import opened_history
from penaemas.cli.history.search import day
from penaemas.cli.problem import Problem
from penaemas.cli.supervision.data_folder import DataFolder
from penaemas.history.export import (
    CaseLog,
    Pseudonyms,
    Selection,
    write_csv,
    write_ocel_json,
    write_ocel_sqlite,
    write_xes,
)
from penaemas.history.export.pseudonyms import OfficersByName

HELP = "cases and their events for process mining: CSV, XES, OCEL 2.0; officers under pseudonyms · ekspor log kejadian"
FORMATS = ("csv", "xes", "ocel-json", "ocel-sqlite")
KEY_FILE = "export_pseudonyms"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Form, file and which cases."""
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("file", type=Path, help="a new file")
    parser.add_argument("--process", help="only cases of this process id")
    parser.add_argument("--from", dest="started_from", type=day, metavar="DATE", help="begun on this day or later")
    parser.add_argument("--before", dest="started_before", type=day, metavar="DATE", help="begun before this day")
    names = parser.add_mutually_exclusive_group()
    names.add_argument("--same-names", action="store_true", help="the same pseudonyms in every export of this office")
    names.add_argument("--officers-by-name", action="store_true", help="no pseudonyms; needs a reason in law")


def run(args: argparse.Namespace) -> int:
    """Write the file, whole or not at all.

    Raises:
        Problem: the history cannot be used, or the file is there already or cannot be written.
    """
    with opened_history(args) as (database, settings):
        officers: Pseudonyms | OfficersByName = Pseudonyms()
        if args.same_names:
            officers = Pseudonyms(base64.urlsafe_b64decode(DataFolder(settings.data_folder).secret(KEY_FILE)))
        elif args.officers_by_name:
            officers = OfficersByName()
        selection = Selection(args.process, args.started_from, args.started_before)
        if args.file.exists():
            raise Problem(f"{args.file} is there already.", "Name a new file, or remove that one.")
        part = args.file.with_name(f".{args.file.name}.part")
        try:
            part.unlink(missing_ok=True)
            events = _write(CaseLog(database, officers), selection, args.format, part)
            part.replace(args.file)
        except OSError as error:
            raise Problem(f"{args.file} cannot be written: {error.strerror}", "Choose another folder.") from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    Console().print(f"{events:,} events written to {args.file}", highlight=False)
    return 0


def _write(log: CaseLog, selection: Selection, form: str, file: Path) -> int:
    cases = log.cases(selection)
    if form == "ocel-sqlite":
        return write_ocel_sqlite(cases, file)
    if form == "csv":
        with file.open("w", encoding="utf-8", newline="") as text:
            return write_csv(cases, text)
    with file.open("wb") as binary:
        return write_xes(cases, binary) if form == "xes" else write_ocel_json(cases, binary)
