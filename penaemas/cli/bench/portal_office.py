"""A large office for `./pena bench portal`: case files and history on disk, officers who are signed in."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, text, update

import penaemas.history
from penaemas.casefiles.bootstrap import Office, open_office
from penaemas.casefiles.officer_sessions import SessionLimits
from penaemas.casefiles.pbg.application_form import ApplicationEntry
from penaemas.casefiles.pbg.desk import PROCESS_ID
from penaemas.casefiles.pbg.step_forms import form_id_of
from penaemas.cli.bench.history_queries import fill
from penaemas.cli.supervision.plans import PROJECT
from penaemas.history import tables
from penaemas.licensing.roles import Grant, Role
from penaemas.portal.identity.identity import Identity
from penaemas.portal.identity.passwords import Passwords
from penaemas.settings import OfficeDatabase
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from penaemas.zeebe.clock import SystemClock

REGION, STEP = "32.11", "Task_CheckCompleteness"
EXAMPLE: Final = PROJECT / "examples" / "pbg_mbr_issued.json"
REAL_CASES: Final = 60  # with everything on file; the rest fill lists and indexes
EVENTS_OF_A_CASE: Final = 80
_HOUR_MS: Final = 3_600_000
_N: Final = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"


@dataclass(frozen=True)
class LargeOffice:
    """What the load asks for. `tokens`: one session for each user; `case_ids[k]` is the case of `task_keys[k]`."""

    folder: Path
    tokens: tuple[str, ...]
    case_ids: tuple[str, ...]
    task_keys: tuple[int, ...]


def make(folder: Path, *, open_tasks: int, finished: int, users: int) -> LargeOffice:
    """Make it in that folder."""
    history_url = f"sqlite:///{folder}/history.sqlite"
    clock = SystemClock()
    office = open_office(OfficeDatabase(data_folder=folder), clock)
    try:
        tokens = asyncio.run(_officers(office, users))
        case_ids = asyncio.run(_cases(office))
        with office.database.transaction() as connection:
            _case_files(connection, case_ids[0], "id-", open_tasks)
            _case_files(connection, case_ids[0], "done-", finished)
        with office.database.transaction() as connection:
            connection.execute(text("ANALYZE"))
        with Database.open(history_url) as history:
            upgrade(history, Path(penaemas.history.__file__).parent)
            fill(history, open_tasks, finished, users, PROCESS_ID)
            due_at = clock.now() + timedelta(minutes=20)
            with history.transaction() as connection:
                _tasks(connection, case_ids, round(due_at.timestamp() * 1000))
    finally:
        office.close()
    return LargeOffice(folder, tokens, case_ids, tuple(range(1, REAL_CASES + 1)))


async def _officers(office: Office, users: int) -> tuple[str, ...]:
    identity = Identity.of(office, office.clock, office.clock, limits=SessionLimits(), passwords=Passwords())
    tokens = []
    for number in range(users):
        account = f"petugas.{number}"
        await office.officers.add(account, f"Rekaan {number}", (Grant(Role.OPERATOR, REGION),), by="bench")
        tokens.append(await identity.sessions.begin(account))
    return tuple(tokens)


async def _cases(office: Office) -> tuple[str, ...]:
    content = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    documents = {kind: (EXAMPLE.parent / name).read_bytes() for kind, name in content["documents"].items()}
    found = []
    for number in range(REAL_CASES):
        entry = ApplicationEntry.model_validate(content["application"] | {"land_right_number": f"{number:05}"})
        receipt = await office.pbg.submission.submit(entry, documents, request_id=f"bench-{number}", by="bench")
        await office.pbg.opening.open_case(receipt.case_id)
        await office.deadlines.service_window.open(receipt.case_id, entry.region_code)
        found.append(receipt.case_id)
    return tuple(found)


def _case_files(connection: Connection, like: str, prefix: str, count: int) -> None:
    """Rows that lists and searches meet; they share the person of a real case."""
    closed = "received_at" if prefix == "done-" else "NULL"
    connection.execute(
        text(
            f"INSERT INTO case_file (case_id, process_id, region_code, request_id, number, person_id, received_at, "  # noqa: S608
            f"received_by, closed_at, commands) {_N} SELECT :prefix || i, process_id, region_code, :prefix || i, "
            f":prefix || 'N' || i, person_id, received_at, received_by, {closed}, 0 FROM n, case_file "
            "WHERE case_id = :like"
        ),
        {"prefix": prefix, "count": count, "like": like},
    )
    connection.execute(
        text(
            f"INSERT INTO pbg_application (case_id, revision, application_date, tracking_digest, secret_digest) {_N} "  # noqa: S608
            "SELECT :prefix || i, revision, application_date, CAST(:prefix || i AS BLOB), secret_digest "
            "FROM n, pbg_application WHERE case_id = :like"
        ),
        {"prefix": prefix, "count": count, "like": like},
    )


def _tasks(connection: Connection, case_ids: tuple[str, ...], due_at_ms: int) -> None:
    """The first open tasks are those of the real cases: a completeness check, offered to the operators."""
    groups = json.dumps([f"{REGION}/{Role.OPERATOR}"], separators=(",", ":"))
    for key, case_id in enumerate(case_ids, start=1):
        case, task = tables.cases.c, tables.tasks.c
        connection.execute(update(tables.cases).where(case.process_instance_key == key).values(case_id=case_id))
        connection.execute(
            update(tables.tasks)
            .where(task.user_task_key == key)
            .values(
                element_id=STEP,
                form_reference=form_id_of(STEP),
                candidate_groups=groups,
                assignee=None,
                due_at_ms=due_at_ms + key,
                created_at_ms=due_at_ms - _HOUR_MS // 2,
            )
        )
        events = [
            {
                "record_id": key * 1_000 + number,
                "process_instance_key": key,
                "at_ms": due_at_ms - _HOUR_MS + number,
                "event": "element_completed",
                "element_id": STEP,
                "element_type": "USER_TASK",
                "element_instance_key": key * 1_000 + number,
                "subject_key": key,
            }
            for number in range(EVENTS_OF_A_CASE)
        ]
        connection.execute(insert(tables.timeline), events)
