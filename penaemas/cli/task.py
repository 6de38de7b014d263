"""`./pena task`: the open tasks, and taking, reading and completing one."""

from __future__ import annotations

import argparse
from pathlib import Path

from penaemas.casefiles.outbox import AssignTask, QueuedCommand
from penaemas.casefiles.overview import find_case
from penaemas.casefiles.person_vault import PersonErased
from penaemas.cli.desk import Desk, in_wib, officers_desk, what_became_of
from penaemas.cli.entry_files import entry_of
from penaemas.cli.officer_names import add_officer_argument
from penaemas.cli.offices import add_office_argument
from penaemas.cli.problem import Problem
from penaemas.cli.processes import PROCESSES
from penaemas.cli.processes.port import DeskProcess
from penaemas.cli.signing import ask_passphrase, authority_of, room_of, sign
from penaemas.history.queries import UserTask
from penaemas.portal.signing.signing_room import Draft

SUMMARY = ("Mengambil dan menyelesaikan tugas", "Take tasks and complete them")
AUDIENCE = ("officers",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of four actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="open tasks, the earliest due first")
    listing.add_argument("--group", action="append", metavar="GROUP", help="only what this group may take (repeatable)")
    for name, purpose in (
        ("show", "what the applicant asks; that you read it is recorded"),
        ("claim", "take a task"),
        ("complete", "complete a task with a form"),
        ("sign", "sign a permit with your passphrase, and complete its task"),
    ):
        action = actions.add_parser(name, help=purpose)
        action.add_argument("key", type=int, help="from ./pena task list")
        add_officer_argument(action, "who does it")
        if name == "claim":
            action.add_argument("--take-over", action="store_true", help="also if another has taken it")
        if name == "complete":
            action.add_argument("--form", type=Path, required=True, metavar="FILE", help="the form's answers, JSON")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or what was entered is wrong.
    """
    with officers_desk(args) as desk:
        if args.action == "list":
            return _list(desk, args.group)
        task, case_id = _known_task(desk, args.key)
        if args.action == "show":
            return _show(desk, case_id, args.officer)
        if args.action == "claim":
            return _claim(desk, task, case_id, args)
        if args.action == "sign":
            return _sign(desk, task, case_id, args.officer)
        return _complete(desk, task, case_id, args)


def _list(desk: Desk, groups: list[str] | None) -> int:
    for task in desk.history.open_tasks(groups=groups):
        who = task.assignee or ", ".join(task.candidate_groups)
        print(f"{task.user_task_key}  {task.element_id:<24} {in_wib(task.due_at)}  {who}  {task.case_id or ''}")
    return 0


def _known_task(desk: Desk, key: int) -> tuple[UserTask, str]:
    task = desk.history.task(key)
    if task is None or task.case_id is None or find_case(desk.office.database, task.case_id) is None:
        raise Problem(f"there is no task {key} of a case of this office.", "./pena task list names the open ones.")
    return task, task.case_id


def _show(desk: Desk, case_id: str, officer: str) -> int:
    try:
        content = _process_of(desk, case_id).read(desk, case_id, officer)
    except PersonErased as erased:
        raise Problem("the applicant's data was erased.", "Nobody can read it again.") from erased
    for name, value in content.items():
        print(f"{name}: {value}")
    return 0


def _claim(desk: Desk, task: UserTask, case_id: str, args: argparse.Namespace) -> int:
    _process_of(desk, case_id).before_claim(desk, task, case_id, args.officer)
    command = AssignTask(user_task_key=args.key, officer=args.officer, take_over=args.take_over)
    with desk.office.database.transaction() as connection:
        command_id = desk.office.outbox.add(connection, case_id, command, by=args.officer)
        desk.office.acts.record(connection, args.officer, "claim_task", desk.clock.now(), case_id=case_id)
    return _outcome(desk.send(desk.command(case_id, command_id)))


def _complete(desk: Desk, task: UserTask, case_id: str, args: argparse.Namespace) -> int:
    command_id = _process_of(desk, case_id).complete(desk, task, case_id, entry_of(args.form), args.officer)
    return _outcome(desk.send(desk.command(case_id, command_id)))


def _sign(desk: Desk, task: UserTask, case_id: str, officer: str) -> int:
    process = _process_of(desk, case_id)
    if task.element_id not in desk.office.signing.element_ids():
        raise Problem("nothing is signed at this task.", "Complete it with ./pena task complete.")
    room = room_of(desk, authority_of(desk))
    draft = Draft(process.process_id, case_id, task.user_task_key)
    entry = {"no_conflict_of_interest": True}
    return _outcome(desk.send(desk.command(case_id, sign(desk, room, draft, entry, officer, ask_passphrase()))))


def _process_of(desk: Desk, case_id: str) -> DeskProcess:
    case = find_case(desk.office.database, case_id)
    if case is None:
        raise Problem(f"there is no case {case_id}.", "./pena case list names them.")
    return PROCESSES[case.process_id]


def _outcome(queued: QueuedCommand) -> int:
    print(("✗ " if queued.state == "refused" else "✓ ") + what_became_of(queued))
    return 1 if queued.state == "refused" else 0
