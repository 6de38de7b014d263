"""Applicants by themselves: drafts with their files, uploads on their way, rooms opened with the receipt's secret."""

import sqlalchemy as sa
from alembic import op

from penaemas.storage.types import Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "application_draft",
        sa.Column("draft_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("code_digest", sa.LargeBinary),
        sa.Column("answers_case_id", sa.String(36)),
        sa.Column("round", sa.Integer),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("begun_at", Instant, nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("sent_case_id", sa.String(36)),
        sa.PrimaryKeyConstraint("draft_id", name="pk_application_draft"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_application_draft_person_id"),
        sa.ForeignKeyConstraint(
            ["answers_case_id"], ["case_file.case_id"], name="fk_application_draft_answers_case_id"
        ),
        sa.ForeignKeyConstraint(["sent_case_id"], ["case_file.case_id"], name="fk_application_draft_sent_case_id"),
        sa.UniqueConstraint("code_digest", name="uq_application_draft_code_digest"),
    )
    op.create_index("ix_application_draft_expires_at", "application_draft", ["expires_at"])
    op.create_index("uq_application_draft_round", "application_draft", ["answers_case_id", "round"], unique=True)
    op.create_table(
        "draft_file",
        sa.Column("draft_id", sa.String(36), nullable=False),
        sa.Column("document", sa.String(40), nullable=False),
        sa.Column("sealed_digest", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("byte_count", sa.Integer, nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "document", name="pk_draft_file"),
        sa.ForeignKeyConstraint(["draft_id"], ["application_draft.draft_id"], name="fk_draft_file_draft_id"),
    )
    op.create_table(
        "draft_upload_piece",
        sa.Column("draft_id", sa.String(36), nullable=False),
        sa.Column("document", sa.String(40), nullable=False),
        sa.Column("begins_at", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("upload_id", sa.String(64), nullable=False),
        sa.Column("byte_count", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "document", "begins_at", name="pk_draft_upload_piece"),
        sa.ForeignKeyConstraint(["draft_id"], ["application_draft.draft_id"], name="fk_draft_upload_piece_draft_id"),
    )
    op.create_table(
        "applicant_room",
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("token_digest", name="pk_applicant_room"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_applicant_room_case_id"),
    )
