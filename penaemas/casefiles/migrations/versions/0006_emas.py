"""PENA EMAS: applications, documents, steps, corrections, mandates, fees, numbers, papers, the audit sample."""

import sqlalchemy as sa
from alembic import op

from penaemas.storage.types import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _applications()
    _steps()
    _results()
    _audits()


def _applications() -> None:
    op.create_table(
        "emas_application",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("licence_type", sa.String(40), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("application_date", sa.Date, nullable=False),
        sa.Column("limit_working_days", sa.Integer, nullable=False),
        sa.Column("limit_basis", sa.Text, nullable=False),
        sa.Column("tracking_digest", sa.LargeBinary, nullable=False),
        sa.Column("secret_digest", sa.LargeBinary, nullable=False),
        sa.Column("opened_at", Instant),
        sa.Column("signed_at", Instant),
        sa.Column("withdrawn_at", Instant),
        sa.Column("outcome", sa.String(20)),
        sa.PrimaryKeyConstraint("case_id", name="pk_emas_application"),
        sa.UniqueConstraint("tracking_digest", name="uq_emas_application_tracking_digest"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_emas_application_case_id"),
    )
    op.create_table(
        "emas_revision",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.Column("saved_by", sa.String(120), nullable=False),
        sa.Column("changed", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "revision", name="pk_emas_revision"),
        sa.ForeignKeyConstraint(["case_id"], ["emas_application.case_id"], name="fk_emas_revision_case_id"),
    )
    op.create_table(
        "emas_document",
        sa.Column("document_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("document", sa.String(40), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sealed_digest", sa.String(64), nullable=False),
        sa.Column("content_index", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("byte_count", sa.Integer, nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("added_by", sa.String(120), nullable=False),
        sa.Column("reused_from", sa.String(36)),
        sa.Column("verdict", sa.String(20)),
        sa.Column("verdict_at", Instant),
        sa.Column("verdict_by", sa.String(120)),
        sa.Column("replaced_at", Instant),
        sa.PrimaryKeyConstraint("document_id", name="pk_emas_document"),
        sa.ForeignKeyConstraint(["case_id"], ["emas_application.case_id"], name="fk_emas_document_case_id"),
        sa.ForeignKeyConstraint(["reused_from"], ["emas_document.document_id"], name="fk_emas_document_reused_from"),
    )
    op.create_index(
        "uq_emas_document_current",
        "emas_document",
        ["case_id", "document"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )


def _steps() -> None:
    op.create_table(
        "emas_step",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("element_id", sa.String(60), nullable=False),
        sa.Column("agency", sa.String(40)),
        sa.Column("decree_number", sa.String(80)),
        sa.Column("user_task_key", sa.BigInteger, nullable=False),
        sa.Column("outbox_id", sa.String(36), nullable=False),
        sa.Column("application_revision", sa.Integer, nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("result", sa.String(40)),
        sa.Column("saved_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "revision", name="pk_emas_step"),
        sa.UniqueConstraint("outbox_id", name="uq_emas_step_outbox_id"),
        sa.ForeignKeyConstraint(["case_id"], ["emas_application.case_id"], name="fk_emas_step_case_id"),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_emas_step_outbox_id"),
    )
    op.create_index("ix_emas_step_user_task_key", "emas_step", ["user_task_key"])
    op.create_table(
        "emas_correction_round",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("submitted_at", Instant),
        sa.Column("received_at", Instant),
        sa.PrimaryKeyConstraint("case_id", "round", name="pk_emas_correction_round"),
        sa.ForeignKeyConstraint(["case_id"], ["emas_application.case_id"], name="fk_emas_correction_round_case_id"),
    )
    op.create_table(
        "emas_correction_item",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("step_revision", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("round", sa.Integer),
        sa.PrimaryKeyConstraint("case_id", "step_revision", "subject", name="pk_emas_correction_item"),
        sa.ForeignKeyConstraint(["case_id"], ["emas_application.case_id"], name="fk_emas_correction_item_case_id"),
    )
    op.create_table(
        "agency_mandate",
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date),
        sa.Column("decree_number", sa.String(80), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("region_code", "agency", "officer", "first_day", name="pk_agency_mandate"),
    )


def _results() -> None:
    op.create_table(
        "emas_fee",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("is_example", sa.Boolean, nullable=False),
        sa.Column("sheet", sa.JSON, nullable=False),
        sa.Column("issued_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("payment_reference", sa.String(80)),
        sa.Column("paid_at", Instant),
        sa.Column("recorded_at", Instant),
        sa.Column("recorded_by", sa.String(120)),
        sa.PrimaryKeyConstraint("case_id", name="pk_emas_fee"),
        sa.UniqueConstraint("number", name="uq_emas_fee_number"),
        sa.UniqueConstraint("payment_reference", name="uq_emas_fee_payment_reference"),
        sa.ForeignKeyConstraint(["case_id"], ["emas_application.case_id"], name="fk_emas_fee_case_id"),
    )
    op.create_table(
        "emas_number",
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("given_at", Instant, nullable=False),
        sa.Column("in_force_at", Instant),
        sa.Column("void_at", Instant),
        sa.PrimaryKeyConstraint("number", name="pk_emas_number"),
        sa.UniqueConstraint("case_id", name="uq_emas_number_case_id"),
        sa.CheckConstraint("state IN ('given', 'in_force', 'void')", name="ck_emas_number_state"),
        sa.ForeignKeyConstraint(["case_id"], ["emas_application.case_id"], name="fk_emas_number_case_id"),
    )
    op.create_table(
        "emas_paper",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_index", sa.LargeBinary, nullable=False),
        sa.Column("sealed_digest", sa.String(64), nullable=False),
        sa.Column("byte_count", sa.Integer, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind", "version", name="pk_emas_paper"),
        sa.ForeignKeyConstraint(["case_id"], ["emas_application.case_id"], name="fk_emas_paper_case_id"),
    )


def _audits() -> None:
    op.create_table(
        "audit_draw",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("is_drawn", sa.Boolean, nullable=False),
        sa.Column("drawn_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_audit_draw"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_audit_draw_case_id"),
    )
    op.create_table(
        "audit_period",
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("begun_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("period", name="pk_audit_period"),
    )
