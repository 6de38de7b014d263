"""Job `service_clock.next_escalation_step`: what an alarm's ladder does now: wait, notify, record a breach, or end.

Used by:  step_escalation_v1, Task_AskLegalClock
Asks:     the clock's ledger, the calendars, the rungs that have fired, the history for the step that the alarm is about
Effects:  none
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from penaemas.casefiles.escalation_steps import SERVICE_WINDOW
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.ladders import Action, ClockNotStarted, Ladders, NextStep, StepInstance
from penaemas.history.queries import History
from penaemas.licensing.calendar_rules import CalendarKind
from penaemas.licensing.clock import Clock
from penaemas.zeebe.job_contract import ContractViolation, JobContext, JobInput, JobOutput
from workers.escalations.open_steps import alarm_of, has_left, task_of, until_history_knows


class NextEscalationStepInput(JobInput):
    """The step as the diagram describes it; `step_id` is the element of the task, or of the service window."""

    case_id: str
    region_code: str
    step_id: str
    step_minutes: Annotated[int, Field(ge=1)]
    step_calendar: CalendarKind


class NextEscalationStepOutput(JobOutput):
    """`escalation_wait_until` is read on "wait" only; `escalation_level` is empty unless a rung fires."""

    escalation_action: Action
    escalation_level: str
    escalation_wait_until: AwareDatetime


async def next_escalation_step(
    job: NextEscalationStepInput, *, context: JobContext, history: History, ladders: Ladders, clock: Clock
) -> NextEscalationStepOutput:
    """Ask the clock, unless the step is over."""
    await until_history_knows(history, context)
    try:
        answer = await _answer(job, context, history, ladders)
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id") from unknown
    except ClockNotStarted as early:
        raise ContractViolation("the promise clock of this case never started") from early
    except KeyError as unknown:
        raise ContractViolation("this office has no calendar of the region") from unknown
    if answer is None:
        answer = NextStep("done", "", clock.now())
    return NextEscalationStepOutput(
        escalation_action=answer.action, escalation_level=answer.level, escalation_wait_until=answer.wait_until
    )


async def _answer(
    job: NextEscalationStepInput, context: JobContext, history: History, ladders: Ladders
) -> NextStep | None:
    """None: the step or the window that the alarm was about is over."""
    alarm = await alarm_of(history, context)
    if job.step_id == SERVICE_WINDOW:
        if await has_left(history, alarm, SERVICE_WINDOW):
            return None
        return await ladders.next_of_service(job.case_id, job.region_code)
    task = await task_of(history, alarm, job.step_id)
    if task.ended_at is not None:
        return None
    step = StepInstance(task.user_task_key, task.created_at)
    limit_s = job.step_minutes * 60
    return await ladders.next_of_step(job.case_id, job.region_code, job.step_id, step, limit_s, job.step_calendar)
