"""Old records in a shorter form: each deflated by itself, against a dictionary of records of the same office.

Records resemble each other much more than themselves, so the dictionary does nearly all the work; and each record can
still be read alone. The bytes that come out are those that came in, so digests and proofs hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from penaemas.history import stored_form, tables
from penaemas.history.record import Place, RecordUnreadable, read_envelope
from penaemas.storage.database import Database

_RECORDS_AT_ONCE: Final = 1_000
_SAMPLE_RECORDS: Final = 5_000
_RECORDS_PER_DICTIONARY: Final = 50_000
"""A run with so many records makes a new dictionary: processes change over the years."""


def deflate_old(
    database: Database, now: datetime, after: timedelta, on_progress: Callable[[int], None] = lambda done: None
) -> int:
    """Deflate records that are older, in short transactions; intake goes on.

    Args:
        after: by the engine's timestamp. A partition is deflated from its beginning up to its first younger record.

    Returns:
        How many records were deflated.

    Raises:
        StorageError: what was done so far stays done.
    """
    oldest_kept_ms = round((now - after).timestamp() * 1000)
    done = 0
    with database.reading() as connection:
        partitions = list(connection.execute(select(tables.partitions.c.partition)).scalars())
    for partition in partitions:
        while True:
            with database.transaction() as connection:
                number = _deflate_some(connection, partition, oldest_kept_ms)
            if number is None:
                break
            done += number
            on_progress(done)
    return done


def _deflate_some(connection: Connection, partition: int, oldest_kept_ms: int) -> int | None:
    """None: nothing is left that is old enough."""
    record = tables.records.c
    begun = tables.deflated_up_to.c
    up_to = connection.execute(select(begun.record_id).where(begun.partition == partition)).scalar()
    after = up_to if up_to is not None else Place(partition, 0).record_id
    chosen = (
        select(record.record_id, record.document)
        .where(record.record_id > after, record.record_id < Place(partition + 1, 0).record_id)
        .order_by(record.record_id)
        .limit(_RECORDS_AT_ONCE)
    )
    old: list[tuple[int, bytes]] = []
    last = None
    for record_id, document in connection.execute(chosen):
        if document is not None and not stored_form.is_deflated(bytes(document)):
            if _at_ms(bytes(document)) >= oldest_kept_ms:
                break
            old.append((record_id, bytes(document)))
        last = record_id
    if last is None:
        return None
    if old:
        number, dictionary = _dictionary(connection, after, partition)
        shorter = update(tables.records).where(record.record_id == bindparam("id")).values(document=bindparam("form"))
        connection.execute(
            shorter, [{"id": one, "form": stored_form.deflated(document, number, dictionary)} for one, document in old]
        )
    _note(connection, partition, last, is_new=up_to is None)
    return len(old)


def _at_ms(document: bytes) -> int:
    try:
        return read_envelope(document).timestamp
    except RecordUnreadable:
        return 0  # it stands in the quarantine; its age is that of its neighbours


def _note(connection: Connection, partition: int, record_id: int, *, is_new: bool) -> None:
    if is_new:
        connection.execute(tables.deflated_up_to.insert().values(partition=partition, record_id=record_id))
    else:
        begun = tables.deflated_up_to.c
        changed = update(tables.deflated_up_to).where(begun.partition == partition)
        connection.execute(changed.values(record_id=record_id))


def _dictionary(connection: Connection, after: int, partition: int) -> tuple[int, bytes]:
    """The newest one, or a new one of the records that are about to be deflated."""
    known = tables.record_dictionaries.c
    newest = connection.execute(
        select(known.dictionary_id, known.dictionary).order_by(known.dictionary_id.desc()).limit(1)
    ).first()
    position = Place.of(after).position
    if newest is not None and position // _RECORDS_PER_DICTIONARY < newest.dictionary_id:
        return newest.dictionary_id, bytes(newest.dictionary)
    number = 1 if newest is None else newest.dictionary_id + 1
    dictionary = make_dictionary(_sample(connection, after, partition))
    connection.execute(tables.record_dictionaries.insert().values(dictionary_id=number, dictionary=dictionary))
    return number, dictionary


def _sample(connection: Connection, after: int, partition: int) -> list[bytes]:
    record = tables.records.c
    chosen = select(record.document).where(
        record.record_id > after, record.record_id < Place(partition + 1, 0).record_id, record.process_instance_key > 0
    )
    documents = connection.execute(chosen.order_by(record.record_id).limit(_SAMPLE_RECORDS)).scalars()
    return [bytes(document) for document in documents if document is not None and document[:1] == b"{"]


def make_dictionary(sample: list[bytes]) -> bytes:
    """One record of each kind, the most frequent kinds last, where deflate finds them by the shortest way."""
    numbers: Counter[tuple[str, str, str]] = Counter()
    examples: dict[tuple[str, str, str], bytes] = {}
    for document in sample:
        try:
            envelope = read_envelope(document)
        except RecordUnreadable:
            continue
        kind = (envelope.value_type, envelope.record_type, envelope.intent)
        numbers[kind] += 1
        examples[kind] = min(document, examples.get(kind, document), key=len)
    chosen: list[bytes] = []
    length = 0
    for kind, _ in numbers.most_common():
        if length + len(examples[kind]) <= stored_form.DICTIONARY_BYTES:
            chosen.append(examples[kind])
            length += len(examples[kind])
    return b"".join(reversed(chosen))
