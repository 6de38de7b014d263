"""Projections can be dropped and made again from the stored records."""

from __future__ import annotations

from sqlalchemy import delete, update

from penaemas.history import tables
from penaemas.history.intake.acceptance import Feed
from penaemas.history.rebuild import rebuild
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
