"""The tables of officers' accounts: who they are, what they may, where they are signed in."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from penaemas.casefiles.tables import ACCOUNT, metadata
from penaemas.storage.types import Instant

# An officer is a person of the vault: name and second factor are sealed with a key of their own.
officer_account = Table(
    "officer_account",
    metadata,
    Column("account", ACCOUNT, primary_key=True),
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("password_hash", String(200)),
    Column("second_factor_sealed", LargeBinary),
    # The last time step whose code was accepted: a code is good once.
    Column("second_factor_step", BigInteger, nullable=False, server_default="0"),
    Column("language", String(2), nullable=False, server_default="id"),
    Column("theme", String(5), nullable=False, server_default="auto"),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    CheckConstraint("language IN ('id', 'en')", name="language"),
    CheckConstraint("theme IN ('auto', 'light', 'dark')", name="theme"),
)

officer_role = Table(
    "officer_role",
    metadata,
    Column("account", ForeignKey("officer_account.account"), primary_key=True),
    Column("role", String(40), primary_key=True),
    Column("region_code", String(5), primary_key=True),
    Column("granted_at", Instant, nullable=False),
    Column("granted_by", ACCOUNT, nullable=False),
)

# The token itself is in the browser's cookie and nowhere else. Instants are the machine's, also in a demonstration.
officer_session = Table(
    "officer_session",
    metadata,
    Column("token_digest", LargeBinary, primary_key=True),
    Column("session_id", String(36), nullable=False, unique=True),
    Column("account", ForeignKey("officer_account.account"), nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("locked_at", Instant),
    Column("ended_at", Instant),
    Column("second_factor_at", Instant),
    Column("is_demo", Boolean, nullable=False),
    Index("ix_officer_session_account", "account"),
)

officer_invitation = Table(
    "officer_invitation",
    metadata,
    Column("token_digest", LargeBinary, primary_key=True),
    Column("account", ForeignKey("officer_account.account"), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_officer_invitation_account", "account"),
)

# A door is an account as tried from one place; keyed digest, so that neither can be read from the row.
sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("door", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Index("ix_sign_in_failure_last_at", "last_at"),
)

# Who has signed in on which browser: offered first at a shared counter PC, and not slowed down by others' failures.
officer_device = Table(
    "officer_device",
    metadata,
    Column("device_digest", LargeBinary, primary_key=True),
    Column("account", ForeignKey("officer_account.account"), primary_key=True),
    Column("used_at", Instant, nullable=False),
)
