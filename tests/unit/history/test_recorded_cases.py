"""Copies of recorded cases are sound histories of their own."""

from __future__ import annotations

from itertools import islice

from penaemas.history.intake.acceptance import Feed
from penaemas.history.intake.bulk import Document
from penaemas.history.record import Place, read_envelope
from penaemas.storage.database import Database
from tests.history.exporter_double import many_cases
from tests.history.streams import OpenHistory


def test_copies_have_positions_without_a_gap_and_causes_before_effects() -> None:
    for number, record in enumerate(islice(many_cases().records(), 3_000), start=1):
        envelope = read_envelope(record.body)
        assert envelope.place == Place.of(record.record_id) == Place(1, number)
        assert envelope.source_record_position < number


def test_every_copy_is_a_case_of_its_own(sqlite_database: Database) -> None:
    history = OpenHistory(sqlite_database)
    cases = many_cases()
    records = list(islice(cases.records(), 5_000))

    outcome = history.takes(Feed.FULL, [Document(record.record_id, record.body) for record in records])

    assert not outcome.quarantined
    found = history.queries.cases()
    assert cases.cases_started - 20 <= len(found) <= cases.cases_started
    assert {case.state for case in found} == {"active", "completed", "terminated"}
    assert len({case.case_id for case in found}) == len(found)
