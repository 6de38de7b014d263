"""Case files, the person vault, the outbox and the acts."""

import sqlalchemy as sa
from alembic import op

from penaemas.storage.types import Instant

revision = "0001"
down_revision = None

_ACTS_ARE_NEVER_CHANGED_SQLITE = """
CREATE TRIGGER act_no_{verb} BEFORE {verb} ON act BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END
"""
_ACTS_ARE_NEVER_CHANGED_POSTGRESQL = """
CREATE FUNCTION act_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE integrity_constraint_violation USING MESSAGE = 'acts are never changed'; END $$;
CREATE TRIGGER act_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON act EXECUTE FUNCTION act_refuse_change();
"""


def upgrade() -> None:
    _people()
    _case_files()
    _outbox()
    _answers()
    _register()
    _acts()


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("erased_at", Instant),
        sa.PrimaryKeyConstraint("person_id", name="pk_person"),
    )
    op.create_table(
        "person_lookup",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("blind_index", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("kind", "blind_index", "person_id", name="pk_person_lookup"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_person_lookup_person_id"),
    )
    op.create_table(
        "vault_check",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_vault_check"),
    )


def _case_files() -> None:
    op.create_table(
        "case_file",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("process_id", sa.String(80), nullable=False),
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("submission_digest", sa.LargeBinary),
        sa.Column("number", sa.String(64)),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("received_by", sa.String(120), nullable=False),
        sa.Column("closed_at", Instant),
        sa.Column("commands", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_file"),
        sa.UniqueConstraint("request_id", name="uq_case_file_request_id"),
        sa.UniqueConstraint("number", name="uq_case_file_number"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_case_file_person_id"),
    )
    op.create_index("ix_case_file_received_at", "case_file", ["received_at"])
    op.create_table(
        "personal_field",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.Column("written_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "name", "revision", name="pk_personal_field"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_personal_field_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_personal_field_person_id"),
    )
    op.create_table(
        "commitment",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("made_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "about", "revision", name="pk_commitment"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_commitment_case_id"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", Instant, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(120), nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("recorded_position", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("case_id", "sequence", name="uq_outbox_case_id_sequence"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'done', 'refused')", name="ck_outbox_state"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_outbox_case_id"),
    )
    still_open = sa.text("state IN ('waiting', 'sent')")
    op.create_index(
        "ix_outbox_open", "outbox", ["state", "created_at"], sqlite_where=still_open, postgresql_where=still_open
    )


def _answers() -> None:
    op.create_table(
        "information_request",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("registered_at", Instant),
        sa.Column("answer_warn_at", Instant),
        sa.Column("answer_due_at", Instant),
        sa.Column("extended_at", Instant),
        sa.Column("extended_from", Instant),
        sa.Column("answer_decision", sa.String(20)),
        sa.PrimaryKeyConstraint("case_id", name="pk_information_request"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_information_request_case_id"),
    )
    op.create_table(
        "task_answer",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("user_task_key", sa.BigInteger, nullable=False),
        sa.Column("outbox_id", sa.String(36), nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "revision", name="pk_task_answer"),
        sa.UniqueConstraint("outbox_id", name="uq_task_answer_outbox_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_task_answer_case_id"),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_task_answer_outbox_id"),
    )
    op.create_index("ix_task_answer_user_task_key", "task_answer", ["user_task_key"])


def _register() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    op.create_table(
        "notice",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("effect", sa.String(60), nullable=False),
        sa.Column("round", sa.String(60), nullable=False),
        sa.Column("addressed_to", sa.String(80), nullable=False),
        sa.Column("noticed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "effect", "round", name="pk_notice"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_notice_case_id"),
    )


def _acts() -> None:
    op.create_table(
        "act",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), autoincrement=True, nullable=False),
        sa.Column("done_at", Instant, nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("case_id", sa.String(36)),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_act"),
    )
    op.create_index("ix_act_case_id", "act", ["case_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_ACTS_ARE_NEVER_CHANGED_POSTGRESQL)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(_ACTS_ARE_NEVER_CHANGED_SQLITE.format(verb=verb))
