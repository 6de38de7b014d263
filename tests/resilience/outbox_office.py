"""A sender in a process of its own, to be killed: its engine and its history answer over HTTP from the test.

Called with the database's URL and the engine's port.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import sys
from typing import Any

from penaemas.casefiles.outbox import Outbox, QueuedCommand
from penaemas.storage.database import Database
from penaemas.zeebe import errors
from penaemas.zeebe.clock import SystemClock
from workers.outbox_sender import OutboxSender
from workers.recorded_facts import CaseFact, TaskFact


class DistantEngine:
    """What the sender needs of engine and history, asked over HTTP."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def deliver(self, queued: QueuedCommand) -> None:
        answer = await asyncio.to_thread(self._ask, "deliver", queued.id)
        if answer is not None:
            raise getattr(errors, answer)("deliver", "as the test says")

    def message_position(self, message_id: str) -> str | None:
        position: str | None = self._ask("message", message_id)
        return position

    def assignment_position(self, user_task_key: int, officer: str) -> str | None:
        position: str | None = self._ask("assignment", f"{user_task_key}/{officer}")
        return position

    def task(self, user_task_key: int) -> TaskFact | None:
        answer = self._ask("task", str(user_task_key))
        return None if answer is None else TaskFact(answer["state"], answer["assignee"], None, answer["position"])

    def case(self, process_instance_key: int) -> CaseFact | None:
        raise NotImplementedError(f"no case is cancelled here, so nobody asks for {process_instance_key}")

    def _ask(self, question: str, about: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("GET", f"/{question}/{about}")
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException) as lost:
            raise errors.EngineUnavailable(question, type(lost).__name__) from lost
        finally:
            connection.close()


def main(url: str, port: int) -> None:
    """Send until killed."""
    engine, clock = DistantEngine(port), SystemClock()
    with Database.open(url) as database:
        sender = OutboxSender(database, Outbox(clock), engine.deliver, engine, clock)
        asyncio.run(sender.run())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
