"""Days and instants as people of the office write them, for argparse. What has no time zone is meant in WIB."""

from __future__ import annotations

import argparse
from datetime import date, datetime

from penaemas.licensing.instants import WIB


def day(text: str) -> date:
    """A day such as 2026-01-31.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2026-01-31") from None


def instant(text: str) -> datetime:
    """An instant such as 2026-01-31T08:15.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant; write it like 2026-01-31T08:15") from None
    if "T" not in text and " " not in text:
        raise argparse.ArgumentTypeError(f"{text!r} has no time of day; write it like 2026-01-31T08:15")
    return read if read.tzinfo is not None else read.replace(tzinfo=WIB)
