"""The register of signed papers."""

import sqlalchemy as sa
from alembic import op

from penaemas.storage.types import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "permit",
        sa.Column("permit_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("process_id", sa.String(80), nullable=False),
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("paper_version", sa.Integer, nullable=False),
        sa.Column("data_digest", sa.String(64), nullable=False),
        sa.Column("file_digest", sa.String(64), nullable=False),
        sa.Column("qr_fragment", sa.Text, nullable=False),
        sa.Column("checkpoint", sa.Text),
        sa.Column("outbox_id", sa.String(36), nullable=False),
        sa.Column("signed_at", Instant, nullable=False),
        sa.Column("signed_by", sa.String(120), nullable=False),
        sa.Column("signed_as", sa.String(200), nullable=False),
        sa.Column("decree_number", sa.String(80)),
        sa.Column("certificate_serial", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("in_force_at", Instant),
        sa.Column("ended_at", Instant),
        sa.Column("ended_because", sa.String(40)),
        sa.Column("replaced_by", sa.String(80)),
        sa.PrimaryKeyConstraint("permit_id", name="pk_permit"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_permit_case_id"),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_permit_outbox_id"),
        sa.UniqueConstraint("file_digest", name="uq_permit_file_digest"),
        sa.UniqueConstraint("outbox_id", name="uq_permit_outbox_id"),
        sa.CheckConstraint("state IN ('signed', 'in_force', 'superseded', 'revoked', 'void')", name="ck_permit_state"),
    )
    op.create_index("ix_permit_case_id", "permit", ["case_id"])
    op.create_index("ix_permit_signed_at", "permit", ["signed_at"])
    op.create_index(
        "uq_permit_number",
        "permit",
        ["number"],
        unique=True,
        sqlite_where=sa.text("state <> 'void'"),
        postgresql_where=sa.text("state <> 'void'"),
    )
