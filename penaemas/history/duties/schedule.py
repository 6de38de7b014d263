"""When a daily duty is due, and when one that failed is tried again."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from penaemas.licensing.instants import WIB, aware

DUE_AT: Final = time(1, 0)
"""In WIB: nobody works in the office, and the day that ended is whole."""

FIRST_PAUSE: Final = timedelta(minutes=5)
LONGEST_PAUSE: Final = timedelta(hours=1)


def last_due(now: datetime) -> datetime:
    """The newest instant, not after `now`, at which a day's duties fell due.

    Raises:
        ValueError: `now` is naive.
    """
    local = aware(now).astimezone(WIB)
    today = datetime.combine(local.date(), DUE_AT, WIB)
    return today if today <= local else today - timedelta(days=1)


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row, at least one."""
    doubled = 1 << min(failures - 1, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
