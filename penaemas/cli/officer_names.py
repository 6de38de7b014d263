"""Account names of officers on the command line. They go into the engine and its history: nothing personal fits in."""

from __future__ import annotations

import argparse
import re
from typing import Final

_ACCOUNT: Final = re.compile(r"[A-Za-z][A-Za-z0-9._@-]{0,79}")
_IDENTITY_NUMBER: Final = re.compile(r"[0-9]{15}")


def officer(name: str) -> str:
    """An account name, for argparse.

    Raises:
        argparse.ArgumentTypeError: it is none; says what one looks like.
    """
    if not _ACCOUNT.fullmatch(name) or _IDENTITY_NUMBER.search(name):
        raise argparse.ArgumentTypeError("an officer is an account name such as loket.1 (letters, digits, . _ - @)")
    return name


def add_officer_argument(parser: argparse.ArgumentParser, purpose: str, *, default: str | None = None) -> None:
    """`--as OFFICER`: who does it."""
    parser.add_argument(
        "--as", dest="officer", type=officer, default=default, required=default is None, metavar="OFFICER", help=purpose
    )
