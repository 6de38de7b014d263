"""Other systems: what the office knows itself, bills and payments, outages that the workers see."""

import sqlalchemy as sa
from alembic import op

from penaemas.storage.types import Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _known()
    _payments()
    _outages()


def _known() -> None:
    op.create_table(
        "known_tax_object",
        sa.Column("number_index", sa.LargeBinary, nullable=False),
        sa.Column("holder_index", sa.LargeBinary, nullable=False),
        sa.Column("paid_through_year", sa.Integer),
        sa.Column("noted_at", Instant, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("number_index", name="pk_known_tax_object"),
    )
    op.create_table(
        "known_zone",
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("use", sa.String(40), nullable=False),
        sa.Column("answer", sa.String(12), nullable=False),
        sa.Column("outline", sa.JSON, nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("noted_at", Instant, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.CheckConstraint("answer IN ('allowed', 'conditional', 'not_allowed')", name="ck_known_zone_answer"),
        sa.PrimaryKeyConstraint("region_code", "zone", "use", name="pk_known_zone"),
    )
    op.create_table(
        "known_simbg_number",
        sa.Column("registration_index", sa.LargeBinary, nullable=False),
        sa.Column("permit_index", sa.LargeBinary),
        sa.Column("noted_at", Instant, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("registration_index", name="pk_known_simbg_number"),
    )
    op.create_table(
        "known_business",
        sa.Column("nib_index", sa.LargeBinary, nullable=False),
        sa.Column("standing", sa.String(8), nullable=False),
        sa.Column("noted_at", Instant, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.CheckConstraint("standing IN ('active', 'inactive')", name="ck_known_business_standing"),
        sa.PrimaryKeyConstraint("nib_index", name="pk_known_business"),
    )


def _payments() -> None:
    op.create_table(
        "opened_bill",
        sa.Column("idempotency_key", sa.String(120), nullable=False),
        sa.Column("content_digest", sa.LargeBinary, nullable=False),
        sa.Column("bill_number", sa.String(80), nullable=False),
        sa.Column("payment_code", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("idempotency_key", name="pk_opened_bill"),
        sa.UniqueConstraint("bill_number", name="uq_opened_bill_bill_number"),
    )
    op.create_table(
        "treasury_payment",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("treasury_reference", sa.String(80), nullable=False),
        sa.Column("bill_number", sa.String(80), nullable=False),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.Column("paid_at", Instant, nullable=False),
        sa.Column("noted_at", Instant, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_treasury_payment"),
        sa.UniqueConstraint("treasury_reference", name="uq_treasury_payment_treasury_reference"),
    )
    op.create_table(
        "payment_code",
        sa.Column("notice_number", sa.String(80), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("notice_number", name="pk_payment_code"),
    )
    op.create_table(
        "told_payment",
        sa.Column("treasury_reference", sa.String(80), nullable=False),
        sa.Column("bill_number", sa.String(80), nullable=False),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.Column("paid_at", Instant, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.CheckConstraint("outcome IN ('taken', 'set_aside')", name="ck_told_payment_outcome"),
        sa.PrimaryKeyConstraint("treasury_reference", name="pk_told_payment"),
    )
    op.create_table(
        "payment_cursor",
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("served_by", sa.String(5), nullable=False),
        sa.Column("cursor", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("region_code", "served_by", name="pk_payment_cursor"),
    )


def _outages() -> None:
    op.create_table(
        "watched_system",
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("open_reference", sa.String(80)),
        sa.PrimaryKeyConstraint("region_code", "system", name="pk_watched_system"),
    )
    op.create_table(
        "watched_outage",
        sa.Column("region_code", sa.String(5), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("pauses_clock", sa.Boolean, nullable=False),
        sa.CheckConstraint("kind = 'begin'", name="ck_watched_outage_kind"),
        sa.PrimaryKeyConstraint("region_code", "reference", name="pk_watched_outage"),
        sa.ForeignKeyConstraint(
            ["region_code", "reference", "kind"],
            ["outage.region_code", "outage.reference", "outage.kind"],
            name="fk_watched_outage_region_code",
        ),
    )
