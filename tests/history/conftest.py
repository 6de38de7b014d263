"""Fixtures: an empty history, once for each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from penaemas.history.intake.acceptance import Feed
from penaemas.storage.database import Database
from tests.history.streams import OpenHistory, recorded


@pytest.fixture
def history(history_database: Database) -> OpenHistory:
    return OpenHistory(history_database)


@pytest.fixture
def sqlite_history(sqlite_database: Database) -> OpenHistory:
    return OpenHistory(sqlite_database)


@pytest.fixture(scope="session")
def breached_case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHistory]:
    """A recorded case of PBG MBR that broke its promise, on SQLite. For tests that only read."""
    folder = tmp_path_factory.mktemp("breached_case")
    with Database.open(f"sqlite:///{folder}/history.sqlite") as database:
        history = OpenHistory(database)
        history.takes(Feed.FULL, recorded("pbg_mbr_breached_full"))
        yield history
