"""PBG MBR: applications, documents, steps, corrections, numbers, papers; messages; what the office knows itself."""

import sqlalchemy as sa
from alembic import op

from penaemas.storage.types import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _applications()
    _documents()
    _steps()
    _corrections()
    _register()
    _messages()
    _known_to_the_office()


def _applications() -> None:
    op.create_table(
        "pbg_application",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("application_date", sa.Date, nullable=False),
        sa.Column("entered_late_at", Instant),
        sa.Column("late_entry_supervisor", sa.String(120)),
        sa.Column("tracking_digest", sa.LargeBinary, nullable=False),
        sa.Column("secret_digest", sa.LargeBinary, nullable=False),
        sa.Column("opened_at", Instant),
        sa.Column("signed_at", Instant),
        sa.Column("withdrawn_at", Instant),
        sa.Column("outcome", sa.String(20)),
        sa.PrimaryKeyConstraint("case_id", name="pk_pbg_application"),
        sa.UniqueConstraint("tracking_digest", name="uq_pbg_application_tracking_digest"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_pbg_application_case_id"),
    )
    op.create_table(
        "pbg_revision",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.Column("saved_by", sa.String(120), nullable=False),
        sa.Column("changed", sa.JSON, nullable=False),
        sa.Column("sub_district", sa.String(6), nullable=False),
        sa.Column("house_kind", sa.String(20), nullable=False),
        sa.Column("building_form", sa.String(20), nullable=False),
        sa.Column("floor_area_m2", sa.String(12), nullable=False),
        sa.Column("storeys", sa.Integer, nullable=False),
        sa.Column("prototype_code", sa.String(8), nullable=False),
        sa.Column("land_area_m2", sa.String(12), nullable=False),
        sa.Column("applicant_is_owner", sa.Boolean, nullable=False),
        sa.Column("land_holder_is_owner", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "revision", name="pk_pbg_revision"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_revision_case_id"),
    )
    op.create_table(
        "pbg_party",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "role", name="pk_pbg_party"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_party_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_pbg_party_person_id"),
    )
    op.create_index("ix_pbg_party_person_id", "pbg_party", ["person_id"])


def _documents() -> None:
    op.create_table(
        "pbg_document",
        sa.Column("document_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("document", sa.String(40), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("sealed_digest", sa.String(64), nullable=False),
        sa.Column("content_index", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("byte_count", sa.Integer, nullable=False),
        sa.Column("width_px", sa.Integer),
        sa.Column("height_px", sa.Integer),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("added_by", sa.String(120), nullable=False),
        sa.Column("verdict", sa.String(20)),
        sa.Column("verdict_at", Instant),
        sa.Column("verdict_by", sa.String(120)),
        sa.Column("replaced_at", Instant),
        sa.PrimaryKeyConstraint("document_id", name="pk_pbg_document"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_document_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_pbg_document_person_id"),
    )
    op.create_index(
        "uq_pbg_document_current",
        "pbg_document",
        ["case_id", "document"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "pbg_paper",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_index", sa.LargeBinary, nullable=False),
        sa.Column("sealed_digest", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("byte_count", sa.Integer, nullable=False),
        sa.Column("is_concept", sa.Boolean, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("published_at", Instant),
        sa.PrimaryKeyConstraint("case_id", "kind", "version", name="pk_pbg_paper"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_paper_case_id"),
    )


def _steps() -> None:
    op.create_table(
        "pbg_step",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("element_id", sa.String(60), nullable=False),
        sa.Column("user_task_key", sa.BigInteger, nullable=False),
        sa.Column("outbox_id", sa.String(36), nullable=False),
        sa.Column("application_revision", sa.Integer, nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("result", sa.String(40)),
        sa.Column("saved_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "revision", name="pk_pbg_step"),
        sa.UniqueConstraint("outbox_id", name="uq_pbg_step_outbox_id"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_step_case_id"),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_pbg_step_outbox_id"),
    )
    op.create_index("ix_pbg_step_user_task_key", "pbg_step", ["user_task_key"])
    op.create_table(
        "pbg_check",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("subject", sa.String(30), nullable=False),
        sa.Column("application_revision", sa.Integer, nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("checked_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "subject", "application_revision", name="pk_pbg_check"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_check_case_id"),
    )
    op.create_table(
        "pbg_warning",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("application_revision", sa.Integer, nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("raised_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "rule", "application_revision", name="pk_pbg_warning"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_warning_case_id"),
    )
    op.create_table(
        "pbg_simbg_entry",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("step_revision", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "step_revision", name="pk_pbg_simbg_entry"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_simbg_entry_case_id"),
    )


def _corrections() -> None:
    op.create_table(
        "pbg_correction_round",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("submitted_at", Instant),
        sa.Column("received_at", Instant),
        sa.PrimaryKeyConstraint("case_id", "round", name="pk_pbg_correction_round"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_correction_round_case_id"),
    )
    op.create_table(
        "pbg_correction_item",
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("step_revision", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("element_id", sa.String(60), nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("raised_at", Instant, nullable=False),
        sa.Column("round", sa.Integer),
        sa.Column("is_new_in_later_round", sa.Boolean, nullable=False),
        sa.Column("answered_at", Instant),
        sa.PrimaryKeyConstraint("item_id", name="pk_pbg_correction_item"),
        sa.UniqueConstraint(
            "case_id", "step_revision", "subject", name="uq_pbg_correction_item_case_id_step_revision_subject"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_correction_item_case_id"),
    )


def _register() -> None:
    op.create_table(
        "pbg_number",
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("sub_district", sa.String(6), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("given_at", Instant, nullable=False),
        sa.Column("in_force_at", Instant),
        sa.Column("void_at", Instant),
        sa.PrimaryKeyConstraint("number", name="pk_pbg_number"),
        sa.CheckConstraint("kind IN ('registration', 'permit', 'assessment')", name="ck_pbg_number_kind"),
        sa.CheckConstraint("state IN ('given', 'in_force', 'void')", name="ck_pbg_number_state"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_number_case_id"),
    )
    op.create_index(
        "uq_pbg_number_current",
        "pbg_number",
        ["case_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state <> 'void'"),
        postgresql_where=sa.text("state <> 'void'"),
    )
    op.create_table(
        "pbg_retribution",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("application_revision", sa.Integer, nullable=False),
        sa.Column("charged_idr", sa.BigInteger, nullable=False),
        sa.Column("waived_idr", sa.BigInteger, nullable=False),
        sa.Column("exemption_basis", sa.Text, nullable=False),
        sa.Column("tariff_basis", sa.Text, nullable=False),
        sa.Column("tariff_is_example", sa.Boolean, nullable=False),
        sa.Column("sheet", sa.JSON, nullable=False),
        sa.Column("calculated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_pbg_retribution"),
        sa.ForeignKeyConstraint(["case_id"], ["pbg_application.case_id"], name="fk_pbg_retribution_case_id"),
    )


def _messages() -> None:
    op.create_table(
        "outgoing_message",
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("round", sa.String(60), nullable=False),
        sa.Column("addressed_to", sa.String(80), nullable=False),
        sa.Column("text_id", sa.Text, nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("queued_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_outgoing_message"),
        sa.UniqueConstraint("case_id", "kind", "round", name="uq_outgoing_message_case_id_kind_round"),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'failed', 'outcome_unknown')", name="ck_outgoing_message_state"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_outgoing_message_case_id"),
    )


def _known_to_the_office() -> None:
    op.create_table(
        "known_resident",
        sa.Column("nik_index", sa.LargeBinary, nullable=False),
        sa.Column("name_index", sa.LargeBinary, nullable=False),
        sa.Column("noted_at", Instant, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("nik_index", name="pk_known_resident"),
    )
    op.create_table(
        "known_plot",
        sa.Column("plot_index", sa.LargeBinary, nullable=False),
        sa.Column("holder_index", sa.LargeBinary, nullable=False),
        sa.Column("area_m2", sa.String(12), nullable=False),
        sa.Column("tax_number_index", sa.LargeBinary),
        sa.Column("noted_at", Instant, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("plot_index", name="pk_known_plot"),
    )
