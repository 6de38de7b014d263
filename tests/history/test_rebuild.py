"""Projections can be dropped and made again from the stored records."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, inspect, update

from penaemas.history import tables
from penaemas.history.intake.acceptance import Feed
from penaemas.history.rebuild import rebuild
from penaemas.storage.errors import StorageBusy
from tests.history.streams import OpenHistory, changed, recorded


def test_what_is_rebuilt_equals_what_was_live(history: OpenHistory) -> None:
    history.takes(Feed.EXPRESS, recorded("six_cases_express"))
    history.takes(Feed.FULL, recorded("six_cases_full")[:400])
    live = history.projected()
    assert any(row[-1] for row in live["tasks"]), "some task is provisional"

    assert rebuild(history.database) == 400

    assert history.projected() == live


def test_damaged_projections_are_repaired(history: OpenHistory) -> None:
    history.takes(Feed.FULL, recorded("six_cases_full"))
    live = history.projected()
    with history.database.transaction() as connection:
        connection.execute(delete(tables.timeline))
        connection.execute(update(tables.cases).values(state="active"))
        connection.execute(update(tables.tasks).values(assignee="nobody"))

    rebuild(history.database)

    assert history.projected() == live


def test_progress_is_reported_up_to_the_last_record(history: OpenHistory) -> None:
    history.takes(Feed.FULL, recorded("six_cases_full"))
    seen: list[tuple[int, int]] = []

    rebuild(history.database, lambda done, total: seen.append((done, total)))

    assert seen[-1] == (607, 607)


def test_a_record_that_cannot_be_read_does_not_stop_a_rebuild(history: OpenHistory) -> None:
    stream = recorded("six_cases_full")
    stream[50] = changed(stream[50], rb'"valueType"', b'"value_type"')
    history.takes(Feed.FULL, stream)
    live = history.projected()

    rebuild(history.database)

    assert history.projected() == live
    assert len(history.queries.quarantined()) == 1


def test_records_that_come_during_a_rebuild_are_in_it(history: OpenHistory) -> None:
    stream = recorded("six_cases_full")
    history.takes(Feed.FULL, stream[:300])

    def more_comes(done: int, total: int) -> None:
        if done == 300:
            history.takes(Feed.FULL, stream[300:500])
        elif done == total == 500:
            history.takes(Feed.FULL, stream[500:])

    rebuild(history.database, OnceEach(more_comes))

    rebuilt = history.projected()
    assert history.positions() == list(range(1, 608))
    rebuild(history.database)
    assert history.projected() == rebuilt


def test_a_gap_that_is_filled_during_a_rebuild_is_counted_once(history: OpenHistory) -> None:
    stream = recorded("six_cases_full")
    history.takes(Feed.FULL, [*stream[:200], *stream[300:]])

    rebuild(history.database, OnceEach(lambda done, total: history.takes(Feed.FULL, stream[200:300])))

    with_gap_filled = history.projected()
    rebuild(history.database)
    assert history.projected() == with_gap_filled


def test_a_rebuild_that_is_broken_off_changes_nothing_and_leaves_nothing(history: OpenHistory) -> None:
    history.takes(Feed.FULL, recorded("six_cases_full"))
    live = history.projected()

    def fails(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rebuild(history.database, fails)

    assert history.projected() == live
    with history.database.reading() as connection:
        assert not [name for name in inspect(connection).get_table_names() if name.startswith("rebuilt_")]


def test_two_rebuilds_at_once_are_one_too_many(history: OpenHistory) -> None:
    history.takes(Feed.FULL, recorded("six_cases_full")[:50])

    def second(done: int, total: int) -> None:
        with pytest.raises(StorageBusy):
            rebuild(history.database)

    rebuild(history.database, second)


class OnceEach:
    """Calls a function for each progress once, although what it does makes progress too."""

    def __init__(self, function: Callable[[int, int], object]) -> None:
        self._function = function
        self._told: set[int] = set()

    def __call__(self, done: int, total: int) -> None:
        if done not in self._told:
            self._told.add(done)
            self._function(done, total)
