"""What a rung that fires writes down: whom it tells, the priority, apology and compensation. Each once.

A rung of a step fires once per user task, a rung of the service once in the life of the case, also after a correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.breaches import breach_of, record_breach, working_days_promised
from penaemas.casefiles.clock_ledger import CaseClock, ClockLedger
from penaemas.casefiles.clock_tables import case_priority, escalation_notice, fired_rung, task_group
from penaemas.casefiles.escalation_steps import SERVICE_WINDOW, SIGNER_ABSENT, STAND_IN_OFFERED, ladder_step
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.posts import Posts
from penaemas.casefiles.region_calendars import RegionCalendars
from penaemas.casefiles.service_limits import limit_of
from penaemas.casefiles.tables import case_file
from penaemas.licensing.clock import Clock
from penaemas.licensing.escalation_ladder import (
    APPLICANT,
    PROMISE_SECONDS,
    Duty,
    Notices,
    Rung,
    notices_of_service,
    notices_of_step,
)
from penaemas.licensing.instants import wib_date
from penaemas.licensing.posts import Post, Roster, StandIn, Told
from penaemas.licensing.service_clock import counting_day_closing, statutory_due_at
from penaemas.storage.database import Database

SYSTEM = "system"

# Higher comes first in the task list. A service that is late goes before a step that is.
_PRIORITIES = {
    Rung.STEP_OVERDUE: 10,
    Rung.SERVICE_WARNING: 20,
    Rung.LIMIT_NEAR: 20,
    Rung.SERVICE_BREACHED: 30,
    Rung.LIMIT_BROKEN: 30,
}


class Escalations:
    """The effects of all ladders."""

    def __init__(
        self,
        database: Database,
        ledger: ClockLedger,
        posts: Posts,
        calendars: RegionCalendars,
        acts: Acts,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._posts = posts
        self._calendars = calendars
        self._acts = acts
        self._clock = clock

    async def fire_for_step(
        self,
        case_id: str,
        region_code: str,
        step_id: str,
        level: str,
        user_task_key: int,
        assignee: str | None,
        groups: Sequence[str] = (),
    ) -> bool:
        """Write down a rung of a step, or that its signer is absent, and whom it tells; False if it had fired.

        Args:
            groups: candidate groups of the task, which tell whose step it is where several agencies have the same one.

        Raises:
            CaseUnknown: there is no such case. KeyError: no such step. ValueError: no level of a step.
        """
        return await self._database.run(
            self._fire_for_step, case_id, region_code, step_id, level, str(user_task_key), assignee, groups
        )

    async def fire_for_service(self, case_id: str, region_code: str, level: str) -> bool:
        """Write down a rung of the service and whom it tells; False if it had fired.

        At the breach also apology, compensation and the inspectorate's digest.

        Raises:
            CaseUnknown: there is no such case. ValueError: no level of the service.
        """
        return await self._database.run(self._fire_for_service, case_id, region_code, Rung(level))

    async def offer_to_stand_in(self, case_id: str, step_id: str, user_task_key: int, stand_in: StandIn) -> bool:
        """Write down that a step was offered to a stand-in, and tell them; False if it was before.

        Raises:
            CaseUnknown: there is no such case. KeyError: no such step.
        """
        return await self._database.run(self._offer, case_id, step_id, str(user_task_key), stand_in)

    async def let_in(self, case_id: str, user_task_key: int, group: str, level: str) -> tuple[str, ...]:
        """Note that a group may take a task; returns every group that escalations have let in so far, sorted."""
        return await self._database.run(self._let_in, case_id, user_task_key, group, level)

    async def notices_of(self, case_id: str) -> tuple[RowMapping, ...]:
        """Whom the case's escalations told, oldest first."""
        return await self._database.run(self._notices_of, case_id)

    async def priority_of(self, case_id: str) -> int:
        """The case's place in the task list: 0 until something raised it."""
        return await self._database.run(self._priority_of, case_id)

    def _fire_for_step(
        self,
        case_id: str,
        region_code: str,
        step_id: str,
        level: str,
        instance: str,
        assignee: str | None,
        groups: Sequence[str],
    ) -> bool:
        step, at = ladder_step(step_id).of_task(groups).step, self._clock.now()
        with self._database.transaction() as connection:
            if not self._fire_once(connection, case_id, step_id, instance, level, at):
                return False
            day = wib_date(at)
            roster = self._posts.roster(connection, region_code, day)
            if level == SIGNER_ABSENT:
                above = tuple(roster.told(post, day) for post in step.escalate_to)
                self._tell(connection, case_id, step_id, instance, level, above, at)
            else:
                notices = notices_of_step(Rung(level), step, assignee, roster, day)
                self._tell(connection, case_id, step_id, instance, level, notices.told, at)
                self._raise_priority(connection, case_id, level, notices.duties, at)
            return True

    def _fire_for_service(self, case_id: str, region_code: str, rung: Rung) -> bool:
        at = self._clock.now()
        with self._database.transaction() as connection:
            if not self._fire_once(connection, case_id, SERVICE_WINDOW, "", rung.value, at):
                return False
            roster = self._posts.roster(connection, region_code, wib_date(at))
            notices = self._service_notices(connection, case_id, rung, roster, at)
            if Duty.APOLOGISE_WITH_NEW_TIME in notices.duties:
                self._break_promise(connection, case_id, region_code, at)
            digest = Post.INSPEKTORAT if Duty.PUT_INTO_INSPECTORATE_DIGEST in notices.duties else None
            # The applicant is told by the apology.
            told = [one for one in notices.told if one.meant_for != APPLICANT]
            self._tell(connection, case_id, SERVICE_WINDOW, "", rung.value, told, at, digest)
            self._raise_priority(connection, case_id, rung.value, notices.duties, at)
            return True

    def _service_notices(
        self, connection: Connection, case_id: str, rung: Rung, roster: Roster, at: datetime
    ) -> Notices:
        applicant_told = breach_of(connection, case_id) is not None
        return notices_of_service(rung, applicant_told, roster, wib_date(at))

    def _break_promise(self, connection: Connection, case_id: str, region_code: str, at: datetime) -> None:
        """The new time is the end of the next working day, when the Sekda would be told; or when it was finished."""
        limit = limit_of(connection, case_id)
        if limit is not None:
            self._break_limit(connection, case_id, region_code, limit.working_days, at)
            return
        promise = self._ledger.clock_of(connection, case_id, CaseClock.PROMISE)
        calendar = self._calendars.of(region_code, "counter")
        due_at = (promise.due_at(PROMISE_SECONDS, at) if promise else None) or at
        if promise and promise.stopped_at:
            record_breach(connection, case_id, due_at, promise.stopped_at, at, is_finished=True)
            return
        next_day = counting_day_closing(promise, due_at, 1, at, calendar) if promise else None
        new_due_at = next_day if next_day and next_day > at else calendar.closing_of_working_day(at, 1)
        record_breach(connection, case_id, due_at, new_due_at, at, is_finished=False)

    def _break_limit(
        self, connection: Connection, case_id: str, region_code: str, working_days: int, at: datetime
    ) -> None:
        clock = self._ledger.clock_of(connection, case_id, CaseClock.SERVICE)
        if clock is None:
            return
        calendar = self._calendars.of(region_code, "counter")
        due_at = statutory_due_at(clock, working_days, at, calendar) or at
        later = statutory_due_at(clock, working_days + 1, at, calendar)
        new_due_at = later if later and later > at else calendar.closing_of_working_day(at, 1)
        promised, finished = working_days_promised(working_days), clock.stopped_at is not None
        record_breach(
            connection, case_id, due_at, clock.stopped_at or new_due_at, at, is_finished=finished, promised=promised
        )

    def _offer(self, case_id: str, step_id: str, instance: str, stand_in: StandIn) -> bool:
        signer, at = ladder_step(step_id).signer, self._clock.now()
        if signer is None:
            raise KeyError(step_id)
        with self._database.transaction() as connection:
            if not self._fire_once(connection, case_id, step_id, instance, STAND_IN_OFFERED, at):
                return False
            told = Told(signer, signer, stand_in.officer_id, stand_in.decree_number)
            self._tell(connection, case_id, step_id, instance, STAND_IN_OFFERED, (told,), at)
            return True

    def _fire_once(
        self, connection: Connection, case_id: str, step_id: str, instance: str, level: str, at: datetime
    ) -> bool:
        _hold(connection, case_id)
        place = {"case_id": case_id, "step_id": step_id, "step_instance": instance, "level": level}
        known = select(fired_rung.c.level).where(*(fired_rung.c[name] == value for name, value in place.items()))
        if connection.execute(known).first() is not None:
            return False
        connection.execute(insert(fired_rung).values(**place, fired_at=at))
        details = {"step_id": step_id, "step_instance": instance, "level": level}
        self._acts.record(connection, SYSTEM, "escalation_fired", at, case_id=case_id, details=details)
        return True

    def _tell(
        self,
        connection: Connection,
        case_id: str,
        step_id: str,
        instance: str,
        level: str,
        told: tuple[Told, ...] | list[Told],
        at: datetime,
        digest: Post | None = None,
    ) -> None:
        for one in told:
            connection.execute(
                insert(escalation_notice).values(
                    case_id=case_id,
                    step_id=step_id,
                    step_instance=instance,
                    level=level,
                    meant_for=one.meant_for,
                    post=one.post,
                    officer=one.officer_id,
                    decree_number=one.decree_number,
                    in_digest=one.meant_for == digest,
                    noticed_at=at,
                )
            )

    def _raise_priority(
        self, connection: Connection, case_id: str, level: str, duties: tuple[Duty, ...], at: datetime
    ) -> None:
        if Duty.RAISE_PRIORITY not in duties:
            return
        values = {"priority": _PRIORITIES[Rung(level)], "level": level, "raised_at": at}
        place = case_priority.c.case_id == case_id
        known = connection.execute(select(case_priority.c.priority).where(place)).scalar()
        if known is None:
            connection.execute(insert(case_priority).values(case_id=case_id, **values))
        elif known < _PRIORITIES[Rung(level)]:
            connection.execute(update(case_priority).where(place).values(**values))

    def _let_in(self, case_id: str, user_task_key: int, group: str, level: str) -> tuple[str, ...]:
        of_task = select(task_group.c.group_name).where(task_group.c.user_task_key == user_task_key)
        with self._database.transaction() as connection:
            _hold(connection, case_id)
            known = set(connection.execute(of_task).scalars())
            if group not in known:
                connection.execute(
                    insert(task_group).values(
                        user_task_key=user_task_key,
                        group_name=group,
                        case_id=case_id,
                        level=level,
                        added_at=self._clock.now(),
                    )
                )
            return tuple(sorted(known | {group}))

    def _notices_of(self, case_id: str) -> tuple[RowMapping, ...]:
        notice = escalation_notice.c
        wanted = select(escalation_notice).where(notice.case_id == case_id)
        with self._database.reading() as connection:
            ordered = wanted.order_by(notice.noticed_at, notice.level, notice.meant_for)
            return tuple(connection.execute(ordered).mappings())

    def _priority_of(self, case_id: str) -> int:
        with self._database.reading() as connection:
            raised = select(case_priority.c.priority).where(case_priority.c.case_id == case_id)
            return connection.execute(raised).scalar() or 0


def _hold(connection: Connection, case_id: str) -> None:
    """Lock the case, so that a rung never fires twice at a time."""
    # SQLite's writers hold the whole database already and ignore FOR UPDATE.
    held = connection.execute(select(case_file.c.case_id).where(case_file.c.case_id == case_id).with_for_update())
    if held.first() is None:
        raise CaseUnknown(case_id)
