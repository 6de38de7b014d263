"""What the outbox sender asks the history when the engine alone cannot tell: what became of a command.

The history is behind the engine by moments, so "not recorded" means "not yet known", never "did not happen".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from penaemas.history.queries import History


@dataclass(frozen=True, slots=True)
class TaskFact:
    """The last known state of a user task. `position` names the record that says so, partition first.

    `provisional`: the express feed told it; the full feed has not confirmed it yet.
    """

    state: Literal["open", "completed", "cancelled"]
    assignee: str | None
    ended_at: datetime | None
    position: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class CaseFact:
    """The last known state of a process instance."""

    state: Literal["active", "completed", "terminated"]
    ended_at: datetime | None
    position: str


class RecordedFacts(Protocol):
    """Questions to the history. They block; the sender asks in a worker thread.

    Each raises StorageError when the history database does not answer.
    """

    def message_position(self, message_id: str) -> str | None:
        """Where the publication of a message is recorded, or None."""
        ...

    def assignment_position(self, user_task_key: int, officer: str) -> str | None:
        """Where the assignment of a task to this officer is recorded, or None."""
        ...

    def task(self, user_task_key: int) -> TaskFact | None:
        """What is recorded of a user task."""
        ...

    def case(self, process_instance_key: int) -> CaseFact | None:
        """What is recorded of a process instance."""
        ...


class FactsOfHistory:
    """The answers as the history database has them."""

    def __init__(self, history: History) -> None:
        self._history = history

    def message_position(self, message_id: str) -> str | None:
        published = self._history.message_published(message_id)
        return None if published is None else f"{published.partition}-{published.position}"

    def assignment_position(self, user_task_key: int, officer: str) -> str | None:
        task = self._history.task(user_task_key)
        if task is None:
            return None
        for entry in reversed(self._history.timeline(task.process_instance_key)):
            if (entry.event, entry.subject_key, entry.actor) == ("task_assigned", user_task_key, officer):
                return f"{entry.partition}-{entry.position}"
        return None

    def task(self, user_task_key: int) -> TaskFact | None:
        fact = self._history.user_task_fact(user_task_key)
        if fact is None:
            return None
        position = f"{fact.partition}-{fact.position}"
        return TaskFact(_TASK_STATES[fact.state], fact.assignee, fact.ended_at, position, fact.provisional)

    def case(self, process_instance_key: int) -> CaseFact | None:
        case = self._history.case(process_instance_key)
        if case is None:
            return None
        return CaseFact(case.state, case.ended_at, f"{case.partition}-{case.position}")


_TASK_STATES: dict[str, Literal["open", "completed", "cancelled"]] = {
    "created": "open",
    "completed": "completed",
    "canceled": "cancelled",
}
