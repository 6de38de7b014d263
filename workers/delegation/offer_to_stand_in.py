"""Job `delegation.offer_to_stand_in`: a step that its signer has not taken goes to the stand-in, if a decree says so.

Used by:  pbg_mbr_3_jam and pena_emas, Task_OfferToStandIn
Asks:     the history for the task, the case file for the decree in force today (WIB)
Effects:  the stand-in's group on the open task (set, so safe to run twice); one notice to the stand-in
"""

from __future__ import annotations

from typing import Literal

from penaemas.casefiles.escalation_steps import STAND_IN_OFFERED, ladder_step
from penaemas.casefiles.escalations import Escalations
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.posts import Posts
from penaemas.history.queries import History
from penaemas.licensing.clock import Clock
from penaemas.licensing.instants import wib_date
from penaemas.zeebe.errors import InvalidState, NotFound
from penaemas.zeebe.job_contract import ContractViolation, JobContext, JobInput, JobOutput
from penaemas.zeebe.user_tasks import UserTasks
from workers.escalations.open_steps import alarm_of, task_of, until_history_knows


class OfferToStandInInput(JobInput):
    """Which signer's step of which case."""

    case_id: str
    region_code: str
    step_id: str


class OfferToStandInOutput(JobOutput):
    """`not_needed`: the signer has the task, or it is done."""

    stand_in_result: Literal["not_needed", "offered", "no_decree"]


async def offer_to_stand_in(
    job: OfferToStandInInput,
    *,
    context: JobContext,
    history: History,
    user_tasks: UserTasks,
    posts: Posts,
    escalations: Escalations,
    clock: Clock,
) -> OfferToStandInOutput:
    """Let the stand-in's group take the task."""
    await until_history_knows(history, context)
    task = await task_of(history, await alarm_of(history, context), job.step_id)
    if task.ended_at is not None or task.assignee is not None:
        return OfferToStandInOutput(stand_in_result="not_needed")
    try:
        signer = ladder_step(job.step_id).signer
        if signer is None:
            raise ContractViolation("nobody can stand in for this step: it has no signer")
        stand_in = await posts.stand_in(job.region_code, signer, wib_date(clock.now()))
        if stand_in is None:
            return OfferToStandInOutput(stand_in_result="no_decree")
        group = f"{job.region_code}/{signer}_PLH"
        let_in = await escalations.let_in(job.case_id, task.user_task_key, group, STAND_IN_OFFERED)
        groups = tuple(dict.fromkeys((*task.candidate_groups, *let_in)))
        await user_tasks.update(task.user_task_key, candidate_groups=groups)
        await escalations.offer_to_stand_in(job.case_id, job.step_id, task.user_task_key, stand_in)
    except (NotFound, InvalidState):  # the signer completed it in this moment
        return OfferToStandInOutput(stand_in_result="not_needed")
    except CaseUnknown as unknown:
        raise ContractViolation("there is no case file of this id") from unknown
    except KeyError as unknown:
        raise ContractViolation("this office has no such region or step") from unknown
    return OfferToStandInOutput(stand_in_result="offered")
