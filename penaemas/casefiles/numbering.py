"""Numbers of a register: 1, 2, 3 … without a gap.

The counter's row is raised, and so locked until the end, in the transaction that writes the register: a number whose
transaction fails was never given.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from penaemas.casefiles.tables import counter
from penaemas.licensing.instants import wib_date


def next_number(connection: Connection, name: str) -> int:
    """The next value of the counter, from 1."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    raised = (
        dialect.insert(counter)
        .values(name=name, value=1)
        .on_conflict_do_update(index_elements=["name"], set_={"value": counter.c.value + 1})
        .returning(counter.c.value)
    )
    value: int = connection.execute(raised).scalar_one()
    return value


def next_request_number(connection: Connection, prefix: str, region_code: str, at: datetime) -> str:
    """The next number of a region's register of this WIB year, e.g. `PIP-3211-2026-0001`."""
    begin = f"{prefix}-{region_code.replace('.', '')}-{wib_date(at).year}"
    return f"{begin}-{next_number(connection, begin):04d}"
