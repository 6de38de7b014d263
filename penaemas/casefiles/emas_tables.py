"""The tables of PENA EMAS cases, on the metadata of `tables`. A migration makes them; a test holds the two together.

What is personal is a `personal_field` or a sealed file; here stand routing facts, instants, accounts and keyed digests.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
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
    text,
)

from penaemas.casefiles.tables import ACCOUNT, metadata
from penaemas.storage.types import Instant

LICENCE_TYPE = String(40)
AGENCY = String(40)
SUBJECT = String(40)
ELEMENT = String(60)
RESULT = String(40)

# One application. `revision` is the number of its latest content; `limit_working_days` the service limit of its day.
emas_application = Table(
    "emas_application",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("licence_type", LICENCE_TYPE, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("application_date", Date, nullable=False),
    Column("limit_working_days", Integer, nullable=False),
    Column("limit_basis", Text, nullable=False),
    # The codes on the receipt, hashed: status only; and the one that opens corrections, withdrawal, licence.
    Column("tracking_digest", LargeBinary, nullable=False, unique=True),
    Column("secret_digest", LargeBinary, nullable=False),
    Column("opened_at", Instant),
    Column("signed_at", Instant),
    Column("withdrawn_at", Instant),
    Column("outcome", String(20)),
)

# One content of an application: as submitted, then as corrected. `changed` lists subjects that it touches.
emas_revision = Table(
    "emas_revision",
    metadata,
    Column("case_id", ForeignKey("emas_application.case_id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("round", Integer, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", ACCOUNT, nullable=False),
    Column("changed", JSON, nullable=False),
)

# A file of a case. `reused_from` names the document of an earlier case that it was taken from, with consent.
emas_document = Table(
    "emas_document",
    metadata,
    Column("document_id", String(36), primary_key=True),
    Column("case_id", ForeignKey("emas_application.case_id"), nullable=False),
    Column("document", SUBJECT, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sealed_digest", String(64), nullable=False),
    Column("content_index", LargeBinary, nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("byte_count", Integer, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("added_by", ACCOUNT, nullable=False),
    Column("reused_from", ForeignKey("emas_document.document_id")),
    Column("verdict", String(20)),
    Column("verdict_at", Instant),
    Column("verdict_by", ACCOUNT),
    Column("replaced_at", Instant),
    # One file per item.
    Index(
        "uq_emas_document_current",
        "case_id",
        "document",
        unique=True,
        sqlite_where=text("replaced_at IS NULL"),
        postgresql_where=text("replaced_at IS NULL"),
    ),
)

# An officer's completed step; its fields are personal_fields of this revision. A refused command makes it void.
# `agency` and `decree_number` (of the mandate) are those of a recommendation.
emas_step = Table(
    "emas_step",
    metadata,
    Column("case_id", ForeignKey("emas_application.case_id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("element_id", ELEMENT, nullable=False),
    Column("agency", AGENCY),
    Column("decree_number", String(80)),
    Column("user_task_key", BigInteger, nullable=False),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False, unique=True),
    Column("application_revision", Integer, nullable=False),
    Column("officer", ACCOUNT, nullable=False),
    Column("result", RESULT),
    Column("saved_at", Instant, nullable=False),
    Index("ix_emas_step_user_task_key", "user_task_key"),
)

# A correction round: one request to the applicant.
emas_correction_round = Table(
    "emas_correction_round",
    metadata,
    Column("case_id", ForeignKey("emas_application.case_id"), primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("received_at", Instant),
)

# One thing to be mended. Its words are those of the step; `round` is NULL until the request is sent.
emas_correction_item = Table(
    "emas_correction_item",
    metadata,
    Column("case_id", ForeignKey("emas_application.case_id"), primary_key=True),
    Column("step_revision", Integer, primary_key=True, autoincrement=False),
    Column("subject", SUBJECT, primary_key=True),
    Column("round", Integer),
)

# A payment notice and what became of it. `sheet` holds tariff and factors; the amount is no secret of a person.
emas_fee = Table(
    "emas_fee",
    metadata,
    Column("case_id", ForeignKey("emas_application.case_id"), primary_key=True),
    Column("number", String(80), nullable=False, unique=True),
    Column("amount_idr", BigInteger, nullable=False),
    Column("basis", Text, nullable=False),
    Column("is_example", Boolean, nullable=False),
    Column("sheet", JSON, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("payment_reference", String(80), unique=True),
    Column("paid_at", Instant),
    Column("recorded_at", Instant),
    Column("recorded_by", ACCOUNT),
)

# The register of licences. A number that never came into force stays listed as void.
emas_number = Table(
    "emas_number",
    metadata,
    Column("number", String(80), primary_key=True),
    Column("case_id", ForeignKey("emas_application.case_id"), nullable=False, unique=True),
    Column("state", String(8), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("in_force_at", Instant),
    Column("void_at", Instant),
    CheckConstraint("state IN ('given', 'in_force', 'void')", name="state"),
)

# A paper that was made: drafts, the licence, a rejection. The file is sealed.
emas_paper = Table(
    "emas_paper",
    metadata,
    Column("case_id", ForeignKey("emas_application.case_id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content_index", LargeBinary, nullable=False),
    Column("sealed_digest", String(64), nullable=False),
    Column("byte_count", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
)

# Who may speak for an agency at the mall. Both days belong to the term; no last day means until further notice.
agency_mandate = Table(
    "agency_mandate",
    metadata,
    Column("region_code", String(5), primary_key=True),
    Column("agency", AGENCY, primary_key=True),
    Column("officer", ACCOUNT, primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date),
    Column("decree_number", String(80), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", ACCOUNT, nullable=False),
)

# The draw of the audit sample: the period whose key drew, and whether the case is in it.
audit_draw = Table(
    "audit_draw",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("period", String(7), nullable=False),
    Column("is_drawn", Boolean, nullable=False),
    Column("drawn_at", Instant, nullable=False),
)

# A period of the audit sample. `commitment` is the hash of its key, published at its beginning.
audit_period = Table(
    "audit_period",
    metadata,
    Column("period", String(7), primary_key=True),
    Column("commitment", String(64), nullable=False),
    Column("begun_at", Instant, nullable=False),
)
