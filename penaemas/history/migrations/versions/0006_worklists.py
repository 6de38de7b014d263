"""Indexes for officers' lists of tasks: by the groups they are offered to, by officer, waiting and done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0003"

LANE = ["bpmn_process_id", "candidate_groups"]
OPEN, DONE = "ended_at_ms IS NULL", "ended_at_ms IS NOT NULL"


def upgrade() -> None:
    """Make the indexes; `tasks_open` gets a second column."""
    op.drop_index("tasks_open", "tasks")
    _index("tasks_open", ["due_at_ms"], OPEN)
    _index("tasks_open_by_lane", [*LANE, "due_at_ms"], OPEN)
    _index("tasks_untaken_by_lane", [*LANE, "due_at_ms"], f"{OPEN} AND assignee IS NULL")
    _index("tasks_open_by_assignee", ["assignee", "due_at_ms"], f"{OPEN} AND assignee IS NOT NULL")
    _index("tasks_done", ["ended_at_ms"], DONE)
    _index("tasks_done_by_lane", [*LANE, "ended_at_ms"], DONE)
    _index("tasks_done_by_assignee", ["assignee", "ended_at_ms"], f"{DONE} AND assignee IS NOT NULL")


def _index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "tasks", [*columns, "user_task_key"], sqlite_where=where, postgresql_where=where)
