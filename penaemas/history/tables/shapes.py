"""What the tables of the history have in common."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, TextClause

# In SQLite only INTEGER makes a primary key the row's own number, which appends without a second tree.
Key = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()


def key(name: str) -> Column[int]:
    """A primary key of one number that is not made by the database."""
    return Column(name, Key, primary_key=True, autoincrement=False)


def of_case(name: str) -> tuple[Column[int], Column[int]]:
    """The primary key of rows that stand together by case."""
    return Column("process_instance_key", Key, primary_key=True, autoincrement=False), key(name)


def part(name: str, *columns: str, where: TextClause) -> Index:
    """An index of some of the rows."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)
