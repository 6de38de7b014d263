"""Offices with work for the outbox, the engine that it is sent to as a server, and a sender in a process of its own."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sqlalchemy import select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.outbox import AssignTask, CompleteTask, PublishMessage
from penaemas.casefiles.tables import outbox
from penaemas.zeebe.errors import EngineError
from tests.fake_engine import FakeEngine
from tests.offices import request_of

PROJECT = Path(__file__).parents[2]


@dataclass
class EngineServer:
    """The engine as a server. After `answers_left` answers it kills the sender, at some moment of the next command."""

    office: Office
    engine: FakeEngine
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    sender: subprocess.Popen[bytes] | None = None
    answers_left: int | None = None
    moments: list[str] = field(default_factory=list)

    def answer(self, question: str, about: str) -> object:
        if question == "deliver":
            return self._deliver(about)
        if question == "message":
            return self.engine.message_position(about)
        if question == "assignment":
            key, _, officer = about.partition("/")
            return self.engine.assignment_position(int(key), officer)
        fact = self.engine.task(int(about))
        return None if fact is None else {"state": fact.state, "assignee": fact.assignee, "position": fact.position}

    def _deliver(self, command_id: str) -> str | None:
        with self.office.database.reading() as connection:
            case_id = connection.execute(select(outbox.c.case_id).where(outbox.c.id == command_id)).scalar_one()
            queued = next(row for row in self.office.outbox.of_case(connection, case_id) if row.id == command_id)
        moment = self._moment_of_death()
        if moment == "before the effect":
            self._kill()
            return "EngineUnavailable"
        try:
            self.engine.take(queued, self._kill if moment == "after the effect, before the answer" else lambda: None)
        except EngineError as refusal:
            return type(refusal).__name__
        if moment == "while the answer is noted":
            threading.Timer(self.chance.uniform(0, 0.01), self._kill).start()
        return None

    def _moment_of_death(self) -> str | None:
        if self.answers_left is None:
            return None
        self.answers_left -= 1
        if self.answers_left >= 0:
            return None
        self.answers_left = None
        moments = ("before the effect", "after the effect, before the answer", "while the answer is noted")
        self.moments.append(self.chance.choice(moments))
        return self.moments[-1]

    def _kill(self) -> None:
        assert self.sender
        with suppress(ProcessLookupError):
            os.kill(self.sender.pid, signal.SIGKILL)


@contextmanager
def serving(server: EngineServer) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _, question, about = self.path.split("/", 2)
            body = json.dumps(server.answer(question, about)).encode()
            with suppress(OSError):  # whoever asked may be dead
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        try:
            yield listener.server_address[1]
        finally:
            listener.shutdown()
            thread.join()


async def cases_with_work(office: Office, engine: FakeEngine, numbers: range) -> dict[str, list[str]]:
    """Case id → what must happen, in order."""
    expected = {}
    for number in numbers:
        receipt = await office.information_requests.submit(request_of(), request_id=f"s-{number}", by="counter.1")
        case_id, task = receipt.case_id, 1000 + number
        engine.open_task(task)
        with office.database.transaction() as connection:
            for command in (
                AssignTask(user_task_key=task, officer="ppid.satu"),
                CompleteTask(user_task_key=task, officer="ppid.satu"),
                PublishMessage(message_name="office.told", correlation_key=case_id),
            ):
                office.outbox.add(connection, case_id, command, by="ppid.satu")
        expected[case_id] = [
            "office.information_requested",
            f"ppid.satu got {task}",
            f"ppid.satu completed {task}",
            "office.told",
        ]
    return expected


@contextmanager
def sender_at_work(database_url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A sender in a process of its own, which does not outlive the test."""
    command = [sys.executable, "-m", "tests.resilience.outbox_office", database_url, str(port)]
    with subprocess.Popen(command, cwd=PROJECT) as sender:
        try:
            yield sender
        finally:
            sender.kill()


def finished(office: Office) -> bool:
    with office.database.reading() as connection:
        backlog = office.outbox.backlog(connection)
    return backlog.waiting == backlog.unconfirmed == 0


def without_repeated_assignments(effects: list[str]) -> list[str]:
    """Giving a task to the same officer again changes nothing, so the sender may do so."""
    return [what for number, what in enumerate(effects) if " got " not in what or what not in effects[:number]]
