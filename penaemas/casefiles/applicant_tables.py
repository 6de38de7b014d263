"""The tables of what applicants do by themselves, on the metadata of `tables`. Migration 0010 makes them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from penaemas.casefiles.tables import metadata
from penaemas.storage.types import Instant

# What an applicant has typed and not sent yet; or, with `answers_case_id`, the answer to a correction round of a case.
# The draft is a person with a key of its own: erasing that person is how a draft ends.
application_draft = Table(
    "application_draft",
    metadata,
    Column("draft_id", String(36), primary_key=True),
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Column("service", String(40), nullable=False),
    Column("region_code", String(5), nullable=False),
    # The code with which one returns, hashed; the answer to a correction has none.
    Column("code_digest", LargeBinary, unique=True),
    Column("answers_case_id", ForeignKey("case_file.case_id")),
    Column("round", Integer),
    Column("sealed", LargeBinary),
    Column("begun_at", Instant, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    # The case that it became; what was typed is erased then.
    Column("sent_case_id", ForeignKey("case_file.case_id")),
    Index("ix_application_draft_expires_at", "expires_at"),
    Index("uq_application_draft_round", "answers_case_id", "round", unique=True),
)

# A file of a draft, sealed, named by what it is for.
draft_file = Table(
    "draft_file",
    metadata,
    Column("draft_id", ForeignKey("application_draft.draft_id"), primary_key=True),
    Column("document", String(40), primary_key=True),
    Column("sealed_digest", String(64), nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("byte_count", Integer, nullable=False),
    Column("added_at", Instant, nullable=False),
)

# A file on its way: pieces that have arrived, sealed. `upload_id` is the SHA-256 of the whole, which the sender tells.
draft_upload_piece = Table(
    "draft_upload_piece",
    metadata,
    Column("draft_id", ForeignKey("application_draft.draft_id"), primary_key=True),
    Column("document", String(40), primary_key=True),
    Column("begins_at", Integer, primary_key=True, autoincrement=False),
    Column("upload_id", String(64), nullable=False),
    Column("byte_count", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# A room that the receipt's secret has opened, for a short while. By the machine's clock.
applicant_room = Table(
    "applicant_room",
    metadata,
    Column("token_digest", LargeBinary, primary_key=True),
    Column("case_id", ForeignKey("case_file.case_id"), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
