"""Keeping and forgetting: dictionaries of deflated records, cases whose bytes are gone, their statistics."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; a record may now be without its bytes. SQLite copies the records once for that."""
    with op.batch_alter_table("records") as records:
        records.alter_column("document", existing_type=sa.LargeBinary(), nullable=True)
    op.create_table(
        "record_dictionaries",
        sa.Column("dictionary_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("dictionary", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "deflated_up_to",
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "forgotten_cases",
        sa.Column("process_instance_key", KEY, primary_key=True, autoincrement=False),
        sa.Column("bpmn_process_id", sa.Text(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("forgotten_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
    )
    op.create_table(
        "kept_step_statistics",
        sa.Column("bpmn_process_id", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("completed", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.BigInteger(), nullable=False),
        sa.Column("total_ms", sa.BigInteger(), nullable=False),
        sa.Column("longest_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bpmn_process_id", "element_id", "day"),
        sqlite_with_rowid=False,
    )
