"""An engine as the outbox knows it: it refuses a message id twice and a task that has ended, and records with delay."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from penaemas.casefiles.outbox import (
    AssignTask,
    CancelCase,
    CompleteTask,
    PublishMessage,
    QueuedCommand,
    ReleaseTask,
    StartCase,
)
from penaemas.zeebe.errors import AlreadyExists, EngineUnavailable, InvalidState, NotFound
from workers.outbox_verdict import message_id_of
from workers.recorded_facts import CaseFact, TaskFact


@dataclass
class FakeEngine:
    """Its state, the effects in the order in which they took place, and the history that follows it.

    `recording` off: the history stands still until `record`. `away`: no answer, and no effect. `loses_answers`: the
    effect takes place and the answer is lost, once for each.
    """

    recording: bool = True
    away: bool = False
    loses_answers: int = 0
    tries: int = 0
    effects: list[tuple[str, str]] = field(default_factory=list)  # case id, what happened
    tasks: dict[int, TaskFact] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    assignments: dict[tuple[int, str], str] = field(default_factory=dict)
    cases: dict[int, CaseFact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self.record()

    def open_task(self, key: int) -> None:
        """A process has come to a user task."""
        with self._lock:
            self.tasks[key] = TaskFact("open", None, None, self._position())
            self._effect_recorded()

    async def deliver(self, queued: QueuedCommand) -> None:
        """What the outbox sender calls."""
        self.take(queued)

    def take(self, queued: QueuedCommand, before_answer: Callable[[], None] = lambda: None) -> None:
        """As the real one: the effect, then the answer."""
        with self._lock:
            self.tries += 1
            if self.away:
                raise EngineUnavailable("deliver", "away")
            self._execute(queued)
            self._effect_recorded()
            before_answer()
            if self.loses_answers:
                self.loses_answers -= 1
                raise EngineUnavailable("deliver", "the answer was lost")

    def record(self) -> None:
        """The history catches up."""
        with self._lock:
            self._recorded = (dict(self.tasks), dict(self.messages), dict(self.assignments), dict(self.cases))

    def message_position(self, message_id: str) -> str | None:
        return self._recorded[1].get(message_id)

    def assignment_position(self, user_task_key: int, officer: str) -> str | None:
        return self._recorded[2].get((user_task_key, officer))

    def task(self, user_task_key: int) -> TaskFact | None:
        return self._recorded[0].get(user_task_key)

    def case(self, process_instance_key: int) -> CaseFact | None:
        return self._recorded[3].get(process_instance_key)

    def _execute(self, queued: QueuedCommand) -> None:
        now, position = datetime.now(UTC), self._position()
        match queued.command:
            case StartCase() | PublishMessage() as command:
                message_id = message_id_of(queued)
                if message_id in self.messages:
                    raise AlreadyExists("publish", "the id lives")
                self.messages[message_id] = position
                what = command.message_name
            case AssignTask(user_task_key=key, officer=officer, take_over=take_over):
                self._refuse_if_taken(key, officer, take_over=take_over)
                self.tasks[key] = replace(self._open(key), assignee=officer, position=position)
                self.assignments[key, officer] = position
                what = f"{officer} got {key}"
            case ReleaseTask(user_task_key=key, officer=officer):
                self.tasks[key] = replace(self._open(key), assignee=None, position=position)
                what = f"{officer} gave back {key}"
            case CompleteTask(user_task_key=key, officer=officer):
                self._refuse_if_taken(key, officer, take_over=False)
                self.tasks[key] = TaskFact("completed", officer, now, position)
                what = f"{officer} completed {key}"
            case CancelCase(process_instance_key=key):
                if self.cases[key].state != "active":
                    raise NotFound("cancel", "no such instance")
                self.cases[key] = CaseFact("terminated", now, position)
                what = f"{key} cancelled"
        self.effects.append((queued.case_id, what))

    def _refuse_if_taken(self, key: int, officer: str, *, take_over: bool) -> None:
        if not take_over and self._open(key).assignee not in (None, officer):
            raise InvalidState(f"user task {key}", "another has it")

    def _open(self, key: int) -> TaskFact:
        task = self.tasks.get(key)
        if task is None or task.state != "open":
            raise NotFound(f"user task {key}", "no such task")
        return task

    def _position(self) -> str:
        return f"1-{len(self.effects) + 1}"

    def _effect_recorded(self) -> None:
        if self.recording:
            self.record()
