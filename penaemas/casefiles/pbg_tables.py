"""The tables of PBG MBR cases, on the metadata of `tables`. Migration 0002 makes them; a test holds the two together.

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
    UniqueConstraint,
    text,
)

from penaemas.casefiles.tables import ACCOUNT, metadata
from penaemas.storage.types import Instant

SUB_DISTRICT = String(6)
DIGEST = String(64)
RESULT = String(40)
DOCUMENT_KIND = String(40)
ELEMENT = String(60)

# One PBG MBR application. `revision` is the number of its latest content.
pbg_application = Table(
    "pbg_application",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("revision", Integer, nullable=False),
    # The WIB day of receipt, the true one for a late entry: decides which tables of the law hold.
    Column("application_date", Date, nullable=False),
    # A late entry: when it was typed in, and who answers for it. Its reason is a personal_field.
    Column("entered_late_at", Instant),
    Column("late_entry_supervisor", ACCOUNT),
    # The codes on the receipt, hashed: status only; and the one that opens drafts, corrections, withdrawal, permit.
    Column("tracking_digest", LargeBinary, nullable=False, unique=True),
    Column("secret_digest", LargeBinary, nullable=False),
    Column("opened_at", Instant),
    Column("signed_at", Instant),
    Column("withdrawn_at", Instant),
    Column("outcome", String(20)),
)

# One content of an application: as submitted, then as corrected. `changed` lists the fields and documents it touches.
pbg_revision = Table(
    "pbg_revision",
    metadata,
    Column("case_id", ForeignKey("pbg_application.case_id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("round", Integer, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", ACCOUNT, nullable=False),
    Column("changed", JSON, nullable=False),
    Column("sub_district", SUB_DISTRICT, nullable=False),
    Column("house_kind", String(20), nullable=False),
    Column("building_form", String(20), nullable=False),
    Column("floor_area_m2", String(12), nullable=False),
    Column("storeys", Integer, nullable=False),
    Column("prototype_code", String(8), nullable=False),
    Column("land_area_m2", String(12), nullable=False),
    Column("applicant_is_owner", Boolean, nullable=False),
    Column("land_holder_is_owner", Boolean, nullable=False),
)

# Who a case is about: its applicant and its owner, who may be the same person.
pbg_party = Table(
    "pbg_party",
    metadata,
    Column("case_id", ForeignKey("pbg_application.case_id"), primary_key=True),
    Column("role", String(12), primary_key=True),
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Index("ix_pbg_party_person_id", "person_id"),
)

# A file that somebody handed in. `sealed_digest` names the encrypted file; `content_index` is a keyed digest of the
# content. `replaced_at` is set when a correction brought another.
pbg_document = Table(
    "pbg_document",
    metadata,
    Column("document_id", String(36), primary_key=True),
    Column("case_id", ForeignKey("pbg_application.case_id"), nullable=False),
    Column("document", DOCUMENT_KIND, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Column("sealed_digest", DIGEST, nullable=False),
    Column("content_index", LargeBinary, nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("byte_count", Integer, nullable=False),
    Column("width_px", Integer),
    Column("height_px", Integer),
    Column("added_at", Instant, nullable=False),
    Column("added_by", ACCOUNT, nullable=False),
    Column("verdict", String(20)),
    Column("verdict_at", Instant),
    Column("verdict_by", ACCOUNT),
    Column("replaced_at", Instant),
    # One file per item.
    Index(
        "uq_pbg_document_current",
        "case_id",
        "document",
        unique=True,
        sqlite_where=text("replaced_at IS NULL"),
        postgresql_where=text("replaced_at IS NULL"),
    ),
)

# An officer's completed step; its fields are personal_fields of this revision. A refused command makes it void.
pbg_step = Table(
    "pbg_step",
    metadata,
    Column("case_id", ForeignKey("pbg_application.case_id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("element_id", ELEMENT, nullable=False),
    Column("user_task_key", BigInteger, nullable=False),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False, unique=True),
    Column("application_revision", Integer, nullable=False),
    Column("officer", ACCOUNT, nullable=False),
    Column("result", RESULT),
    Column("saved_at", Instant, nullable=False),
    Index("ix_pbg_step_user_task_key", "user_task_key"),
)

# What an automatic check found on one revision. `basis` names the rule or the source, never a value.
pbg_check = Table(
    "pbg_check",
    metadata,
    Column("case_id", ForeignKey("pbg_application.case_id"), primary_key=True),
    Column("subject", String(30), primary_key=True),
    Column("application_revision", Integer, primary_key=True, autoincrement=False),
    Column("answer", RESULT, nullable=False),
    Column("basis", Text, nullable=False),
    Column("checked_at", Instant, nullable=False),
)

# Something that an officer should look at; decides nothing. `rule` is a code of licensing.
pbg_warning = Table(
    "pbg_warning",
    metadata,
    Column("case_id", ForeignKey("pbg_application.case_id"), primary_key=True),
    Column("rule", String(60), primary_key=True),
    Column("application_revision", Integer, primary_key=True, autoincrement=False),
    Column("field", String(60), nullable=False),
    Column("raised_at", Instant, nullable=False),
)

# A correction round: one request to the applicant.
pbg_correction_round = Table(
    "pbg_correction_round",
    metadata,
    Column("case_id", ForeignKey("pbg_application.case_id"), primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("received_at", Instant),
)

# One thing to be mended, named once in a round. Its request is a personal_field; `round` is NULL until it is sent.
pbg_correction_item = Table(
    "pbg_correction_item",
    metadata,
    Column("item_id", String(36), primary_key=True),
    Column("case_id", ForeignKey("pbg_application.case_id"), nullable=False),
    Column("step_revision", Integer, nullable=False),
    Column("subject", String(40), nullable=False),
    Column("element_id", ELEMENT, nullable=False),
    Column("officer", ACCOUNT, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("round", Integer),
    Column("is_new_in_later_round", Boolean, nullable=False),
    Column("answered_at", Instant),
    UniqueConstraint("case_id", "step_revision", "subject"),
)

# Numbers that were given. A void one stays listed.
pbg_number = Table(
    "pbg_number",
    metadata,
    Column("number", String(80), primary_key=True),
    Column("case_id", ForeignKey("pbg_application.case_id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source", String(8), nullable=False),
    Column("sub_district", SUB_DISTRICT, nullable=False),
    Column("state", String(8), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("in_force_at", Instant),
    Column("void_at", Instant),
    CheckConstraint("state IN ('given', 'in_force', 'void')", name="state"),
    CheckConstraint("kind IN ('registration', 'permit', 'assessment')", name="kind"),
    Index(
        "uq_pbg_number_current",
        "case_id",
        "kind",
        unique=True,
        sqlite_where=text("state <> 'void'"),
        postgresql_where=text("state <> 'void'"),
    ),
)

# What an officer copied from SIMBG. The latest of a kind counts.
pbg_simbg_entry = Table(
    "pbg_simbg_entry",
    metadata,
    Column("case_id", ForeignKey("pbg_application.case_id"), primary_key=True),
    Column("step_revision", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("number", String(80), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", ACCOUNT, nullable=False),
)

# A computation of the retribution, with every figure of its sheet. A new one is made only when it differs.
pbg_retribution = Table(
    "pbg_retribution",
    metadata,
    Column("case_id", ForeignKey("pbg_application.case_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("application_revision", Integer, nullable=False),
    Column("charged_idr", BigInteger, nullable=False),
    Column("waived_idr", BigInteger, nullable=False),
    Column("exemption_basis", Text, nullable=False),
    Column("tariff_basis", Text, nullable=False),
    Column("tariff_is_example", Boolean, nullable=False),
    Column("sheet", JSON, nullable=False),
    Column("calculated_at", Instant, nullable=False),
)

# A paper that was made: drafts, the permit, a rejection, the package of a handed-over case. The file is sealed.
pbg_paper = Table(
    "pbg_paper",
    metadata,
    Column("case_id", ForeignKey("pbg_application.case_id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content_index", LargeBinary, nullable=False),
    Column("sealed_digest", DIGEST, nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("byte_count", Integer, nullable=False),
    Column("is_concept", Boolean, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("published_at", Instant),
)

# What the office itself knows of residents and plots, as keyed digests: look-ups without a list to steal.
known_resident = Table(
    "known_resident",
    metadata,
    Column("nik_index", LargeBinary, primary_key=True),
    Column("name_index", LargeBinary, nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("source", String(80), nullable=False),
)

known_plot = Table(
    "known_plot",
    metadata,
    Column("plot_index", LargeBinary, primary_key=True),
    Column("holder_index", LargeBinary, nullable=False),
    Column("area_m2", String(12), nullable=False),
    Column("tax_number_index", LargeBinary),
    Column("noted_at", Instant, nullable=False),
    Column("source", String(80), nullable=False),
)
