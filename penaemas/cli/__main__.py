"""`./pena`: finds the subcommand and runs it. Ends with 0 (done), 1 (failed) or 2 (wrong use)."""

import argparse
import difflib
import importlib
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from penaemas.cli.commands import AUDIENCES, COMMANDS, by_audience, summary_of
from penaemas.cli.problem import Problem

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


class Subcommand(Protocol):
    """What the module of a subcommand offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the result is the exit code."""
        ...


def main(argv: Sequence[str]) -> int:
    """Run one subcommand.

    Returns:
        the exit code of the process.
    """
    if not argv or argv[0] in ("help", "-h", "--help"):
        print(_list_of_commands())
        return DONE
    name, *rest = argv
    if name not in COMMANDS:
        print(f"pena: there is no command “{name}”.{_nearest(name)} `./pena` alone lists them all.", file=sys.stderr)
        return WRONG_USE
    subcommand = cast(Subcommand, importlib.import_module(COMMANDS[name]))
    summary = summary_of(name)
    parser = argparse.ArgumentParser(prog=f"./pena {name}", description=f"{summary.indonesian} · {summary.english}")
    subcommand.add_arguments(parser)
    try:
        return subcommand.run(_parse(parser, rest, takes_rest=getattr(subcommand, "TAKES_REST", False)))
    except Problem as problem:
        print(f"pena: {problem.sentence}\n      {problem.fix}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _parse(parser: argparse.ArgumentParser, given: Sequence[str], *, takes_rest: bool) -> argparse.Namespace:
    """The arguments; those that the subcommand hands on to another program are in `rest`."""
    if not takes_rest:
        return parser.parse_args(given)
    args, rest = parser.parse_known_args(given)
    args.rest = rest
    return args


def _list_of_commands() -> str:
    lines = ["PENA · alur kerja perizinan · workflow for licensing offices", ""]
    for audience, summaries in by_audience().items():
        indonesian, english = AUDIENCES[audience]
        lines.append(f"{indonesian} · {english}")
        lines += [f"  ./pena {line.command:<8} {line.indonesian} · {line.english}" for line in summaries]
        lines.append("")
    lines.append("./pena <perintah> --help: semua pilihan · every option of a command")
    return "\n".join(lines)


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
    return f" Did you mean `./pena {near[0]}`?" if near else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
