"""The officers' desk: drafts, comments, who has a task open, filters, and finding commands that came to nothing."""

import sqlalchemy as sa
from alembic import op

from penaemas.storage.types import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "task_draft",
        sa.Column("user_task_key", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("user_task_key", "officer", name="pk_task_draft"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_task_draft_case_id"),
    )
    op.create_index("ix_task_draft_officer", "task_draft", ["officer", "saved_at"])
    op.create_table(
        "case_comment",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("written_at", Instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_case_comment"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_case_comment_case_id"),
    )
    op.create_table(
        "task_presence",
        sa.Column("user_task_key", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("user_task_key", "officer", name="pk_task_presence"),
    )
    op.create_table(
        "officer_filter",
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("list_name", sa.String(20), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("officer", "list_name", name="pk_officer_filter"),
    )
    refused = sa.text("state = 'refused'")
    op.create_index(
        "ix_outbox_refused",
        "outbox",
        ["created_by", "created_at"],
        sqlite_where=refused,
        postgresql_where=refused,
    )
