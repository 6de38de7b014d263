"""`./pena history ACTION`: is what we know complete, and what can be made of it. One module per action."""

import argparse
from typing import Final, Protocol

from penaemas.cli.history import (
    checkpoint,
    epoch,
    export,
    keep,
    prove,
    rebuild,
    replay,
    search,
    status,
    verify,
    witness,
)
from penaemas.cli.offices import add_office_argument

SUMMARY = ("Riwayat: pembuktian, pencarian, putar ulang", "The history: prove it, search it, replay a case")
AUDIENCE = ("operators", "auditors")


class Action(Protocol):
    """What the module of an action offers."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments; `--data` is declared already."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the result is the exit code."""
        ...


# In the order in which `./pena history --help` lists them.
ACTIONS: Final[dict[str, Action]] = {
    "status": status,
    "search": search,
    "replay": replay,
    "export": export,
    "rebuild": rebuild,
    "keep": keep,
    "verify": verify,
    "prove": prove,
    "checkpoint": checkpoint,
    "epoch": epoch,
    "witness": witness,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office, and what to do; `--data` may stand before or after the action."""
    add_office_argument(parser)
    chosen = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, action in ACTIONS.items():
        its_own = chosen.add_parser(name, help=action.HELP, description=action.HELP)
        add_office_argument(its_own, default=argparse.SUPPRESS)
        action.add_arguments(its_own)


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the action's own.
    """
    return ACTIONS[args.action].run(args)
