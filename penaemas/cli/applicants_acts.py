"""What an applicant may do with a running case, alone with the secret of the receipt, or at the counter."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.faults import checked
from penaemas.casefiles.overview import CaseOverview, find_case
from penaemas.casefiles.pbg.desk import PROCESS_ID
from penaemas.casefiles.person_vault import PersonErased
from penaemas.cli.desk import Desk, in_wib, what_became_of
from penaemas.cli.entry_files import entry_of, files_beside
from penaemas.cli.officer_names import officer
from penaemas.cli.playbook import Answers, Text
from penaemas.cli.problem import Problem

APPLICANT: Final = "pemohon"


class _Reason(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    reason: Text


def add_acts(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`correct` and `withdraw`."""
    correct = actions.add_parser("correct", help="what is to be mended; with FILE, hand in what was mended")
    correct.add_argument("case", metavar="NUMBER|CASE_ID")
    correct.add_argument("file", type=Path, nargs="?", help="fields, documents and explanations (see examples/)")
    withdraw = actions.add_parser("withdraw", help="take an application back")
    withdraw.add_argument("case", metavar="NUMBER|CASE_ID")
    withdraw.add_argument("--reason", required=True, metavar="TEXT", help="in the applicant's words")
    for action in (correct, withdraw):
        who = action.add_mutually_exclusive_group(required=True)
        who.add_argument(
            "--as", dest="officer", type=officer, metavar="OFFICER", help="the applicant is at the counter"
        )
        who.add_argument(
            "--by-applicant", action="store_true", help="asks for the secret of the receipt (or reads it from stdin)"
        )


def correct(desk: Desk, args: argparse.Namespace) -> int:
    """Show what the open round asks for, or hand in what was mended.

    Raises:
        EntryFaulty: the file breaks rules, or an item is not answered; nothing was stored.
        Problem: no correction is asked for, or the secret is wrong.
    """
    case = _case(desk, args.case)
    content = entry_of(args.file) if args.file is not None else None
    who = _who(desk, case, args)
    return _show(desk, case, who) if args.file is None else _hand_in(desk, case, content, args.file.parent, who)


def withdraw(desk: Desk, args: argparse.Namespace) -> int:
    """Take the application back.

    Raises:
        EntryFaulty: no reason.
        Problem: it cannot be taken back any more, or the secret is wrong.
    """
    case, reason = _case(desk, args.case), checked(_Reason, {"reason": args.reason}).reason
    who = _who(desk, case, args)
    try:
        at = asyncio.run(desk.office.pbg.submission.withdraw(case.case_id, reason=reason, by=who))
    except NotAllowedNow as refused:
        raise Problem(f"{refused.reason}.", "Nothing was stored; see ./pena case show.") from refused
    except PersonErased as erased:
        raise Problem("the applicant's data was erased.", "Nobody can change this case file again.") from erased
    print(f"✓ ditarik · withdrawn {in_wib(at)}")
    print(f"  {what_became_of(desk.send(desk.newest_command(case.case_id)))}")
    return 0


def _show(desk: Desk, case: CaseOverview, who: str) -> int:
    try:
        asked, items = asyncio.run(desk.office.pbg.asked_corrections.items_as_read_by(case.case_id, who))
    except NotAllowedNow as refused:
        raise Problem(f"{refused.reason}.", "See ./pena case show.") from refused
    except PersonErased as erased:
        raise Problem("the applicant's data was erased.", "Nobody can read it again.") from erased
    print(f"ronde · round {asked.round}, tenggat · due {in_wib(asked.due_at)}")
    for item in items:
        print(f"  {item.subject}: {item.request}")
    return 0


def _hand_in(desk: Desk, case: CaseOverview, content: object, folder: Path, who: str) -> int:
    answers = checked(Answers, content)
    documents = files_beside(folder, answers.documents, "documents")
    try:
        number = asyncio.run(
            desk.office.pbg.corrections.submit(
                case.case_id, answers.fields, documents, explanations=answers.explanations, by=who
            )
        )
    except NotAllowedNow as refused:
        raise Problem(f"{refused.reason}.", "Nothing was stored; see ./pena case show.") from refused
    except PersonErased as erased:
        raise Problem("the applicant's data was erased.", "Nobody can change this case file again.") from erased
    print(f"✓ perbaikan diterima · correction received: ronde · round {number}")
    print(f"  {what_became_of(desk.send(desk.newest_command(case.case_id)))}")
    return 0


def _case(desk: Desk, wanted: str) -> CaseOverview:
    case = find_case(desk.office.database, wanted)
    if case is None:
        raise Problem(f"there is no case {wanted}.", "./pena case list names them.")
    if case.process_id != PROCESS_ID:
        raise Problem(f"{wanted} is a case of {case.process_id}, which knows no such act.", "See ./pena case show.")
    return case


def _who(desk: Desk, case: CaseOverview, args: argparse.Namespace) -> str:
    if args.officer is not None:
        return str(args.officer)
    # Never as an argument: those are seen by every user of the machine, and kept by the shell.
    secret = getpass.getpass("kode rahasia · secret: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if not asyncio.run(desk.office.pbg.submission.holds_secret(case.case_id, secret)):
        raise Problem(
            "kode rahasia tidak cocok · this is not the secret on the receipt of this case.",
            "Read it from the receipt again, or come to the counter with an identity card.",
        )
    return APPLICANT
