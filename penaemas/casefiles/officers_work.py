"""What officers do with tasks, whoever asks: claim, release, hand over, complete. The portal and `./pena task` call it.

Nothing here asks the engine. Each act is a row of the outbox in the transaction that saves what it is about, so that
officers work on while the engine is away; `pending` says what is on its way, for lists that must not show it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy import select

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.outbox import OPEN_STATES, AssignTask, Outbox, QueuedCommand, ReleaseTask
from penaemas.casefiles.tables import outbox
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

TASK_COMMANDS = ("assign_task", "release_task", "complete_task")


class FasterColleague(Exception):
    """Somebody else has completed this task: who and when."""

    def __init__(self, officer: str, at: datetime) -> None:
        super().__init__(f"{officer} completed this task at {at:%Y-%m-%dT%H:%M:%SZ}")
        self.officer = officer
        self.at = at


class NotPossibleNow(Exception):
    """The case takes no entry any more, or not yet. `reason` is for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class StepPlace:
    """Which step: its task, its element in the diagram, and the groups that the task was offered to."""

    user_task_key: int
    element_id: str
    groups: tuple[str, ...] = ()


class StepsOfProcess(Protocol):
    """The officers' side of one process."""

    process_id: str

    async def may_do(self, case_id: str, place: StepPlace, officer: str) -> None:
        """Whether the officer may do the step, beyond being of its groups.

        Raises:
            NotPossibleNow: they may not, and why.
        """
        ...

    async def complete(self, case_id: str, place: StepPlace, entry: Mapping[str, Any], officer: str) -> str:
        """Store what was entered and the command that completes the task; the command's id.

        Raises:
            EntryFaulty: the entry breaks rules; nothing was stored.
            FasterColleague, NotPossibleNow: it cannot be taken.
        """
        ...

    async def read(self, case_id: str, officer: str) -> dict[str, str]:
        """What was handed in; that the officer read it is recorded first.

        Raises:
            CaseUnknown: there is no such case.
            PersonErased: nobody can read it any more.
        """
        ...


@dataclass(frozen=True, slots=True)
class PendingTask:
    """What is on its way to the engine about one task: the newest command that has not arrived in the history."""

    kind: Literal["assign_task", "release_task", "complete_task"]
    officer: str
    case_id: str
    command_id: str
    state: str
    queued_at: datetime


class OfficersWork:
    """Commands about tasks. Whether the officer may is the caller's to decide, before."""

    def __init__(
        self,
        database: Database,
        commands: Outbox,
        acts: Acts,
        clock: Clock,
        processes: Mapping[str, StepsOfProcess],
    ) -> None:
        """Args: processes: by process id."""
        self._database = database
        self._commands = commands
        self._acts = acts
        self._clock = clock
        self.processes = processes

    async def claim(self, case_id: str, user_task_key: int, officer: str, *, take_over: bool = False) -> str:
        """Take a task; refused later if another was faster, unless `take_over`. The command's id."""
        command = AssignTask(user_task_key=user_task_key, officer=officer, take_over=take_over)
        return await self._database.run(self._queue, case_id, command, officer, "claim_task", {})

    async def release(self, case_id: str, user_task_key: int, officer: str) -> str:
        """Give a task back to its groups. The command's id."""
        command = ReleaseTask(user_task_key=user_task_key, officer=officer)
        return await self._database.run(self._queue, case_id, command, officer, "release_task", {})

    async def hand_over(self, case_id: str, user_task_key: int, to: str, *, by: str) -> str:
        """Give a task to a colleague, whoever has it. The command's id."""
        command = AssignTask(user_task_key=user_task_key, officer=to, take_over=True)
        return await self._database.run(self._queue, case_id, command, by, "hand_over_task", {"to": to})

    async def may_do(self, process_id: str, case_id: str, place: StepPlace, officer: str) -> None:
        """Whether the officer may take the step; asked before a claim, and again with the completion.

        Raises:
            KeyError: the process has no officers' side here.
            NotPossibleNow: they may not, and why.
        """
        await self.processes[process_id].may_do(case_id, place, officer)

    async def complete(
        self, process_id: str, case_id: str, place: StepPlace, entry: Mapping[str, Any], officer: str
    ) -> str:
        """Complete a task with what was entered; the officer's draft of it has served then. The command's id.

        Raises:
            KeyError: the process has no officers' side here.
            EntryFaulty, FasterColleague, NotPossibleNow: as `StepsOfProcess.complete`.
        """
        return await self.processes[process_id].complete(case_id, place, entry, officer)

    async def pending(self) -> dict[int, PendingTask]:
        """What is on its way, by user task key. A refused command is not: its task is as it was."""
        return await self._database.run(self._pending)

    async def command(self, case_id: str, command_id: str) -> QueuedCommand:
        """A command as it stands now."""

        def read() -> QueuedCommand:
            with self._database.reading() as connection:
                return next(row for row in self._commands.of_case(connection, case_id) if row.id == command_id)

        return await self._database.run(read)

    async def refused_of(self, officer: str, since: datetime) -> tuple[QueuedCommand, ...]:
        """Commands of this officer that came to nothing since then, the newest first."""

        def read() -> tuple[QueuedCommand, ...]:
            wanted = (
                select(outbox)
                .where(
                    outbox.c.state == "refused",
                    outbox.c.created_by == officer,
                    outbox.c.created_at >= since,
                    outbox.c.kind.in_(TASK_COMMANDS),
                )
                .order_by(outbox.c.created_at.desc())
                .limit(20)
            )
            with self._database.reading() as connection:
                return tuple(QueuedCommand.of(row) for row in connection.execute(wanted).mappings())

        return await self._database.run(read)

    def _queue(
        self, case_id: str, command: AssignTask | ReleaseTask, by: str, action: str, details: dict[str, str]
    ) -> str:
        with self._database.transaction() as connection:
            command_id = self._commands.add(connection, case_id, command, by=by)
            self._acts.record(
                connection,
                by,
                action,
                self._clock.now(),
                case_id=case_id,
                details={"user_task_key": str(command.user_task_key), **details},
            )
            return command_id

    def _pending(self) -> dict[int, PendingTask]:
        wanted = (
            select(outbox)
            .where(outbox.c.state.in_(OPEN_STATES), outbox.c.kind.in_(TASK_COMMANDS))
            .order_by(outbox.c.created_at, outbox.c.sequence)
        )
        found: dict[int, PendingTask] = {}
        with self._database.reading() as connection:
            for row in connection.execute(wanted).mappings():
                key = int(row["payload"]["user_task_key"])
                if key in found and found[key].kind == "complete_task":
                    continue  # what is completed stays so, whatever was asked afterwards
                found[key] = PendingTask(
                    kind=row["kind"],
                    officer=row["payload"]["officer"],
                    case_id=row["case_id"],
                    command_id=row["id"],
                    state=row["state"],
                    queued_at=row["created_at"],
                )
        return found
