"""The tables of the legal clock, of escalations and of posts, on the metadata of `tables`. Migration 0003 makes them.

What the clock's ledger and the outage register say is append-only: triggers refuse every change.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from penaemas.casefiles.tables import ACCOUNT, metadata
from penaemas.storage.types import Instant

REGION = String(5)
POST = String(40)
ELEMENT = String(60)
LEVEL = String(40)
INSTANCE = String(20)
REFERENCE = String(80)

# One line of a case's clocks. Each clock has one start and one stop; a pause is tied to its end by `reference`.
clock_entry = Table(
    "clock_entry",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("clock", String(12), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("officer", ACCOUNT, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("reference", REFERENCE, nullable=False),
    Column("entered_at", Instant, nullable=False),
    UniqueConstraint("case_id", "clock", "kind", "reference"),
    CheckConstraint("kind IN ('start', 'pause', 'resume', 'stop')", name="kind"),
)

# A documented outage holds every clock of its region from its beginning to its end.
outage = Table(
    "outage",
    metadata,
    Column("region_code", REGION, primary_key=True),
    Column("reference", REFERENCE, primary_key=True),
    Column("kind", String(6), primary_key=True),
    Column("system", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("supervisor", ACCOUNT, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("entered_at", Instant, nullable=False),
    CheckConstraint("kind IN ('begin', 'end')", name="kind"),
)

# A rung of a ladder that has fired. `step_instance` is the user task's key; empty for the rungs of the whole service.
fired_rung = Table(
    "fired_rung",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("step_id", ELEMENT, primary_key=True),
    Column("step_instance", INSTANCE, primary_key=True),
    Column("level", LEVEL, primary_key=True),
    Column("fired_at", Instant, nullable=False),
)

# Whom a rung told. Without an officer the notice waits on the post's own list.
escalation_notice = Table(
    "escalation_notice",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("step_id", ELEMENT, primary_key=True),
    Column("step_instance", INSTANCE, primary_key=True),
    Column("level", LEVEL, primary_key=True),
    Column("meant_for", POST, primary_key=True),
    Column("post", POST, nullable=False),
    Column("officer", ACCOUNT),
    Column("decree_number", String(80), nullable=False),
    # Not told at once but with the digest that the inspectorate reads.
    Column("in_digest", Boolean, nullable=False),
    Column("noticed_at", Instant, nullable=False),
    Index("ix_escalation_notice_officer", "officer"),
)

# Sorts the task list; never lowered. The row is there once something has raised it.
case_priority = Table(
    "case_priority",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("priority", Integer, nullable=False),
    Column("level", LEVEL, nullable=False),
    Column("raised_at", Instant, nullable=False),
)

# Groups that an escalation has let in, so that two changes of a task's groups never undo each other.
task_group = Table(
    "task_group",
    metadata,
    Column("user_task_key", BigInteger, primary_key=True, autoincrement=False),
    Column("group_name", String(80), primary_key=True),
    Column("case_id", ForeignKey("case_file.case_id"), nullable=False),
    Column("level", LEVEL, nullable=False),
    Column("added_at", Instant, nullable=False),
)

# A promise that was broken. The officer's explanation is a personal_field; its code stands here once it is given.
promise_breach = Table(
    "promise_breach",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("new_due_at", Instant, nullable=False),
    Column("reason_code", String(24)),
    Column("reason_by", ACCOUNT),
    Column("reason_at", Instant),
)

compensation = Table(
    "compensation",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("basis", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("given_at", Instant),
    Column("given_by", ACCOUNT),
)

# Who holds a post from one day to another, both included; no last day means until further notice.
post_holder = Table(
    "post_holder",
    metadata,
    Column("region_code", REGION, primary_key=True),
    Column("post", POST, primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("officer", ACCOUNT, nullable=False),
    Column("last_day", Date),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", ACCOUNT, nullable=False),
)

post_absence = Table(
    "post_absence",
    metadata,
    Column("region_code", REGION, primary_key=True),
    Column("post", POST, primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", ACCOUNT, nullable=False),
)

stand_in_decree = Table(
    "stand_in_decree",
    metadata,
    Column("region_code", REGION, primary_key=True),
    Column("post", POST, primary_key=True),
    Column("decree_number", String(80), primary_key=True),
    Column("officer", ACCOUNT, nullable=False),
    Column("kind", String(3), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", ACCOUNT, nullable=False),
    CheckConstraint("kind IN ('PLH', 'PLT')", name="kind"),
    CheckConstraint("first_day <= last_day", name="term"),
)
