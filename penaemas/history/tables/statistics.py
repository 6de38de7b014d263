"""Step statistics by day: the projection, and what is kept of cases whose records are gone."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from penaemas.history.tables.shapes import metadata


def _statistics(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("bpmn_process_id", Text, primary_key=True),
        Column("element_id", Text, primary_key=True),
        Column("day", Text, primary_key=True),  # YYYY-MM-DD, WIB
        Column("completed", BigInteger, nullable=False),
        Column("late", BigInteger, nullable=False),
        Column("total_ms", BigInteger, nullable=False),
        Column("longest_ms", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


step_statistics = _statistics("step_statistics")

# Of cases whose records are gone; a rebuild begins with them. No projection.
kept_step_statistics = _statistics("kept_step_statistics")
