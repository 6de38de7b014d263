"""Fixtures: an empty history, once for each kind of database."""

from __future__ import annotations

import pytest

from penaemas.storage.database import Database
from tests.history.streams import OpenHistory


@pytest.fixture
def history(history_database: Database) -> OpenHistory:
    return OpenHistory(history_database)


@pytest.fixture
def sqlite_history(sqlite_database: Database) -> OpenHistory:
    return OpenHistory(sqlite_database)
