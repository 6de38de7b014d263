"""How far the ledger has sealed what was received, and what the portal's log is made of."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text, UniqueConstraint

from penaemas.history.tables.shapes import key, metadata

ledger_logs = Table(
    "ledger_logs",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("partition", Integer, nullable=False),  # 0: the portal's acts
    Column("epoch", Integer, nullable=False),
    Column("from_position", BigInteger, nullable=False),  # records from here on belong to this epoch
    Column("first_position", BigInteger),  # of the first record sealed; null before that
    Column("statement", LargeBinary),  # the first entry's bytes, of every epoch but the first
    Column("size", BigInteger, nullable=False),  # of the last checkpoint
    Column("root", LargeBinary, nullable=False),
    UniqueConstraint("partition", "epoch", name="ledger_logs_once"),
)

portal_records = Table(
    "portal_records",
    metadata,
    key("position"),
    Column("kind", Text, nullable=False),
    Column("act_number", BigInteger),  # of the office's row; null if it is no act
    Column("document", LargeBinary, nullable=False),
    UniqueConstraint("act_number", name="portal_records_once"),
)
