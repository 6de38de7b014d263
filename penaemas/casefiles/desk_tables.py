"""The tables of the officers' desk, on the metadata of `tables`. Migration 0005 makes them."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from penaemas.casefiles.tables import ACCOUNT, metadata
from penaemas.storage.types import Instant

# What an officer has typed into a task's form and not sent: sealed with the key of the case's person.
task_draft = Table(
    "task_draft",
    metadata,
    Column("user_task_key", BigInteger, primary_key=True, autoincrement=False),
    Column("officer", ACCOUNT, primary_key=True),
    Column("case_id", ForeignKey("case_file.case_id"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Index("ix_task_draft_officer", "officer", "saved_at"),
)

# What officers write to each other about a case; never changed. The text is sealed.
case_comment = Table(
    "case_comment",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("officer", ACCOUNT, nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# Who has a task before them just now. By the machine's clock; rows of yesterday mean nothing.
task_presence = Table(
    "task_presence",
    metadata,
    Column("user_task_key", BigInteger, primary_key=True, autoincrement=False),
    Column("officer", ACCOUNT, primary_key=True),
    Column("seen_at", Instant, nullable=False),
)

# How an officer last filtered a list, so that it is the same on every device.
officer_filter = Table(
    "officer_filter",
    metadata,
    Column("officer", ACCOUNT, primary_key=True),
    Column("list_name", String(20), primary_key=True),
    Column("content", JSON, nullable=False),
    Column("saved_at", Instant, nullable=False),
)
