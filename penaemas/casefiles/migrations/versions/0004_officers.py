"""Officers: accounts, roles, sessions, invitations, and the delays after failed sign-ins."""

import sqlalchemy as sa
from alembic import op

from penaemas.storage.types import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _accounts()
    _sessions()
    _doors()


def _accounts() -> None:
    op.create_table(
        "officer_account",
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary, nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("second_factor_sealed", sa.LargeBinary),
        sa.Column("second_factor_step", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("language", sa.String(2), nullable=False, server_default="id"),
        sa.Column("theme", sa.String(5), nullable=False, server_default="auto"),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("disabled_at", Instant),
        sa.PrimaryKeyConstraint("account", name="pk_officer_account"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_officer_account_person_id"),
        sa.CheckConstraint("language IN ('id', 'en')", name="ck_officer_account_language"),
        sa.CheckConstraint("theme IN ('auto', 'light', 'dark')", name="ck_officer_account_theme"),
    )
    op.create_table(
        "officer_role",
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("granted_at", Instant, nullable=False),
        sa.Column("granted_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("account", "role", "region_code", name="pk_officer_role"),
        sa.ForeignKeyConstraint(["account"], ["officer_account.account"], name="fk_officer_role_account"),
    )


def _sessions() -> None:
    op.create_table(
        "officer_session",
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("session_id", sa.String(36), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("begun_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("locked_at", Instant),
        sa.Column("ended_at", Instant),
        sa.Column("second_factor_at", Instant),
        sa.Column("is_demo", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("token_digest", name="pk_officer_session"),
        sa.UniqueConstraint("session_id", name="uq_officer_session_session_id"),
        sa.ForeignKeyConstraint(["account"], ["officer_account.account"], name="fk_officer_session_account"),
    )
    op.create_index("ix_officer_session_account", "officer_session", ["account"])


def _doors() -> None:
    op.create_table(
        "officer_invitation",
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant),
        sa.PrimaryKeyConstraint("token_digest", name="pk_officer_invitation"),
        sa.ForeignKeyConstraint(["account"], ["officer_account.account"], name="fk_officer_invitation_account"),
    )
    op.create_index("ix_officer_invitation_account", "officer_invitation", ["account"])
    op.create_table(
        "sign_in_failure",
        sa.Column("door", sa.LargeBinary, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("door", name="pk_sign_in_failure"),
    )
    op.create_index("ix_sign_in_failure_last_at", "sign_in_failure", ["last_at"])
    op.create_table(
        "officer_device",
        sa.Column("device_digest", sa.LargeBinary, nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("used_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("device_digest", "account", name="pk_officer_device"),
        sa.ForeignKeyConstraint(["account"], ["officer_account.account"], name="fk_officer_device_account"),
    )
