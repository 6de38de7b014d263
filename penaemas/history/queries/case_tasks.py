"""Tasks of some cases, for lists that begin with what was raised and for searches."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import select

from penaemas.history import tables
from penaemas.history.queries import rows
from penaemas.history.queries.facts import UserTask
from penaemas.storage.database import Database

MOST_CASES: Final = 500


def open_tasks_of_cases(database: Database, case_ids: Collection[str]) -> tuple[UserTask, ...]:
    """What waits in these cases, at most `MOST_CASES` of them, the earliest due first. Blocks.

    Raises StorageError when the database does not answer.
    """
    task = tables.tasks.c
    of_case = tables.cases.c.process_instance_key == task.process_instance_key
    wanted = (
        select(tables.tasks, tables.cases.c.case_id)
        .select_from(tables.cases.join(tables.tasks, of_case))
        .where(tables.cases.c.case_id.in_(sorted(case_ids)[:MOST_CASES]), task.ended_at_ms.is_(None))
        .order_by(task.due_at_ms.is_(None), task.due_at_ms, task.user_task_key)
    )
    with database.reading() as connection:
        return tuple(map(rows.user_task, connection.execute(wanted)))
