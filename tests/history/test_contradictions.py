"""Two feeds, repeated batches, jumps: what is stored, what is set aside, and what officers see meanwhile."""

from __future__ import annotations

import pytest

from penaemas.history.intake.acceptance import Feed
from penaemas.history.intake.bulk import Document
from penaemas.history.record import Place
from tests.history.streams import OpenHistory, changed, intent_of, recorded

FULL_STREAM = recorded("six_cases_full")
EXPRESS_STREAM = recorded("six_cases_express")


def express(intent: str, number: int = 0) -> Document:
    """A record of the express feed, and where it stands in the full one."""
    return [document for document in EXPRESS_STREAM if intent_of(document) == ("USER_TASK", intent)][number]


def full_until(document: Document) -> list[Document]:
    """What the full feed brings before and up to a record."""
    return [other for other in FULL_STREAM if other.record_id <= document.record_id]


def without(document: Document) -> list[Document]:
    return [other for other in FULL_STREAM if other.record_id != document.record_id]


def test_an_express_task_is_seen_at_once_and_confirmed_later(history: OpenHistory) -> None:
    created = express("CREATED")

    history.takes(Feed.EXPRESS, [created])
    (task,) = history.queries.open_tasks()
    assert task.provisional

    history.takes(Feed.FULL, full_until(created))
    (task,) = history.queries.open_tasks()
    assert not task.provisional
    assert task.case_id == "HS-A"


def test_an_older_full_record_does_not_undo_a_newer_express_record(history: OpenHistory) -> None:
    history.takes(Feed.EXPRESS, [express("CREATED"), express("ASSIGNED")])
    history.takes(Feed.FULL, full_until(express("CREATED")))

    (task,) = history.queries.open_tasks()
    assert (task.assignee, task.provisional) == ("petugas-a", True)


def test_what_the_full_feed_has_brought_an_express_copy_does_not_touch(history: OpenHistory) -> None:
    history.takes(Feed.FULL, FULL_STREAM)
    before = history.projected()

    outcome = history.takes(Feed.EXPRESS, EXPRESS_STREAM)

    assert (outcome.stored, outcome.duplicates, outcome.quarantined) == (0, len(EXPRESS_STREAM), [])
    assert history.projected() == before


def test_the_two_feeds_number_differently_and_that_is_no_contradiction(history: OpenHistory) -> None:
    assert any(copy.body != dict(FULL_STREAM)[copy.record_id] for copy in EXPRESS_STREAM)

    history.takes(Feed.EXPRESS, EXPRESS_STREAM)
    assert history.takes(Feed.FULL, FULL_STREAM).quarantined == []


def test_where_the_feeds_contradict_the_full_feed_wins(history: OpenHistory) -> None:
    assigned = express("ASSIGNED")
    history.takes(Feed.EXPRESS, [changed(assigned, b"petugas-a", b"somebody-else")])

    outcome = history.takes(Feed.FULL, full_until(assigned))

    assert [(found.reason, found.document.record_id) for found in outcome.quarantined] == [
        ("contradicted", assigned.record_id)
    ]
    (task,) = history.queries.open_tasks()
    assert (task.assignee, task.provisional) == ("petugas-a", False)
    assert b"somebody-else" in history.queries.quarantined()[0].document


def test_a_contradiction_that_comes_second_is_set_aside_too(history: OpenHistory) -> None:
    history.takes(Feed.FULL, FULL_STREAM)

    outcome = history.takes(Feed.EXPRESS, [changed(express("ASSIGNED"), b"petugas-a", b"somebody-else")])

    assert [found.reason for found in outcome.quarantined] == ["contradicted"]


def test_a_task_that_only_the_express_feed_knew_disappears(history: OpenHistory) -> None:
    invented = changed(express("CREATED"), rb'"userTaskKey":\d+', b'"userTaskKey":4242')
    history.takes(Feed.EXPRESS, [invented])
    assert history.queries.task(4242)

    history.takes(Feed.FULL, FULL_STREAM)

    assert history.queries.task(4242) is None
    assert [found.reason for found in history.queries.quarantined()] == ["contradicted"]


def test_an_express_record_that_the_full_feed_passes_over_is_undone(history: OpenHistory) -> None:
    assigned = express("ASSIGNED")
    history.takes(Feed.EXPRESS, [assigned])
    at_created = full_until(express("CREATED"))
    later = [document for document in FULL_STREAM if document.record_id > assigned.record_id][:1]

    outcome = history.takes(Feed.FULL, [*at_created, *later])

    assert [found.reason for found in outcome.quarantined] == ["not_in_full_feed"]
    (task,) = history.queries.open_tasks()
    assert (task.assignee, task.provisional) == (None, False)


def test_an_express_record_in_a_gap_of_the_full_feed_is_set_aside(history: OpenHistory) -> None:
    history.takes(Feed.FULL, without(express("ASSIGNED")))

    outcome = history.takes(Feed.EXPRESS, [express("ASSIGNED")])

    assert [found.reason for found in outcome.quarantined] == ["not_in_full_feed"]


def test_a_batch_sent_twice_is_stored_once(history: OpenHistory) -> None:
    history.takes(Feed.FULL, FULL_STREAM)
    before = history.projected()

    outcome = history.takes(Feed.FULL, FULL_STREAM)

    assert (outcome.stored, outcome.duplicates, outcome.quarantined) == (0, len(FULL_STREAM), [])
    assert history.projected() == before


@pytest.mark.parametrize("together", [True, False])
def test_a_duplicate_with_other_bytes_is_set_aside_and_the_first_stays(history: OpenHistory, together: bool) -> None:
    original = FULL_STREAM[9]
    forged = changed(original, rb'"timestamp":\d+', b'"timestamp":1')

    batches = [[*FULL_STREAM[:10], forged]] if together else [FULL_STREAM[:10], [forged]]
    outcomes = [history.takes(Feed.FULL, batch) for batch in batches]

    assert [found.reason for found in outcomes[-1].quarantined] == ["different_duplicate"]
    assert history.queries.document(*Place.of(original.record_id)) == original.body
    assert history.queries.quarantined()[0].document == forged.body
    assert history.takes(Feed.FULL, FULL_STREAM[10:20]).stored == 10


def test_the_same_contradiction_sent_again_is_kept_once(history: OpenHistory) -> None:
    forged = changed(FULL_STREAM[0], rb'"timestamp":\d+', b'"timestamp":1')
    history.takes(Feed.FULL, FULL_STREAM[:1])

    for _ in range(3):
        history.takes(Feed.FULL, [forged])

    assert len(history.queries.quarantined()) == 1


@pytest.mark.parametrize(
    "document",
    [
        b"not json",
        b"{}",
        b'{"partitionId":1,"position":"two"}',
        b"[]",
        b"\xff\xfe",
        FULL_STREAM[4].body,  # a sound record, but of another position
    ],
)
def test_an_unreadable_document_is_set_aside_and_its_position_accounted_for(
    history: OpenHistory, document: bytes
) -> None:
    unreadable = Document(FULL_STREAM[1].record_id, document)

    outcome = history.takes(Feed.FULL, [FULL_STREAM[0], unreadable, FULL_STREAM[2]])

    assert [found.reason for found in outcome.quarantined] == ["unreadable"]
    assert history.positions() == [1, 2, 3]
    assert history.queries.gaps() == ()


def test_a_record_without_a_field_we_need_is_set_aside_and_kept(history: OpenHistory) -> None:
    created = next(found for found in FULL_STREAM if intent_of(found) == ("USER_TASK", "CREATED"))
    crippled = changed(created, b'"candidateGroupsList"', b'"somethingElse"')

    outcome = history.takes(Feed.FULL, [crippled])

    assert [found.reason for found in outcome.quarantined] == ["unreadable"]
    assert history.queries.document(*Place.of(created.record_id)) == crippled.body


def test_a_jump_opens_a_gap_and_the_missing_records_close_it(history: OpenHistory) -> None:
    history.takes(Feed.FULL, [*FULL_STREAM[:10], *FULL_STREAM[20:30]])
    (gap,) = history.queries.gaps()
    assert (gap.partition, gap.first_position, gap.last_position, gap.missing) == (1, 11, 20, 10)

    history.takes(Feed.FULL, FULL_STREAM[12:15])
    (gap,) = history.queries.gaps()
    assert (gap.first_position, gap.last_position, gap.missing) == (11, 20, 7)

    history.takes(Feed.FULL, FULL_STREAM[10:20])
    assert history.queries.gaps() == ()
    assert [closed.closed_at is not None for closed in history.queries.gaps(open_only=False)] == [True]


def test_a_gap_is_still_known_after_a_restart(history: OpenHistory) -> None:
    history.takes(Feed.FULL, [*FULL_STREAM[:10], *FULL_STREAM[20:30]])
    history.takes(Feed.FULL, FULL_STREAM[12:15])

    restarted = OpenHistory(history.database)
    outcome = restarted.takes(Feed.FULL, FULL_STREAM[10:14])

    assert (outcome.stored, outcome.duplicates) == (2, 2)
    assert outcome.partitions[1].missing == 5


def test_partitions_are_counted_apart(history: OpenHistory) -> None:
    of_partition_2 = [
        Document(
            Place(2, Place.of(record_id).position).record_id, body.replace(b'{"partitionId":1', b'{"partitionId":2')
        )
        for record_id, body in FULL_STREAM[:5]
    ]

    history.takes(Feed.FULL, [*FULL_STREAM[:10], *of_partition_2])

    assert (history.queries.position(1), history.queries.position(2)) == (10, 5)
    assert history.queries.gaps() == ()


@pytest.mark.parametrize("number", [b"99999999999999999999999", b"9223372036854775808"])
def test_a_number_that_no_database_holds_is_set_aside(history: OpenHistory, number: bytes) -> None:
    created = express("CREATED")
    impossible = changed(created, rb'"creationTimestamp":\d+', b'"creationTimestamp":' + number)

    outcome = history.takes(Feed.FULL, [impossible])

    assert [found.reason for found in outcome.quarantined] == ["unreadable"]
    assert outcome.stored == 1


def test_a_text_with_a_nul_character_is_shown_with_another_sign(history: OpenHistory) -> None:
    assigned = changed(express("ASSIGNED"), b"petugas-a", rb"petugas\\u0000a")
    assert rb"petugas\u0000a" in assigned.body

    history.takes(Feed.FULL, [assigned])

    (task,) = history.queries.open_tasks()
    assert task.assignee == "petugas\ufffda"
    assert history.stored()[assigned.record_id] == assigned.body
