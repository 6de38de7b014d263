"""What the local implementations share: keyed digests, and putting rows in the place of what a table said before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, TableClause, and_, bindparam, delete, func, insert, select

from penaemas.storage.database import Database

Blind = Callable[[str, str], bytes]
"""Keyed digest of a value of a kind; only the office can compute it."""


def replace_rows(
    connection: Connection, known: TableClause, key: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write the rows; an earlier row of the same key goes. No two of the rows may have the same key."""
    if not rows:
        return
    here = and_(*(known.c[name] == bindparam(f"key_{name}", type_=known.c[name].type) for name in key))
    connection.execute(delete(known).where(here), [{f"key_{name}": row[name] for name in key} for row in rows])
    connection.execute(insert(known), [dict(row) for row in rows])


def count_rows(database: Database, known: TableClause) -> int:
    """How many rows the table has."""
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(known)).scalar_one()


def same_name(name: str) -> str:
    """A name as it is compared: repeated blanks do not matter, and capitals do not in a keyed digest."""
    return " ".join(name.split())
