"""Lets hours of a throw-away office pass in a moment, and stops at every instant at which a ladder may fire."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from penaemas.casefiles.clock_ledger import CaseClock
from penaemas.casefiles.ladders import ClockNotStarted, NextStep
from penaemas.cli.playbook import Span
from penaemas.cli.twin import Twin
from penaemas.history.queries import UserTask
from penaemas.licensing.instants import wib_date

_A_MOMENT: Final = timedelta(milliseconds=100)
# Between the instants known here others may lie (a stand-in is offered, a breach asks for its reason).
_LONGEST_STEP: Final = timedelta(minutes=30)
# Long enough for a busy machine: a clock that is moved on too early makes a notice of seconds late by hours.
_SETTLES_WITHIN_S: Final = 20.0
_QUIET_S: Final = 0.3
_LOOK_AGAIN_S: Final = 0.05


@dataclass(frozen=True)
class TimeToPass:
    """The twin's time, as far as one case is concerned."""

    twin: Twin
    case_id: str
    region_code: str

    def end_of(self, span: Span) -> datetime:
        """When the span that begins now is over."""
        calendar = self.twin.desk.office.calendars.of(self.region_code, "counter")
        now = self.twin.clock.now()
        if span.office_minutes is not None:
            return calendar.due_at(now, span.office_minutes * 60)
        return calendar.closing_of_working_day(now, span.working_days or 1)

    def moments(self, until: datetime, open_tasks: Callable[[], Iterable[UserTask]]) -> Iterator[datetime]:
        """Move on from instant to instant; each is yielded once what it set off is done."""
        while (now := self.twin.clock.now()) < until:
            tasks = tuple(open_tasks())
            rings = self._next_ring(now, tasks)
            instant = min([until, self._next_look(now, is_somebody_asked=bool(tasks)), *rings])
            known = self._notices()
            self.twin.move_to(instant + _A_MOMENT if instant in rings else instant)
            self._settle(known, awaits_a_notice=instant in rings)
            yield instant

    def _next_look(self, now: datetime, *, is_somebody_asked: bool) -> datetime:
        """Nothing happens while the office is closed, and little while no officer is asked."""
        calendar = self.twin.desk.office.calendars.of(self.region_code, "counter")
        if is_somebody_asked and calendar.is_open(now):
            return now + _LONGEST_STEP
        # What the applicant must do is due at a closing; a moment later, so that it is over.
        closing = calendar.closing_of(wib_date(now))
        opening = calendar.next_opening(now)
        return opening if closing is None or closing + _A_MOMENT <= now else min(opening, closing + _A_MOMENT)

    def _next_ring(self, now: datetime, tasks: Iterable[UserTask]) -> set[datetime]:
        """The instants ahead at which something is due."""
        instants = {instant for task in tasks for instant in (task.due_at, task.follow_up_at)}
        service = self._service()
        if service is not None and service.action == "wait":
            instants.add(service.wait_until)
        return {instant for instant in instants if instant is not None and instant > now}

    def _service(self) -> NextStep | None:
        """None while the promise clock stands or has not begun: then nobody knows the instant."""
        deadlines = self.twin.desk.office.deadlines
        readings = asyncio.run(deadlines.service_window.readings(self.case_id))
        if any(one.which is CaseClock.PROMISE and one.is_standing for one in readings):
            return None
        try:
            return asyncio.run(deadlines.ladders.next_of_service(self.case_id, self.region_code))
        except ClockNotStarted:
            return None

    def _notices(self) -> int:
        return len(asyncio.run(self.twin.desk.office.deadlines.escalations.notices_of(self.case_id)))

    def _settle(self, known: int, *, awaits_a_notice: bool) -> None:
        """Wait until the ladders have said what they have to say, and nothing more comes."""
        give_up = time.monotonic() + (_SETTLES_WITHIN_S if awaits_a_notice else _QUIET_S)
        while self._notices() == known and time.monotonic() < give_up:
            time.sleep(_LOOK_AGAIN_S)
        known, quiet_since = self._notices(), time.monotonic()
        while time.monotonic() < quiet_since + _QUIET_S:
            time.sleep(_LOOK_AGAIN_S)
            if (now := self._notices()) != known:
                known, quiet_since = now, time.monotonic()
