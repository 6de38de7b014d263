"""`./pena report`: complaints and reports of bribes, for those who may open them."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.public_reports import ReportLine, ReportUnknown
from penaemas.cli.desk import Desk, in_wib, officers_desk
from penaemas.cli.officer_names import add_officer_argument
from penaemas.cli.offices import add_office_argument
from penaemas.cli.problem import Problem

SUMMARY = ("Pengaduan dan laporan pungli", "Complaints and reports of bribes")
AUDIENCE = ("officers",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of three actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="what this officer may open, what waits first")
    show = actions.add_parser("show", help="one of them; that it was opened is recorded")
    answer = actions.add_parser("answer", help="answer it; the reporter reads the answer with the code")
    for action in (show, answer):
        action.add_argument("number", metavar="NUMBER")
    answer.add_argument("file", type=Path, help="a text file with the answer")
    for action in (listing, show, answer):
        add_officer_argument(action, "whose account it is; a report of a bribe is for the inspectorate alone")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or what was entered is wrong.
    """
    with officers_desk(args) as desk:
        reports, officer = desk.office.public_reports, _officer(desk, args.officer)
        if args.action == "list":
            for line in asyncio.run(reports.lines_for(officer)):
                print(_told(line))
            return 0
        try:
            if args.action == "answer":
                asyncio.run(reports.answer(args.number, officer, _text(args.file)))
                print(f"✓ dijawab · answered: {args.number}")
                return 0
            content = asyncio.run(reports.read(args.number, officer))
        except ReportUnknown:
            raise Problem(
                f"{args.number} is no report that {args.officer} may open.", "See ./pena report list."
            ) from None
        except NotAllowedNow as refused:
            raise Problem(f"{refused.reason}.", "Nothing can be written to it any more.") from None
        print(_told(content.line))
        print(f"\n{content.text}\n")
        print(f"kontak · contact: {content.contact or 'tanpa nama · anonymous'}")
        if content.answer:
            print(f"jawaban · answer: {content.answer}")
    return 0


def _officer(desk: Desk, account: str) -> Officer:
    found = asyncio.run(desk.office.officers.find(account))
    if found is None or found.disabled_at is not None:
        raise Problem(f"{account} is no account of this office.", "See ./pena officer list.")
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{file} cannot be read ({type(error).__name__}).", "Name a text file in UTF-8.") from None


def _told(line: ReportLine) -> str:
    kind = {"complaint": "pengaduan · complaint", "bribe": "pungli · bribe"}[line.kind]
    state = (
        f"dijawab · answered {in_wib(line.answered_at)}" if line.answered_at else f"tenggat · due {in_wib(line.due_at)}"
    )
    return f"{line.number}  {line.region_code}  {kind}  {in_wib(line.received_at)}  {state}"
