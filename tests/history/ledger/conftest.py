"""Fixtures: an installation with a history and its ledger, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from penaemas.storage.database import Database
from tests.history.ledger.installations import Installation


@pytest.fixture
def installation(sqlite_database: Database, tmp_path: Path) -> Iterator[Installation]:
    with Installation.open(sqlite_database, tmp_path) as opened:
        yield opened


@pytest.fixture
def any_installation(any_database: Database, tmp_path: Path) -> Iterator[Installation]:
    with Installation.open(any_database, tmp_path) as opened:
        yield opened
