"""Job `escalations.notify_level`: a rung of a ladder fires: its people are told, once.

Used by:  step_escalation_v1, Task_NotifyLevel; pbg_mbr_3_jam and pena_emas, Task_EscalateSignerAbsent
Asks:     the history for the task, the case file for posts and decrees
Effects:  notices, priority, and at 100 % the supervisor's group on the open task: each once for case, step and level
"""

from __future__ import annotations

from penaemas.casefiles.escalation_steps import SERVICE_WINDOW, LadderStep, ladder_step
from penaemas.casefiles.escalations import Escalations
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.history.queries import History, UserTask
from penaemas.licensing.escalation_ladder import Rung
from penaemas.zeebe.errors import InvalidState, NotFound
from penaemas.zeebe.job_contract import ContractViolation, JobContext, JobInput
from penaemas.zeebe.user_tasks import UserTasks
from workers.escalations.open_steps import alarm_of, task_of


class NotifyLevelInput(JobInput):
    """Which rung of which ladder."""

    case_id: str
    region_code: str
    step_id: str
    escalation_level: str


async def notify_level(
    job: NotifyLevelInput,
    *,
    context: JobContext,
    history: History,
    user_tasks: UserTasks,
    escalations: Escalations,
) -> None:
    """Let the supervisor in, then write down whom the rung tells. A task that is done by now tells nobody."""
    try:
        if job.step_id == SERVICE_WINDOW:
            await escalations.fire_for_service(job.case_id, job.region_code, job.escalation_level)
            return
        row = ladder_step(job.step_id)
        task = await task_of(history, await alarm_of(history, context), job.step_id)
        step = row.of_task(task.candidate_groups)
        if task.ended_at is None and await _let_supervisor_in(job, step, task, user_tasks, escalations):
            await escalations.fire_for_step(
                job.case_id,
                job.region_code,
                job.step_id,
                job.escalation_level,
                task.user_task_key,
                task.assignee,
                task.candidate_groups,
            )
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id") from unknown
    except (KeyError, ValueError) as unknown:
        raise ContractViolation("no ladder of this office has this step and level") from unknown


async def _let_supervisor_in(
    job: NotifyLevelInput, step: LadderStep, task: UserTask, user_tasks: UserTasks, escalations: Escalations
) -> bool:
    """Whether the task was still there, as far as we know."""
    if job.escalation_level != Rung.STEP_OVERDUE or step.supervisors_role is None:
        return True
    group = f"{job.region_code}/{step.supervisors_role}"
    let_in = await escalations.let_in(job.case_id, task.user_task_key, group, job.escalation_level)
    groups = tuple(dict.fromkeys((*task.candidate_groups, *let_in)))
    try:
        await user_tasks.update(task.user_task_key, candidate_groups=groups)
    except (NotFound, InvalidState):  # an officer completed it in this moment
        return False
    return True
