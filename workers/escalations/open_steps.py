"""Which entry of a step an alarm belongs to, and whether it still waits, as the history knows it.

Keys of the engine grow: of several tasks of one element the alarm's own is the last one that is older than the alarm.
So a ladder that outlives its step never speaks for the step's next entry.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from penaemas.history.queries import History, UserTask
from penaemas.zeebe.job_contract import JobContext, TransientFailure

# The full feed brings a record within about a second; a try of the job costs far more than this wait.
_LONGEST_WAIT_S = 4.0
_PAUSE_S = 0.05


@dataclass(frozen=True)
class Alarm:
    """Where an alarm rang: the case's own instance, and the key before which its step was entered."""

    case_instance_key: int
    raised_with_key: int


async def until_history_knows(history: History, context: JobContext, longest_wait_s: float = _LONGEST_WAIT_S) -> None:
    """Return once the history has everything up to this job's own element, so that what it says is not outdated.

    Raises:
        TransientFailure: it is behind for longer than we wait.
    """
    waited_s = 0.0
    while not await asyncio.to_thread(_knows_job, history, context):
        if waited_s >= longest_wait_s:
            raise TransientFailure("the history is behind this alarm")
        await asyncio.sleep(_PAUSE_S)
        waited_s += _PAUSE_S


async def alarm_of(history: History, context: JobContext) -> Alarm:
    """The alarm that this job works for: of the ladder's own process, or of an event in the case itself.

    Raises:
        TransientFailure: the history does not know the instance yet.
    """
    instance = await asyncio.to_thread(history.case, context.process_instance_key)
    if instance is None:
        raise TransientFailure("the history does not know this process instance yet")
    if instance.parent_process_instance_key is None:
        return Alarm(context.process_instance_key, context.element_instance_key)
    return Alarm(instance.parent_process_instance_key, context.process_instance_key)


async def task_of(history: History, alarm: Alarm, step_id: str) -> UserTask:
    """The task that the alarm belongs to, open or ended.

    Raises:
        TransientFailure: the history does not know the task yet.
    """
    tasks = await asyncio.to_thread(history.tasks_of, alarm.case_instance_key)
    entered = [task for task in tasks if task.element_id == step_id and task.user_task_key < alarm.raised_with_key]
    if not entered:
        raise TransientFailure("the history does not know the task yet")
    return entered[-1]


async def has_left(history: History, alarm: Alarm, element_id: str) -> bool:
    """Whether the sub-process that the alarm belongs to was completed or ended early.

    Raises:
        TransientFailure: the history does not know it yet.
    """
    entries = await asyncio.to_thread(history.timeline, alarm.case_instance_key)
    entered, ended = [], set()
    for entry in entries:
        if entry.element_id == element_id and entry.element_instance_key < alarm.raised_with_key:
            if entry.event == "element_activated":
                entered.append(entry.element_instance_key)
            elif entry.event in ("element_completed", "element_terminated"):
                ended.add(entry.element_instance_key)
    if not entered:
        raise TransientFailure("the history does not know the window yet")
    return entered[-1] in ended


def _knows_job(history: History, context: JobContext) -> bool:
    entries = history.timeline(context.process_instance_key)
    return any(entry.element_instance_key == context.element_instance_key for entry in entries)
