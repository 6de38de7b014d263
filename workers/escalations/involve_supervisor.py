"""Job `escalations.involve_supervisor`: the supervisors may take an officer's task that is late.

Used by:  public_information_request, Task_InvolveSupervisor
Asks:     the history for the open task, the engine to change it, the case file to note it
Effects:  the task's candidate groups (set, so safe to run twice); one notice for each late task
"""

from __future__ import annotations

import asyncio

from pydantic import AwareDatetime

from penaemas.casefiles.notices import Notices
from penaemas.history.queries import History, UserTask
from penaemas.licensing.clock import Clock
from penaemas.zeebe.errors import InvalidState, NotFound
from penaemas.zeebe.job_contract import JobContext, JobInput, JobOutput, TransientFailure
from penaemas.zeebe.user_tasks import UserTasks

EFFECT = "involve_supervisor"


class InvolveSupervisorInput(JobInput):
    """Which task of which case."""

    case_id: str
    region_code: str
    element_id: str


class InvolveSupervisorOutput(JobOutput):
    """When supervisors were last involved in this case; None if the task was done before they could be."""

    supervisor_involved_at: AwareDatetime | None


async def involve_supervisor(
    job: InvolveSupervisorInput,
    *,
    context: JobContext,
    history: History,
    user_tasks: UserTasks,
    notices: Notices,
    clock: Clock,
) -> InvolveSupervisorOutput:
    """Add the region's supervisors to the task's groups and note it once."""
    tasks = await asyncio.to_thread(history.tasks_of, context.process_instance_key)
    of_element = [task for task in tasks if task.element_id == job.element_id]
    if not of_element:
        raise TransientFailure("the history does not know the task yet")
    task = of_element[-1]
    if task.ended_at is None and await _let_supervisors_in(task, f"{job.region_code}/PENGAWAS", user_tasks):
        involved_at = await notices.once(
            job.case_id,
            EFFECT,
            str(task.user_task_key),
            addressed_to=f"{job.region_code}/PENGAWAS",
            at=clock.now().replace(microsecond=0),
        )
        return InvolveSupervisorOutput(supervisor_involved_at=involved_at)
    return InvolveSupervisorOutput(supervisor_involved_at=await notices.latest(job.case_id, EFFECT))


async def _let_supervisors_in(task: UserTask, group: str, user_tasks: UserTasks) -> bool:
    """Whether the task was still there."""
    groups = (*task.candidate_groups, *(() if group in task.candidate_groups else (group,)))
    try:
        await user_tasks.update(task.user_task_key, candidate_groups=groups)
    except (NotFound, InvalidState):  # an officer completed it in this moment
        return False
    return True
