"""The register of signed papers, on the metadata of `tables`. A migration makes it; a test holds the two together.

Nothing personal: the paper itself is a sealed file of its case. The register outlives the case's personal data.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from penaemas.casefiles.tables import ACCOUNT, metadata
from penaemas.storage.types import Instant

# One signed paper. `void`: the engine refused the step that it was signed in. `data_digest` is what the QR code
# carries, `file_digest` that of the signed PDF; `checkpoint` the ledger's newest when it was signed, as published.
permit = Table(
    "permit",
    metadata,
    Column("permit_id", String(36), primary_key=True),
    Column("case_id", ForeignKey("case_file.case_id"), nullable=False),
    Column("process_id", String(80), nullable=False),
    Column("region_code", String(5), nullable=False),
    Column("number", String(80), nullable=False),
    Column("title", String(120), nullable=False),
    Column("paper_version", Integer, nullable=False),
    Column("data_digest", String(64), nullable=False),
    Column("file_digest", String(64), nullable=False, unique=True),
    Column("qr_fragment", Text, nullable=False),
    Column("checkpoint", Text),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False, unique=True),
    Column("signed_at", Instant, nullable=False),
    Column("signed_by", ACCOUNT, nullable=False),
    # As printed: the post, with "Plh." or "Plt." of a stand-in.
    Column("signed_as", String(200), nullable=False),
    Column("decree_number", String(80)),
    Column("certificate_serial", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("in_force_at", Instant),
    Column("ended_at", Instant),
    # Code of the reason; the officers' own words are personal fields of the case that decided it.
    Column("ended_because", String(40)),
    Column("replaced_by", String(80)),
    CheckConstraint("state IN ('signed', 'in_force', 'superseded', 'revoked', 'void')", name="state"),
    Index("ix_permit_case_id", "case_id"),
    Index("ix_permit_signed_at", "signed_at"),
    Index(
        "uq_permit_number",
        "number",
        unique=True,
        sqlite_where=text("state <> 'void'"),
        postgresql_where=text("state <> 'void'"),
    ),
)
