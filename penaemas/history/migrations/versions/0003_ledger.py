"""The ledger's logs, and what the portal's log consists of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; nothing is dropped."""
    op.create_table(
        "ledger_logs",
        sa.Column("origin", sa.Text(), primary_key=True),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("from_position", sa.BigInteger(), nullable=False),
        sa.Column("first_position", sa.BigInteger()),
        sa.Column("statement", sa.LargeBinary()),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("partition", "epoch", name="ledger_logs_once"),
    )
    op.create_table(
        "portal_records",
        sa.Column("position", KEY, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("act_number", sa.BigInteger()),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("act_number", name="portal_records_once"),
    )
