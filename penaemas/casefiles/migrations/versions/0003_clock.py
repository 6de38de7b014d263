"""The legal clock, outages, escalations, breaches, and who holds which post."""

import sqlalchemy as sa
from alembic import op

from penaemas.storage.types import Instant

revision = "0003"
down_revision = "0002"

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION append_only_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE integrity_constraint_violation USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
EXECUTE FUNCTION append_only_refuse_change()
"""


def upgrade() -> None:
    _clocks()
    _escalations()
    _breaches()
    _posts()
    _refuse_changes("clock_entry", "outage")


def _clocks() -> None:
    op.create_table(
        "clock_entry",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("clock", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("legal_basis", sa.Text, nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("entered_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_clock_entry"),
        sa.UniqueConstraint(
            "case_id", "clock", "kind", "reference", name="uq_clock_entry_case_id_clock_kind_reference"
        ),
        sa.CheckConstraint("kind IN ('start', 'pause', 'resume', 'stop')", name="ck_clock_entry_kind"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_clock_entry_case_id"),
    )
    op.create_table(
        "outage",
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("supervisor", sa.String(120), nullable=False),
        sa.Column("legal_basis", sa.Text, nullable=False),
        sa.Column("entered_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("region_code", "reference", "kind", name="pk_outage"),
        sa.CheckConstraint("kind IN ('begin', 'end')", name="ck_outage_kind"),
    )


def _escalations() -> None:
    op.create_table(
        "fired_rung",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("step_id", sa.String(60), nullable=False),
        sa.Column("step_instance", sa.String(20), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("fired_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "step_id", "step_instance", "level", name="pk_fired_rung"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_fired_rung_case_id"),
    )
    op.create_table(
        "escalation_notice",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("step_id", sa.String(60), nullable=False),
        sa.Column("step_instance", sa.String(20), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("meant_for", sa.String(40), nullable=False),
        sa.Column("post", sa.String(40), nullable=False),
        sa.Column("officer", sa.String(120)),
        sa.Column("decree_number", sa.String(80), nullable=False),
        sa.Column("in_digest", sa.Boolean, nullable=False),
        sa.Column("noticed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint(
            "case_id", "step_id", "step_instance", "level", "meant_for", name="pk_escalation_notice"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_escalation_notice_case_id"),
    )
    op.create_index("ix_escalation_notice_officer", "escalation_notice", ["officer"])
    op.create_table(
        "case_priority",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("raised_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_priority"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_case_priority_case_id"),
    )
    op.create_table(
        "task_group",
        sa.Column("user_task_key", sa.BigInteger, nullable=False),
        sa.Column("group_name", sa.String(80), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("user_task_key", "group_name", name="pk_task_group"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_task_group_case_id"),
    )


def _breaches() -> None:
    op.create_table(
        "promise_breach",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("new_due_at", Instant, nullable=False),
        sa.Column("reason_code", sa.String(24)),
        sa.Column("reason_by", sa.String(120)),
        sa.Column("reason_at", Instant),
        sa.PrimaryKeyConstraint("case_id", name="pk_promise_breach"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_promise_breach_case_id"),
    )
    op.create_table(
        "compensation",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("given_at", Instant),
        sa.Column("given_by", sa.String(120)),
        sa.PrimaryKeyConstraint("case_id", "code", name="pk_compensation"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_compensation_case_id"),
    )


def _posts() -> None:
    op.create_table(
        "post_holder",
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("post", sa.String(40), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("last_day", sa.Date),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("region_code", "post", "first_day", name="pk_post_holder"),
    )
    op.create_table(
        "post_absence",
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("post", sa.String(40), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("region_code", "post", "first_day", name="pk_post_absence"),
    )
    op.create_table(
        "stand_in_decree",
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("post", sa.String(40), nullable=False),
        sa.Column("decree_number", sa.String(80), nullable=False),
        sa.Column("officer", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(3), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("region_code", "post", "decree_number", name="pk_stand_in_decree"),
        sa.CheckConstraint("first_day <= last_day", name="ck_stand_in_decree_term"),
        sa.CheckConstraint("kind IN ('PLH', 'PLT')", name="ck_stand_in_decree_kind"),
    )


def _refuse_changes(*tables: str) -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(_POSTGRESQL_FUNCTION)
    for table in tables:
        if postgresql:
            op.execute(_POSTGRESQL.format(table=table))
        else:
            for verb in ("UPDATE", "DELETE"):
                op.execute(_SQLITE.format(table=table, verb=verb))
