"""How each command of the outbox is put to the engine."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from penaemas.casefiles.outbox import (
    AssignTask,
    CancelCase,
    CompleteTask,
    PublishMessage,
    QueuedCommand,
    ReleaseTask,
    StartCase,
)
from penaemas.zeebe.commands import Commands
from penaemas.zeebe.user_tasks import UserTasks
from workers.outbox_verdict import message_id_of

# While a message lives, the engine itself refuses a second one with its id. Longer than any sender is away.
MESSAGE_LIFE: Final = timedelta(days=30)


class Delivery:
    """One call per command; a task to be completed is assigned first, so that the engine's own record says who."""

    def __init__(self, commands: Commands, user_tasks: UserTasks) -> None:
        self._commands = commands
        self._user_tasks = user_tasks

    async def __call__(self, queued: QueuedCommand) -> None:
        """Return when the engine accepted it.

        Raises:
            EngineError: it did not, or did not answer.
        """
        match queued.command:
            case StartCase(message_name=name, variables=variables):
                await self._commands.start_by_message(name, queued.case_id, variables, time_to_live=MESSAGE_LIFE)
            case PublishMessage(message_name=name, correlation_key=key, variables=variables):
                message_id = message_id_of(queued)
                await self._commands.publish(name, key, message_id, variables, time_to_live=MESSAGE_LIFE)
            case AssignTask(user_task_key=task, officer=officer, take_over=take_over):
                await self._user_tasks.assign(task, officer, allow_override=take_over)
            case ReleaseTask(user_task_key=task):
                await self._user_tasks.unassign(task)
            case CompleteTask(user_task_key=task, officer=officer, variables=variables):
                await self._user_tasks.assign(task, officer, allow_override=False)
                await self._user_tasks.complete(task, variables)
            case CancelCase(process_instance_key=instance):
                await self._commands.cancel(instance)
