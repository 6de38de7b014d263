"""What the ladder of a step or of the service does next, by the ledger, the calendar and the rungs that have fired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, select

from penaemas.casefiles.clock_ledger import CaseClock, ClockLedger
from penaemas.casefiles.clock_tables import fired_rung
from penaemas.casefiles.escalation_steps import SERVICE_WINDOW
from penaemas.casefiles.region_calendars import RegionCalendars
from penaemas.casefiles.service_limits import limit_of
from penaemas.licensing.calendar_rules import CalendarKind
from penaemas.licensing.clock import Clock
from penaemas.licensing.escalation_ladder import (
    BREACHES,
    PROMISE_SECONDS,
    PROMISE_WARNING_SECONDS,
    Rung,
    RungDue,
    next_act,
    rungs_of_limit,
    rungs_of_service,
    rungs_of_step,
)
from penaemas.licensing.instants import MICROSECOND
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.service_clock import ServiceClock
from penaemas.storage.database import Database

Action = Literal["wait", "notify", "breach", "done"]

# The engine's clock and ours are read one after the other: a rung that is due within this time is due. A step's
# instants were computed moments before its record says that the task was created; the promise's are our own, and nobody
# is to be told of a breach that may still be averted.
_STEP_TOLERANCE = timedelta(seconds=1)
_SERVICE_TOLERANCE = timedelta(milliseconds=50)
_STEP_PERCENT = {Rung.STEP_REMINDER: 50, Rung.STEP_WARNING: 80, Rung.STEP_OVERDUE: 100}
_WARNINGS = frozenset({Rung.SERVICE_WARNING, Rung.LIMIT_NEAR})
_SERVICE_SECONDS = {Rung.SERVICE_WARNING: PROMISE_WARNING_SECONDS, Rung.SERVICE_BREACHED: PROMISE_SECONDS}


class ClockNotStarted(Exception):
    """The clock of the case's service never started: nobody can say when it is due."""


@dataclass(frozen=True, slots=True)
class StepInstance:
    """One entry of a step: the key of its user task and when it was created."""

    user_task_key: int
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a ladder does now. `level` is empty unless a rung fires; `wait_until` counts only for "wait"."""

    action: Action
    level: str
    wait_until: datetime


@dataclass(frozen=True, slots=True)
class ServiceAlarms:
    """When the alarms of the service window ring, never None. `due_at` is the honest due instant of the service."""

    due_at: datetime
    warning_at: datetime
    breach_at: datetime


class Ladders:
    """The ladders of all cases. Reads; fires nothing."""

    def __init__(self, database: Database, ledger: ClockLedger, calendars: RegionCalendars, clock: Clock) -> None:
        self._database = database
        self._ledger = ledger
        self._calendars = calendars
        self._clock = clock

    async def next_of_step(
        self, case_id: str, region_code: str, step_id: str, step: StepInstance, limit_s: int, kind: CalendarKind
    ) -> NextStep:
        """What the ladder of an open step does now.

        Raises:
            KeyError: no region of this office. ValueError: a limit below 1 second.
        """
        return await self._database.run(self._next_of_step, case_id, region_code, step_id, step, limit_s, kind)

    async def next_of_service(self, case_id: str, region_code: str) -> NextStep:
        """What the ladder of the whole service does now; "done" once the promise clock was stopped.

        Raises:
            CaseUnknown: there is no such case. ClockNotStarted: its promise never began.
        """
        return await self._database.run(self._next_of_service, case_id, region_code)

    def service_alarms(
        self, connection: Connection, case_id: str, region_code: str, at: datetime, quiet_until: datetime
    ) -> ServiceAlarms:
        """When to ask the ladder of the service. What has fired is not asked for again.

        Args:
            quiet_until: when to ask once more although every rung has fired.

        Raises:
            CaseUnknown: there is no such case. ClockNotStarted: its promise never began.
        """
        promise, rungs = self._service(connection, case_id, region_code, at)
        calendar = self._calendars.of(region_code, "counter")
        instants = {rung.rung: _earliest(rung, _SERVICE_SECONDS, promise, calendar, at) for rung in rungs}
        fired = fired_levels(connection, case_id, SERVICE_WINDOW)
        broken = next(rung for rung in instants if rung in BREACHES)
        due_at = breach_at = instants[broken]
        later = [rung for rung in instants if rung not in fired and rung not in _WARNINGS]
        if broken in fired:
            breach_at = min((instants[rung] for rung in later), default=quiet_until)
        warnings = [instants[rung] for rung in instants if rung in _WARNINGS and rung not in fired]
        return ServiceAlarms(due_at, min(warnings, default=breach_at), breach_at)

    def _next_of_step(
        self, case_id: str, region_code: str, step_id: str, step: StepInstance, limit_s: int, kind: CalendarKind
    ) -> NextStep:
        at = self._clock.now()
        with self._database.reading() as connection:
            # The diagrams count from the whole second: FEEL cuts the rest.
            entered_at = step.entered_at.replace(microsecond=0)
            clock = self._ledger.step_clock(connection, region_code, entered_at, kind)
            fired = fired_levels(connection, case_id, step_id, str(step.user_task_key))
        seconds = {rung: max(limit_s * percent // 100, 1) for rung, percent in _STEP_PERCENT.items()}
        rungs = rungs_of_step(limit_s, clock, at)
        return _next(rungs, fired, seconds, clock, self._calendars.of(region_code, kind), at, _STEP_TOLERANCE)

    def _next_of_service(self, case_id: str, region_code: str) -> NextStep:
        at = self._clock.now()
        with self._database.reading() as connection:
            promise, rungs = self._service(connection, case_id, region_code, at)
            fired = fired_levels(connection, case_id, SERVICE_WINDOW)
        if promise.stopped_at is not None:
            return NextStep("done", "", at)
        calendar = self._calendars.of(region_code, "counter")
        answer = _next(rungs, fired, _SERVICE_SECONDS, promise, calendar, at, _SERVICE_TOLERANCE)
        if answer.action == "done" and not {Rung.SKB_LIMIT, Rung.LIMIT_BROKEN} & {rung.rung for rung in rungs}:
            # The file is not complete yet, so the limits of law have not begun: asked again when a day has passed.
            return NextStep("wait", "", calendar.closing_of_working_day(at, 1))
        return answer

    def _service(
        self, connection: Connection, case_id: str, region_code: str, at: datetime
    ) -> tuple[ServiceClock, tuple[RungDue, ...]]:
        calendar, limit = self._calendars.of(region_code, "counter"), limit_of(connection, case_id)
        which = CaseClock.PROMISE if limit is None else CaseClock.SERVICE
        promise = self._ledger.clock_of(connection, case_id, which)
        if promise is None:
            raise ClockNotStarted(case_id)
        if limit is not None:
            return promise, rungs_of_limit(promise, limit.working_days, calendar, at)
        statutory = self._ledger.clock_of(connection, case_id, CaseClock.STATUTORY)
        return promise, rungs_of_service(promise, statutory, calendar, at)


def fired_levels(connection: Connection, case_id: str, step_id: str, step_instance: str = "") -> frozenset[str]:
    """Levels that have fired; of the service unless an instance is given."""
    of_ladder = select(fired_rung.c.level).where(
        fired_rung.c.case_id == case_id,
        fired_rung.c.step_id == step_id,
        fired_rung.c.step_instance == step_instance,
    )
    return frozenset(connection.execute(of_ladder).scalars())


def _next(
    rungs: Sequence[RungDue],
    fired: frozenset[str],
    seconds: Mapping[Rung, int],
    clock: ServiceClock,
    calendar: OfficeCalendar,
    at: datetime,
    tolerance: timedelta,
) -> NextStep:
    open_rungs = [rung for rung in rungs if rung.rung not in fired]
    act = next_act(open_rungs, (), at + tolerance)
    if act.done:
        return NextStep("done", "", at)
    if act.fire is not None:
        return NextStep("breach" if act.fire in BREACHES else "notify", act.fire.value, at)
    return NextStep("wait", "", min(_earliest(rung, seconds, clock, calendar, at) for rung in open_rungs))


def _earliest(
    rung: RungDue, seconds: Mapping[Rung, int], clock: ServiceClock, calendar: OfficeCalendar, at: datetime
) -> datetime:
    """When the rung fires, or while the clock stands, the earliest instant at which it could."""
    if rung.at is not None:
        return rung.at
    if rung.rung in seconds:
        remaining = timedelta(seconds=seconds[rung.rung]) - clock.net(at)
        return calendar.due_after(at, max(remaining, MICROSECOND))
    return calendar.closing_of_working_day(at, 1)
