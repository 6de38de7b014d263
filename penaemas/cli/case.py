"""`./pena case`: hand in a request, see where it stands, correct it, take it back, play an example, list the cases."""

from __future__ import annotations

import argparse
import getpass
import uuid
from pathlib import Path
from typing import Any

from penaemas.casefiles.overview import CaseOverview, find_case, latest_cases
from penaemas.cli.applicants_acts import add_acts, correct, withdraw
from penaemas.cli.desk import Desk, in_wib, officers_desk, what_became_of
from penaemas.cli.entry_files import entry_of
from penaemas.cli.licence_play import is_licence, play_licence_here, play_licence_on_a_twin
from penaemas.cli.officer_names import add_officer_argument
from penaemas.cli.offices import add_office_argument
from penaemas.cli.paper_receipt import add_paper_arguments, with_paper_receipt
from penaemas.cli.play import play_here, play_on_a_twin
from penaemas.cli.problem import Problem
from penaemas.cli.processes import PROCESSES
from penaemas.storage.errors import StorageError

SUMMARY = ("Menerima permohonan dan melihat posisinya", "Hand in a request and see where it stands")
AUDIENCE = ("officers",)

MOST_OF_REQUEST_ID = 64  # as the case file keeps it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of six actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    submit = actions.add_parser("submit", help="hand in a request from a JSON file (see examples/)")
    submit.add_argument("process", choices=tuple(PROCESSES), help="which kind of request")
    submit.add_argument("file", type=Path, help="what the applicant hands in")
    submit.add_argument(
        "--request-id",
        type=_request_id,
        metavar="ID",
        help="your own id of this submission: repeated with it, nothing happens twice",
    )
    add_officer_argument(submit, "who receives it", default=getpass.getuser())
    add_paper_arguments(submit)
    show = actions.add_parser("show", help="where a case stands")
    show.add_argument("case", metavar="NUMBER|CASE_ID")
    add_acts(actions)
    play = actions.add_parser("play", help="scripted officers take an example to its end (see examples/)")
    play.add_argument("file", type=Path, help="an application with its script")
    play.add_argument("--region", metavar="CODE", help="in another region than the example's, e.g. 18.01")
    play.add_argument("--twin", action="store_true", help="on a throw-away office whose clock can be moved")
    listing = actions.add_parser("list", help="the newest cases")
    listing.add_argument("--limit", type=int, choices=range(1, 1001), metavar="1…1000", default=20)


def _request_id(given: str) -> str:
    if not 1 <= len(given) <= MOST_OF_REQUEST_ID or not given.isprintable():
        raise argparse.ArgumentTypeError(f"a request id has 1 to {MOST_OF_REQUEST_ID} characters")
    return given


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or what was entered is wrong.
    """
    if args.action == "play" and is_licence(content := entry_of(args.file)):
        return _play_licence(args, content)
    if args.action == "play" and args.twin:
        return play_on_a_twin(args.file, args.region)
    with officers_desk(args) as desk:
        if args.action == "play":
            return play_here(desk, args.file, args.region)
        if args.action == "submit":
            return _submit(desk, args)
        if args.action == "show":
            return _show(desk, args.case)
        if args.action == "correct":
            return correct(desk, args)
        if args.action == "withdraw":
            return withdraw(desk, args)
        return _list(desk, args.limit)


def _play_licence(args: argparse.Namespace, content: dict[str, Any]) -> int:
    if args.region:
        raise Problem("this example is played in its own region.", "Leave --region out.")
    if args.twin:
        return play_licence_on_a_twin(content, args.file.parent)
    with officers_desk(args) as desk:
        return play_licence_here(desk, content, args.file.parent)


def _submit(desk: Desk, args: argparse.Namespace) -> int:
    process, content = PROCESSES[args.process], with_paper_receipt(entry_of(args.file), args.process, args)
    for line in process.before_submission(desk, content):
        print(f"  {line}")
    request_id = args.request_id or str(uuid.uuid4())
    submitted = process.submit(desk, content, args.file.parent, request_id=request_id, officer=args.officer)
    if not submitted.is_new:
        print(f"= sudah diterima sebelumnya · received before: {submitted.case_id}")
        return 0
    print(f"✓ diterima · received: {submitted.case_id}")
    for line in submitted.receipt:
        print(f"  {line}")
    print(f"  {what_became_of(desk.send(desk.newest_command(submitted.case_id)))}")
    print(f"  ./pena case show {submitted.case_id}")
    return 0


def _show(desk: Desk, wanted: str) -> int:
    case = find_case(desk.office.database, wanted)
    if case is None:
        raise Problem(f"there is no case {wanted}.", "./pena case list names them.")
    print(f"{case.number or '(belum terdaftar · not yet registered)'}  {case.process_id}  {case.region_code}")
    print(f"  case id               {case.case_id}")
    print(f"  diterima · received   {in_wib(case.received_at)}")
    for line in PROCESSES[case.process_id].clocks(desk, case.case_id):
        print(f"  {line}")
    if case.closed_at is not None:
        print(f"  ditutup · closed      {in_wib(case.closed_at)}: {case.answer_decision}")
    for line in _where_it_stands(desk, case):
        print(f"  {line}")
    with desk.office.database.reading() as connection:
        for queued in desk.office.outbox.of_case(connection, case.case_id):
            print(f"  {queued.sequence}. {queued.command.kind} ({queued.created_by}): {what_became_of(queued)}")
    return 0


def _where_it_stands(desk: Desk, case: CaseOverview) -> list[str]:
    try:
        instance = desk.history.case_by_id(case.case_id)
        if instance is None:
            return ["riwayat · history     belum mulai · not yet started"]
        lines = [f"proses · process      {instance.state} ({instance.process_instance_key})"]
        for task in desk.history.open_tasks(process_instance_key=instance.process_instance_key):
            who = task.assignee or ", ".join(task.candidate_groups)
            lines.append(f"tugas · task          {task.element_id} {task.user_task_key}: {who}, {in_wib(task.due_at)}")
        for incident in desk.history.incidents(process_instance_key=instance.process_instance_key):
            lines.append(f"insiden · incident    {incident.element_id}: {incident.error_message}")
    except StorageError:
        return ["riwayat · history     tidak dapat dibaca · cannot be read now"]
    return lines


def _list(desk: Desk, limit: int) -> int:
    for case in latest_cases(desk.office.database, limit):
        state = case.answer_decision if case.closed_at else "berjalan · running"
        if case.closed_at is None and case.answer_due_at is not None:
            state = f"tenggat · due {in_wib(case.answer_due_at)}"
        print(f"{case.number or '-':<22} {case.case_id}  {in_wib(case.received_at)}  {state}")
    return 0
