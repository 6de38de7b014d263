"""The projection of forms and decision requirements; `./pena history rebuild` fills it from older records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table; nothing is dropped."""
    op.create_table(
        "resources",
        sa.Column("resource_key", KEY, primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("resource_name", sa.Text(), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("deployed_at_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("resources_by_id", "resources", ["resource_id", "version"])
