"""What the recorded facts say about a command of the outbox: done, refused, or not yet known.

Pure but for the questions to the history. What the sender itself knows about the arrival decides whether a fact that
looks like ours is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from penaemas.casefiles.outbox import (
    AssignTask,
    CancelCase,
    CompleteTask,
    PublishMessage,
    QueuedCommand,
    ReleaseTask,
    StartCase,
)
from penaemas.licensing.instants import WIB
from workers.recorded_facts import RecordedFacts, TaskFact


class Arrival(Enum):
    """What the sender knows of its own tries."""

    IMPOSSIBLE = "the engine said no to each"
    POSSIBLE = "one ended without an answer"
    CERTAIN = "the engine accepted one"


@dataclass(frozen=True, slots=True)
class Done:
    """The engine's own record of the command is at `position`."""

    position: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never happen; `outcome` says why, in both languages."""

    outcome: str


@dataclass(frozen=True, slots=True)
class NotYetKnown:
    """The history does not say. `subject_known` tells whether it knows the task or case at all."""

    subject_known: bool


Verdict = Done | Refused | NotYetKnown


def message_id_of(queued: QueuedCommand) -> str:
    """The engine's guard against a second delivery: a case starts once, any other message is its own row."""
    return queued.case_id if isinstance(queued.command, StartCase) else queued.id


def verdict_on(queued: QueuedCommand, facts: RecordedFacts, arrival: Arrival) -> Verdict:
    """What became of the command.

    Raises:
        StorageError: the history does not answer.
    """
    match queued.command:
        case StartCase() | PublishMessage():
            position = facts.message_position(message_id_of(queued))
            return NotYetKnown(subject_known=True) if position is None else Done(position)
        case AssignTask() as command:
            return _on_assignment(command, facts)
        case ReleaseTask() as command:
            return _on_release(command, facts.task(command.user_task_key), arrival)
        case CompleteTask() as command:
            return _on_completion(command, facts.task(command.user_task_key), arrival)
        case CancelCase() as command:
            return _on_cancellation(command, facts, arrival)


def _on_assignment(command: AssignTask, facts: RecordedFacts) -> Verdict:
    position = facts.assignment_position(command.user_task_key, command.officer)
    if position is not None:
        return Done(position)
    task = facts.task(command.user_task_key)
    if task is None or task.state == "open":
        return _taken_by_another(task, command.officer) or NotYetKnown(subject_known=task is not None)
    return Refused(_how_it_ended(task))


def _on_release(command: ReleaseTask, task: TaskFact | None, arrival: Arrival) -> Verdict:
    if task is None or task.provisional:
        return NotYetKnown(subject_known=task is not None)
    if task.state != "open":
        return Refused(_how_it_ended(task))
    # Once the engine has accepted it, whoever has the task now took it afterwards.
    if task.assignee is None or (task.assignee != command.officer and arrival is Arrival.CERTAIN):
        return Done(task.position)
    return _taken_by_another(task, command.officer) or NotYetKnown(subject_known=True)


def _on_completion(command: CompleteTask, task: TaskFact | None, arrival: Arrival) -> Verdict:
    if task is None or task.state == "open":
        return _taken_by_another(task, command.officer) or NotYetKnown(subject_known=task is not None)
    ours = arrival is Arrival.CERTAIN or (arrival is Arrival.POSSIBLE and task.assignee == command.officer)
    if task.state == "completed" and ours:
        return NotYetKnown(subject_known=True) if task.provisional else Done(task.position)
    return Refused(_how_it_ended(task))


def _on_cancellation(command: CancelCase, facts: RecordedFacts, arrival: Arrival) -> Verdict:
    case = facts.case(command.process_instance_key)
    if case is None or case.state == "active":
        return NotYetKnown(subject_known=case is not None)
    if case.state == "terminated" and arrival is not Arrival.IMPOSSIBLE:
        return Done(case.position)
    when = _in_office_time(case.ended_at)
    return Refused(f"perkara sudah berakhir{when} · the case had ended{when}")


def _taken_by_another(task: TaskFact | None, officer: str) -> Refused | None:
    if task is None or task.assignee in (None, officer):
        return None
    return Refused(f"sudah diambil oleh {task.assignee} · taken by {task.assignee}")


def _how_it_ended(task: TaskFact) -> str:
    when = _in_office_time(task.ended_at)
    if task.state == "cancelled":
        return f"tugas sudah dibatalkan{when} · the task was cancelled{when}"
    who = task.assignee or "?"
    return f"sudah diselesaikan oleh {who}{when} · completed by {who}{when}"


def _in_office_time(instant: datetime | None) -> str:
    return "" if instant is None else f" {instant.astimezone(WIB):%d-%m-%Y %H.%M} WIB"
