"""What was received from the broker: the truth, never changed.

`record_id` is partition and position in one number (`record.Place`). Here and in the projections instants are
milliseconds since 1970 by the engine's clock, except where a comment says ours.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text, UniqueConstraint

from penaemas.history.tables.shapes import Key, key, metadata

records = Table(
    "records",
    metadata,
    key("record_id"),
    Column("process_instance_key", BigInteger, nullable=False),  # 0: of no case
    Column("document", LargeBinary),  # as received, or deflated (`stored_form`); null when its time was over
)

provisional_records = Table(
    "provisional_records",
    metadata,
    key("record_id"),
    Column("document", LargeBinary, nullable=False),  # by the express feed; gone when the full feed confirms it
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", Key, primary_key=True, autoincrement=True),
    Column("record_id", BigInteger, nullable=False),
    Column("feed", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),  # our clock
    Column("digest", LargeBinary, nullable=False),  # SHA-256, so that what is sent again is kept once
    Column("document", LargeBinary, nullable=False),
    UniqueConstraint("record_id", "feed", "reason", "digest", name="quarantine_once"),
)

partitions = Table(
    "partitions",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("first_position", BigInteger, nullable=False),
    Column("last_position", BigInteger, nullable=False),
    Column("newest_at_ms", BigInteger, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("from_position", BigInteger, primary_key=True, autoincrement=False),
    Column("to_position", BigInteger, primary_key=True, autoincrement=False),
    Column("opened_at_ms", BigInteger, nullable=False),  # our clock
    Column("closed_at_ms", BigInteger),  # our clock
)
