"""The tables around other systems, on the metadata of `tables`. Migration 0008 makes them.

What the office knows itself stands as keyed digests wherever it is about a person. The connectors' local
implementations work on these tables; outages and payments are the case files' own.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from penaemas.casefiles.clock_tables import REFERENCE, REGION
from penaemas.casefiles.tables import metadata
from penaemas.storage.types import Instant

SYSTEM = String(40)
SOURCE = String(80)

known_tax_object = Table(
    "known_tax_object",
    metadata,
    Column("number_index", LargeBinary, primary_key=True),
    Column("holder_index", LargeBinary, nullable=False),
    Column("paid_through_year", Integer),
    Column("noted_at", Instant, nullable=False),
    Column("source", SOURCE, nullable=False),
)

known_zone = Table(
    "known_zone",
    metadata,
    Column("region_code", REGION, primary_key=True),
    Column("zone", String(40), primary_key=True),
    Column("use", String(40), primary_key=True),
    Column("answer", String(12), nullable=False),
    Column("outline", JSON, nullable=False),
    Column("basis", String(200), nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("source", SOURCE, nullable=False),
    CheckConstraint("answer IN ('allowed', 'conditional', 'not_allowed')", name="answer"),
)

known_simbg_number = Table(
    "known_simbg_number",
    metadata,
    Column("registration_index", LargeBinary, primary_key=True),
    Column("permit_index", LargeBinary),
    Column("noted_at", Instant, nullable=False),
    Column("source", SOURCE, nullable=False),
)

known_business = Table(
    "known_business",
    metadata,
    Column("nib_index", LargeBinary, primary_key=True),
    Column("standing", String(8), nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("source", SOURCE, nullable=False),
    CheckConstraint("standing IN ('active', 'inactive')", name="standing"),
)

# Bills that the local treasury has opened, once for each idempotency key.
opened_bill = Table(
    "opened_bill",
    metadata,
    Column("idempotency_key", String(120), primary_key=True),
    Column("content_digest", LargeBinary, nullable=False),
    Column("bill_number", String(80), nullable=False, unique=True),
    Column("payment_code", String(80), nullable=False),
)

# Payments as a file of the treasury told them, in the order in which they were taken in.
treasury_payment = Table(
    "treasury_payment",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("treasury_reference", String(80), nullable=False, unique=True),
    Column("bill_number", String(80), nullable=False),
    Column("amount_idr", BigInteger, nullable=False),
    Column("paid_at", Instant, nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("source", SOURCE, nullable=False),
)

# Under which code a payment notice can be paid; the row is there once the treasury has said so.
payment_code = Table(
    "payment_code",
    metadata,
    Column("notice_number", String(80), primary_key=True),
    Column("code", String(80), nullable=False),
    Column("opened_at", Instant, nullable=False),
)

# What became of each payment that was told, by the treasury's own reference.
told_payment = Table(
    "told_payment",
    metadata,
    Column("treasury_reference", String(80), primary_key=True),
    Column("bill_number", String(80), nullable=False),
    Column("amount_idr", BigInteger, nullable=False),
    Column("paid_at", Instant, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("told_at", Instant, nullable=False),
    CheckConstraint("outcome IN ('taken', 'set_aside')", name="outcome"),
)

# How far a treasury has been read; `*` in the place of a region for one that regions share.
payment_cursor = Table(
    "payment_cursor",
    metadata,
    Column("region_code", REGION, primary_key=True),
    Column("served_by", String(5), primary_key=True),
    Column("cursor", String(200), nullable=False),
)

# Whether a system of a region is out of order just now, as the workers have seen it.
watched_system = Table(
    "watched_system",
    metadata,
    Column("region_code", REGION, primary_key=True),
    Column("system", SYSTEM, primary_key=True),
    Column("open_reference", REFERENCE),
)

# An outage that the workers recorded, and whether the region's rule lets it hold the clocks. Never changed.
watched_outage = Table(
    "watched_outage",
    metadata,
    Column("region_code", REGION, primary_key=True),
    Column("reference", REFERENCE, primary_key=True),
    Column("kind", String(6), nullable=False),
    Column("system", SYSTEM, nullable=False),
    Column("cause", String(20), nullable=False),
    Column("pauses_clock", Boolean, nullable=False),
    ForeignKeyConstraint(
        ("region_code", "reference", "kind"), ("outage.region_code", "outage.reference", "outage.kind")
    ),
    CheckConstraint("kind = 'begin'", name="kind"),
)
