"""Fixtures: an installation with a history and its ledger, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from penaemas.storage.database import Database
from tests.databases import MigratedTables
from tests.history.ledger.installations import Installation


@pytest.fixture
def installation(sqlite_database: Database, office_tables: MigratedTables, tmp_path: Path) -> Iterator[Installation]:
    with Installation.open(sqlite_database, office_tables.in_sqlite(tmp_path / "office.sqlite"), tmp_path) as opened:
        yield opened


@pytest.fixture
def any_installation(
    history_database: Database, office_tables: MigratedTables, tmp_path: Path
) -> Iterator[Installation]:
    with Installation.open(history_database, office_tables.in_sqlite(tmp_path / "office.sqlite"), tmp_path) as opened:
        yield opened
