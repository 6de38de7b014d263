"""Messages know how they were sent; satisfaction surveys; complaints and reports of bribes."""

import sqlalchemy as sa
from alembic import op

from penaemas.storage.types import Instant

revision = "0007"
down_revision = "0006"

_KEEP = """
CREATE TEMPORARY TABLE kept_messages AS
SELECT message_id, case_id, kind, round, addressed_to, text_id, text_en, state, queued_at FROM outgoing_message
"""
_BRING_BACK = """
INSERT INTO outgoing_message (message_id, case_id, kind, round, addressed_to, text_id, text_en, state, queued_at)
SELECT message_id, case_id, kind, round, addressed_to, text_id, text_en, state, queued_at FROM kept_messages
"""


def upgrade() -> None:
    _messages()
    _surveys()
    _reports()


def _messages() -> None:
    # SQLite cannot loosen a column or a check: the table is made again around its rows.
    op.execute(_KEEP)
    op.drop_table("outgoing_message")
    op.create_table(
        "outgoing_message",
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36)),
        sa.Column("region_code", sa.String(5)),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("round", sa.String(60), nullable=False),
        sa.Column("addressed_to", sa.String(80), nullable=False),
        sa.Column("text_id", sa.Text, nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("queued_at", Instant, nullable=False),
        sa.Column("channel", sa.String(12)),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_try_at", Instant),
        sa.Column("handed_over_at", Instant),
        sa.Column("settled_at", Instant),
        sa.Column("outcome", sa.String(40)),
        sa.Column("decided_by", sa.String(120)),
        sa.PrimaryKeyConstraint("message_id", name="pk_outgoing_message"),
        sa.UniqueConstraint("case_id", "kind", "round", name="uq_outgoing_message_case_id_kind_round"),
        sa.CheckConstraint(
            "state IN ('queued', 'by_hand', 'sent', 'failed', 'outcome_unknown')", name="ck_outgoing_message_state"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_outgoing_message_case_id"),
    )
    op.execute(_BRING_BACK)
    op.execute("DROP TABLE kept_messages")
    op.create_index(
        "ix_outgoing_message_waiting",
        "outgoing_message",
        ["state", "queued_at"],
        sqlite_where=sa.text("state <> 'sent'"),
        postgresql_where=sa.text("state <> 'sent'"),
    )


def _surveys() -> None:
    op.create_table(
        "survey_invitation",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("code_digest", sa.LargeBinary, nullable=False),
        sa.Column("service", sa.String(80), nullable=False),
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("invited_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_survey_invitation"),
        sa.UniqueConstraint("code_digest", name="uq_survey_invitation_code_digest"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_survey_invitation_case_id"),
    )
    op.create_table(
        "survey_answer",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("answered_at", Instant, nullable=False),
        sa.Column("answered_on", sa.Date, nullable=False),
        *(sa.Column(f"u{number}", sa.Integer) for number in range(1, 10)),
        sa.Column("suggestion", sa.LargeBinary),
        sa.PrimaryKeyConstraint("case_id", name="pk_survey_answer"),
        sa.ForeignKeyConstraint(["case_id"], ["survey_invitation.case_id"], name="fk_survey_answer_case_id"),
    )
    op.create_index("ix_survey_answer_answered_on", "survey_answer", ["answered_on"])


def _reports() -> None:
    op.create_table(
        "public_report",
        sa.Column("report_id", sa.String(36), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("case_id", sa.String(36)),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("contact", sa.LargeBinary),
        sa.Column("code_digest", sa.LargeBinary, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("answered_at", Instant),
        sa.Column("answered_by", sa.String(120)),
        sa.Column("answer", sa.LargeBinary),
        sa.PrimaryKeyConstraint("report_id", name="pk_public_report"),
        sa.UniqueConstraint("request_id", name="uq_public_report_request_id"),
        sa.UniqueConstraint("number", name="uq_public_report_number"),
        sa.UniqueConstraint("code_digest", name="uq_public_report_code_digest"),
        sa.CheckConstraint("kind IN ('complaint', 'bribe')", name="ck_public_report_kind"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_public_report_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_public_report_person_id"),
    )
    op.create_index("ix_public_report_region_code_received_at", "public_report", ["region_code", "received_at"])
