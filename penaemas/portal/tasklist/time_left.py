"""How much of a task's time is left, by the legal clock: office hours, without documented outages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.service_clock import ClockEntry, EntryKind, ServiceClock
from penaemas.portal.forms.sentences import Words

Urgency = Literal["late", "soon", "calm", "open"]
SOON_SHARE: Final = 0.2  # the ladders warn at 80 % too
IN_DAYS_FROM: Final = timedelta(hours=12)  # of office time: beyond, minutes say less than days


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """`seconds` of office time, negative once late; None without a due date. `words` say it without colour."""

    seconds: int | None
    urgency: Urgency
    words: Words


NO_LIMIT: Final = TimeLeft(None, "open", Words("tanpa tenggat", "no limit"))


def time_left(
    created_at: datetime,
    due_at: datetime | None,
    now: datetime,
    calendar: OfficeCalendar,
    outages: Sequence[ClockEntry] = (),
) -> TimeLeft:
    """What is left of a task's time.

    Args:
        due_at: as the engine computed it when the task was entered; outages since then move it.
        outages: of the region, that ended after the task was entered or still go on.
    """
    if due_at is None:
        return NO_LIMIT
    allowed = calendar.seconds_between(created_at, due_at)
    if outages:
        began = ClockEntry(EntryKind.START, created_at, "task entered", "system", "")
        seconds = allowed - ServiceClock((began, *outages), calendar).net_seconds(now)
    else:
        seconds = calendar.seconds_between(now, due_at)
    if seconds < 0 or (seconds == 0 and now >= due_at):
        return TimeLeft(seconds, "late", _late(-seconds))
    urgency: Urgency = "soon" if seconds <= allowed * SOON_SHARE else "calm"
    if seconds > IN_DAYS_FROM.total_seconds():
        days = calendar.working_days_between(now, due_at)
        return TimeLeft(seconds, urgency, Words(f"{days} hari kerja lagi", f"{days} working days left"))
    return TimeLeft(seconds, urgency, _left(seconds))


def _left(seconds: int) -> Words:
    minutes = seconds // 60
    if minutes >= 60:
        hours, rest = divmod(minutes, 60)
        return Words(f"{hours} jam {rest} menit lagi", f"{hours} h {rest} min left")
    return Words(f"{minutes} menit lagi", f"{minutes} minute{'s' if minutes != 1 else ''} left")


def _late(seconds: int) -> Words:
    minutes = seconds // 60
    if minutes >= 60:
        hours, rest = divmod(minutes, 60)
        return Words(f"terlambat {hours} jam {rest} menit", f"{hours} h {rest} min late")
    return Words(f"terlambat {minutes} menit", f"{minutes} minute{'s' if minutes != 1 else ''} late")
