"""Cases of a region are found without reading those of the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_ROOT = sa.text("parent_process_instance_key IS NULL AND state IS NOT NULL")


def upgrade() -> None:
    """Add an index; nothing is dropped."""
    op.create_index(
        "cases_by_region",
        "cases",
        ["region_code", "bpmn_process_id", "state", "started_at_ms", "process_instance_key"],
        sqlite_where=_ROOT,
        postgresql_where=_ROOT,
    )
