"""Ours in `./pena bench pbg`: an office as `./pena up` starts it, and officers who answer the moment they are asked."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import signal
import sqlite3
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from penaemas.casefiles.faults import checked
from penaemas.casefiles.pbg.application_form import ApplicationEntry
from penaemas.casefiles.pbg.desk import PROCESS_ID
from penaemas.cli.bench.pbg_recording import Recording, Timing, recording_of
from penaemas.cli.desk import Desk, officers_desk
from penaemas.cli.playbook import OfficersAct, filled_in, read_playbook
from penaemas.cli.supervision.plans import PROJECT
from penaemas.history import tables
from penaemas.history.queries import UserTask
from penaemas.storage.database import Database

EXAMPLE: Final = PROJECT / "examples" / "pbg_mbr_issued.json"
_PORT: Final = 18800
_READY: Final = re.compile(r"ready in ([\d.]+) s")
# Whether anything was recorded is asked so often; it costs microseconds. Only then are the open tasks read.
_LOOK_AGAIN_S: Final = 0.001
_CASE_WITHIN_S: Final = 120.0
_LAST_STEP: Final = "Task_HandOverPermit"


@contextmanager
def running_office(folder: Path) -> Iterator[BenchOffice]:
    """An office of its own in that folder, with the example to play in it."""
    command = [str(PROJECT / "pena"), "up", "--data", str(folder), "--port", str(_PORT)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as up:
        try:
            assert up.stderr is not None  # noqa: S101 (for the type checker: stderr=PIPE above)
            if not any(_READY.search(line) for line in up.stderr):
                raise RuntimeError(f"the office in {folder} did not become ready")
            history_url = f"sqlite:///{folder}/history.sqlite"
            with officers_desk(argparse.Namespace(data=folder)) as desk, Database.open(history_url) as history_database:
                yield BenchOffice.at(desk, history_database)
        finally:
            up.send_signal(signal.SIGINT)
            up.communicate()


@dataclass(frozen=True)
class BenchOffice:
    """The office while it runs; one case at a time."""

    desk: Desk
    history_database: Database
    application: dict[str, Any]
    documents: dict[str, bytes]
    acts: dict[str, OfficersAct]

    @classmethod
    def at(cls, desk: Desk, history_database: Database) -> BenchOffice:
        """Read the example once."""
        content = json.loads(EXAMPLE.read_text(encoding="utf-8"))
        documents = {kind: (EXAMPLE.parent / name).read_bytes() for kind, name in content["documents"].items()}
        acts = read_playbook(content, now=desk.clock.now())
        officers = {act.element_id: act for act in acts if isinstance(act, OfficersAct)}
        return cls(desk, history_database, content["application"], documents, officers)

    async def play(self) -> tuple[Timing, Recording]:
        """One case from the counter to its permit.

        Raises:
            TimeoutError: it did not come to its end.
        """
        begun = time.time()
        entry = checked(ApplicationEntry, self.application | {"land_right_number": uuid.uuid4().hex[:12]})
        submission = self.desk.office.pbg.submission
        receipt = await submission.submit(entry, self.documents, request_id=str(uuid.uuid4()), by="loket.1")
        await asyncio.to_thread(self.desk.wake)
        async with asyncio.timeout(_CASE_WITHIN_S):
            await self._until_ended(receipt.case_id)
            recording = await self._recorded(receipt.case_id)
        assert recording.ended_ms is not None  # noqa: S101 (waited for)
        return Timing(recording.ended_ms / 1000 - begun, recording.rendering_s), recording

    async def _until_ended(self, case_id: str) -> None:
        """Officers complete whatever opens, side by side, until the case file is closed."""
        answered: set[int] = set()
        at_work: set[asyncio.Task[None]] = set()
        with self.history_database.reading() as connection:
            file = connection.exec_driver_sql("PRAGMA database_list").one()[2]
        with contextlib.closing(sqlite3.connect(file)) as watch:
            seen = -1
            while _LAST_STEP not in {task.get_name() for task in at_work if task.done()}:
                (version,) = watch.execute("PRAGMA data_version").fetchone()
                if version == seen:
                    await asyncio.sleep(_LOOK_AGAIN_S)
                    continue
                seen = version
                for task in self._open_tasks():
                    if task.user_task_key not in answered:
                        answered.add(task.user_task_key)
                        at_work.add(asyncio.create_task(self._answer(case_id, task), name=task.element_id))
        await asyncio.gather(*at_work)

    def _open_tasks(self) -> tuple[UserTask, ...]:
        return self.desk.history.open_tasks(bpmn_process_id=PROCESS_ID)

    async def _answer(self, case_id: str, task: UserTask) -> None:
        act = self.acts[task.element_id]
        entry = filled_in(act.entry, now=self.desk.clock.now(), number=task.user_task_key)
        await self.desk.office.pbg.steps.complete_step(
            case_id, task.user_task_key, task.element_id, entry, officer=act.officer
        )
        await asyncio.to_thread(self.desk.wake)

    async def _recorded(self, case_id: str) -> Recording:
        """The whole case, once the history has its end."""
        while True:
            case = await asyncio.to_thread(self.desk.history.case_by_id, case_id)
            if case is not None and case.ended_at is not None:
                return recording_of(await asyncio.to_thread(self._documents_of, case.process_instance_key))
            await asyncio.sleep(0.05)

    def _documents_of(self, process_instance_key: int) -> list[bytes]:
        records = tables.records.c
        wanted = select(records.document).where(records.process_instance_key == process_instance_key)
        with self.history_database.reading() as connection:
            return [bytes(one) for one in connection.execute(wanted.order_by(records.record_id)).scalars()]
