"""What the history notes of its own work: compressing, forgetting, delivering, and what is due every day."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text

from penaemas.history.tables.shapes import key, metadata

record_dictionaries = Table(
    "record_dictionaries",
    metadata,
    Column("dictionary_id", Integer, primary_key=True, autoincrement=False),
    Column("dictionary", LargeBinary, nullable=False),
)

deflated_up_to = Table(
    "deflated_up_to",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, nullable=False),
)

forgotten_cases = Table(
    "forgotten_cases",
    metadata,
    key("process_instance_key"),
    Column("bpmn_process_id", Text, nullable=False),
    Column("ended_at_ms", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),  # of the case and of what it called; their entries stay
    Column("forgotten_at_ms", BigInteger, nullable=False),  # our clock
    Column("basis", Text, nullable=False),
)

webhook_cursors = Table(
    "webhook_cursors",
    metadata,
    Column("webhook", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, nullable=False),  # everything up to it was confirmed
)

daily_duties = Table(
    "daily_duties",
    metadata,
    Column("duty", Text, primary_key=True),
    Column("done_for_ms", BigInteger, nullable=False),  # when what was last done had fallen due; our clock, as all here
    Column("done_at_ms", BigInteger),
    Column("tried_at_ms", BigInteger),  # of the last try in vain since then
    Column("failures", Integer, nullable=False),
    Column("failure", Text),
)
