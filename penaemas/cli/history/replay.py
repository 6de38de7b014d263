"""`./pena history replay CASE`: walk a case forward and back, moment by moment, as it happened."""

import argparse
import sys

from rich.console import Console

from penaemas.cli.history.opening import opened_history
from penaemas.cli.history.replay_view import moment_line, moment_panel, state_panel
from penaemas.cli.history.walker import walk
from penaemas.cli.problem import Problem
from penaemas.history.queries import Case
from penaemas.history.replay import Replay
from penaemas.history.replay.replay import as_json

HELP = (
    "walk a case forward and back: cause, actor, variables, decisions, proof · jalani riwayat satu berkas; "
    "keys: → next, ← back, g first, G last, s state, q quit"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which case, and whether one moment is enough."""
    parser.add_argument("case", metavar="CASE", help="case number, case id or process instance key")
    parser.add_argument("--at", type=_position, metavar="POSITION", help="show how it stood at this position, and end")
    parser.add_argument("--json", action="store_true", help="print the moments, or with --at the state, as JSON")


def run(args: argparse.Namespace) -> int:
    """Walk on a terminal; elsewhere print every moment.

    Raises:
        Problem: the history cannot be used, or knows no such case, or nothing of it at that position.
    """
    with opened_history(args) as (database, _):
        replay = Replay(database)
        case = replay.find(args.case)
        if case is None:
            raise Problem(
                f"the history knows no case “{args.case}”.",
                "Give its number, its case id or its process instance key; ./pena case list shows them.",
            )
        if args.at is not None:
            return _one_moment(replay, case, args.at, as_text=not args.json)
        return _all_moments(replay, case, as_text=not args.json)


def _one_moment(replay: Replay, case: Case, position: int, *, as_text: bool) -> int:
    state = replay.state(case.process_instance_key, position)
    if state is None:
        raise Problem(
            f"at position {position} this case had not begun.", "Leave out --at to see its positions from the first on."
        )
    if as_text:
        Console().print(state_panel(state))
    else:
        print(as_json(state).decode())
    return 0


def _all_moments(replay: Replay, case: Case, *, as_text: bool) -> int:
    moments = replay.moments(case.process_instance_key) or ()
    if not as_text:
        print(as_json(moments).decode())
    elif sys.stdin.isatty() and sys.stdout.isatty():
        walk(replay, case, moments, Console())
    else:
        console = Console(width=None if sys.stdout.isatty() else 160)
        for moment in moments:
            console.print(moment_line(moment))
            console.print(moment_panel(moment))
    return 0


def _position(text: str) -> int:
    position = int(text)
    if not 0 < position < 1 << 51:
        raise argparse.ArgumentTypeError("a position is a number from 1 on")
    return position
