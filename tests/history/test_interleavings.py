"""However the feeds are cut, repeated and mixed, the tables come out the same."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from penaemas.history.intake.acceptance import Feed
from penaemas.history.intake.bulk import Document
from penaemas.history.rebuild import rebuild
from penaemas.storage.database import Database
from tests.history.streams import OpenHistory, recorded

FULL_STREAM = recorded("six_cases_full")
EXPRESS_STREAM = recorded("six_cases_express")

Batch = tuple[Feed, list[Document]]


@st.composite
def batches(draw: st.DrawFn, feed: Feed, stream: list[Document]) -> list[Batch]:
    """A stream as an exporter sends it: in order, in batches of any size, any of them again, also from further back."""
    cuts = sorted(draw(st.sets(st.integers(1, len(stream) - 1), max_size=12)))
    sent: list[Batch] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        from_further_back = draw(st.integers(0, 60))
        sent.append((feed, stream[max(0, start - from_further_back) : end]))
        sent += [sent[-1]] * draw(st.integers(0, 1))
    return sent


@st.composite
def both_feeds(draw: st.DrawFn) -> list[Batch]:
    """The batches of both feeds, each feed in its own order."""
    full, express = draw(batches(Feed.FULL, FULL_STREAM)), draw(batches(Feed.EXPRESS, EXPRESS_STREAM))
    mixed: list[Batch] = []
    while full or express:
        takes_full = bool(full) and (not express or draw(st.booleans()))
        mixed.append(full.pop(0) if takes_full else express.pop(0))
    return mixed


def in_a_new_history(sent: list[Batch]) -> tuple[OpenHistory, Database]:
    folder = Path(tempfile.mkdtemp(prefix="pena-history-"))
    database = Database.open(f"sqlite:///{folder}/history.sqlite")
    history = OpenHistory(database)
    for feed, documents in sent:
        assert history.takes(feed, documents).quarantined == []
    return history, database


_STRAIGHT, _ = in_a_new_history([(Feed.FULL, FULL_STREAM)])
EXPECTED = _STRAIGHT.projected()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(both_feeds())
def test_any_mixture_of_the_two_feeds_gives_the_same_tables(sent: list[Batch]) -> None:
    history, database = in_a_new_history(sent)
    with database:
        assert history.projected() == EXPECTED
        assert history.positions() == list(range(1, len(FULL_STREAM) + 1))
        with database.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM provisional_records").scalar() == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(both_feeds(), st.integers(0, 20))
def test_at_any_moment_a_rebuild_changes_nothing(sent: list[Batch], moment: int) -> None:
    history, database = in_a_new_history(sent[: moment + 1])
    with database:
        live = history.projected()
        rebuild(database)
        assert history.projected() == live


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(range(0, len(FULL_STREAM), 50)))
def test_portions_in_any_order_fill_each_others_gaps(starts: list[int]) -> None:
    history, database = in_a_new_history([(Feed.FULL, FULL_STREAM[start : start + 50]) for start in starts])
    with database:
        assert history.projected() == EXPECTED
        assert history.queries.gaps() == ()
