"""The tables of messages, satisfaction surveys and public reports, on the metadata of `tables`.

No address and no name stands here: whoever sends a message fetches the address from the vault.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from penaemas.casefiles.tables import ACCOUNT, metadata
from penaemas.storage.types import Instant

REGION = String(5)

# What the office says to people outside, once per case, kind and round. A message about a public report belongs to no
# case, so that nobody who reads the case learns of the report; it names its region itself.
outgoing_message = Table(
    "outgoing_message",
    metadata,
    Column("message_id", String(36), primary_key=True),
    Column("case_id", ForeignKey("case_file.case_id")),
    Column("region_code", REGION),
    Column("kind", String(60), nullable=False),
    Column("round", String(60), nullable=False),
    Column("addressed_to", String(80), nullable=False),
    Column("text_id", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("queued_at", Instant, nullable=False),
    # By which way it went, or is to go: NULL until a sender has looked at it.
    Column("channel", String(12)),
    # Times that the channel has said something about it, or that nobody knows what it said.
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try_at", Instant),
    # Set before the text is handed over, cleared with the answer: a row that has it after a crash may have been sent.
    Column("handed_over_at", Instant),
    Column("settled_at", Instant),
    # The channel's answer as a code; its words are not kept, because they may name the address.
    Column("outcome", String(40)),
    # Who sent it by hand, or decided about it.
    Column("decided_by", ACCOUNT),
    UniqueConstraint("case_id", "kind", "round"),
    CheckConstraint("state IN ('queued', 'by_hand', 'sent', 'failed', 'outcome_unknown')", name="state"),
    # Only what waits is ever searched for; the table itself grows for ever.
    Index(
        "ix_outgoing_message_waiting",
        "state",
        "queued_at",
        sqlite_where=text("state <> 'sent'"),
        postgresql_where=text("state <> 'sent'"),
    ),
)

# An invitation to rate the service, one for each case. The code is derived under the office's key; here is its digest.
survey_invitation = Table(
    "survey_invitation",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("code_digest", LargeBinary, nullable=False, unique=True),
    # The process, or the licence type of the catalogue.
    Column("service", String(80), nullable=False),
    Column("region_code", REGION, nullable=False),
    Column("invited_at", Instant, nullable=False),
)

# One answer for each invitation. A score is 1 to 4, NULL where nothing was chosen; the suggestion is sealed with the
# key of the case's applicant.
survey_answer = Table(
    "survey_answer",
    metadata,
    Column("case_id", ForeignKey("survey_invitation.case_id"), primary_key=True),
    Column("answered_at", Instant, nullable=False),
    # The WIB day, by which results are counted.
    Column("answered_on", Date, nullable=False),
    *(Column(f"u{number}", Integer) for number in range(1, 10)),
    Column("suggestion", LargeBinary),
    Index("ix_survey_answer_answered_on", "answered_on"),
)

# A complaint, or a report that somebody asked for money. What was written and who wrote it is sealed with a key of the
# report's own. A report of a bribe is opened by the inspectorate alone.
public_report = Table(
    "public_report",
    metadata,
    Column("report_id", String(36), primary_key=True),
    # The sender's own id, so that sending it twice makes one report.
    Column("request_id", String(64), nullable=False, unique=True),
    Column("number", String(64), nullable=False, unique=True),
    Column("kind", String(12), nullable=False),
    Column("region_code", REGION, nullable=False),
    Column("case_id", ForeignKey("case_file.case_id")),
    Column("channel", String(20), nullable=False),
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("contact", LargeBinary),
    Column("code_digest", LargeBinary, nullable=False, unique=True),
    Column("received_at", Instant, nullable=False),
    # Until when it has to be looked at.
    Column("due_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", ACCOUNT),
    Column("answer", LargeBinary),
    CheckConstraint("kind IN ('complaint', 'bribe')", name="kind"),
    Index("ix_public_report_region_code_received_at", "region_code", "received_at"),
)
