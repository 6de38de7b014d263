"""The envelope, and what makes two copies the same."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penaemas.history.record import Place, RecordUnreadable, process_instance_key, read_envelope, same_fact

ENVELOPE = {
    "partitionId": 1,
    "position": 7,
    "timestamp": 1,
    "key": 2,
    "valueType": "JOB",
    "recordType": "EVENT",
    "intent": "CREATED",
    "value": {"processInstanceKey": 42},
    "sourceRecordPosition": 6,
}


def document(**changes: object) -> bytes:
    return msgspec.json.encode({**ENVELOPE, **changes})


@given(st.integers(1, 4095), st.integers(1, (1 << 51) - 1))
def test_a_place_and_its_number_belong_together(partition: int, position: int) -> None:
    place = Place(partition, position)

    assert Place.of(place.record_id) == place
    assert 0 < place.record_id < 1 << 63


def test_numbers_of_places_sort_as_the_log_does() -> None:
    assert Place(1, 5).record_id < Place(1, 6).record_id < Place(2, 1).record_id


def test_a_record_of_a_case_names_it() -> None:
    assert process_instance_key(read_envelope(document())) == 42


@pytest.mark.parametrize("value", [{}, {"processInstanceKey": -1}])
def test_a_record_of_no_case_names_none(value: dict[str, int]) -> None:
    assert process_instance_key(read_envelope(document(value=value))) == 0


@pytest.mark.parametrize("body", [b"", b"nonsense", b"{}", b"[]", b"\xff", document(position="seven")])
def test_what_is_not_a_record_is_unreadable(body: bytes) -> None:
    with pytest.raises(RecordUnreadable):
        read_envelope(body)


def test_the_reason_for_unreadable_names_no_value() -> None:
    with pytest.raises(RecordUnreadable) as refused:
        read_envelope(document(position="a very private word"))

    assert "private" not in str(refused.value)


def test_copies_that_differ_in_their_numbering_only_say_the_same() -> None:
    assert same_fact(document(sequence=1), document(sequence=2))
    assert same_fact(document(sequence=1), document())


def test_copies_that_differ_in_anything_else_do_not() -> None:
    assert not same_fact(document(), document(timestamp=2))
    assert not same_fact(document(), b"nonsense")
