"""A turn that transactions take one after another, where what they look at is not a row that could be locked."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text


def take_turn(connection: Connection, subject: str) -> None:
    """Wait until no other transaction has the turn for this subject; ours ends with our transaction.

    Whoever asks first whether something exists and then writes it takes the turn before asking: what the one before
    wrote is then seen.

    Raises:
        StorageBusy: the other transaction lasted too long (raised by `Database.transaction`).
    """
    # SQLite's writers take turns anyway: each holds the whole database from its beginning.
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"pena turn {subject}".encode()).digest()
        number = int.from_bytes(digest[:8], signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
