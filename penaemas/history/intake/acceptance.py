"""What becomes of received documents: stored once, counted, projected; what contradicts is set aside and intake goes
on.

Everything of one call is one transaction, durable when the call returns. Only one thread calls, and no other process
writes these tables. The ledger seals afterwards what is stored here.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection

from penaemas.history import record_store
from penaemas.history.intake.bulk import Document
from penaemas.history.intake.quarantine import Outcome, Reason
from penaemas.history.intake.received import Received
from penaemas.history.projector import Changes, forget_provisional, project, reacts_to
from penaemas.history.record import NOBODY, Envelope, Place, RecordUnreadable, read_envelope, same_fact
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database


class Feed(StrEnum):
    """Which of the broker's exporters has sent; also its user name."""

    FULL = "full"
    EXPRESS = "express"


class Acceptance:
    """Takes batches into one database. Not for several threads at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._received: Received | None = None

    def probe(self) -> Outcome:
        """Where intake stands, read from the tables if it is not known.

        Raises:
            StorageError: the database does not answer.
        """
        with self._database.reading() as connection:
            received = self._received or Received.load(connection)
            connection.exec_driver_sql("SELECT 1")
        outcome = Outcome(Feed.FULL)
        outcome.see(received)
        return outcome

    def accept(self, feed: Feed, documents: Sequence[Document]) -> Outcome:
        """Store what is new, in one transaction.

        Raises:
            StorageError: nothing of it is stored, or it is not known whether it is; the sender must send it again.
        """
        received, self._received = self._received, None  # if the commit's answer is lost, read back what holds
        outcome = Outcome(feed)
        now_ms = round(self._clock.now().timestamp() * 1000)
        with self._database.transaction() as connection:
            if received is None:
                received = Received.load(connection)
            take = _full_documents if feed is Feed.FULL else _express_documents
            take(connection, received, documents, outcome)
            if outcome.quarantined:
                record_store.quarantine(connection, outcome.quarantined, feed, now_ms)
            if outcome.stored and feed is Feed.FULL:
                received.write(connection, now_ms)
        self._received = received
        outcome.see(received)
        return outcome


def _full_documents(
    connection: Connection, received: Received, documents: Sequence[Document], outcome: Outcome
) -> None:
    fresh: dict[int, bytes] = {}
    again: list[Document] = []
    for document in documents:
        place = Place.of(document.record_id)
        if document.record_id in fresh or received.covers(place):
            again.append(document)
        else:
            received.add(place)
            fresh[document.record_id] = document.body
    if fresh:
        _store(connection, received, fresh, outcome)
        _settle_provisional(connection, received, fresh, outcome)
    if again:
        stored = record_store.documents(connection, [document.record_id for document in again])
        for document in again:
            outcome.duplicates += 1
            # Bytes that went because their time was over can no longer be compared.
            if document.body != stored.get(document.record_id, document.body):
                outcome.set_aside(document, Reason.DIFFERENT_DUPLICATE)


def _store(connection: Connection, received: Received, fresh: dict[int, bytes], outcome: Outcome) -> None:
    changes = Changes()
    rows = []
    for record_id, body in fresh.items():
        case = NOBODY
        try:
            envelope = _envelope_at(record_id, body)
            case = project(envelope, changes)
        except RecordUnreadable as error:
            outcome.set_aside(Document(record_id, body), Reason.UNREADABLE, str(error))
        else:
            state = received.partitions[envelope.partition_id]
            if envelope.position == state.coverage.last:
                state.newest_at_ms = envelope.timestamp
        rows.append((record_id, case, body))
    record_store.insert(connection, rows)
    changes.write(connection)
    outcome.stored = len(rows)


def _settle_provisional(connection: Connection, received: Received, fresh: dict[int, bytes], outcome: Outcome) -> None:
    if not received.provisional:
        return
    brought = [record_id for record_id in fresh if record_id in received.provisional]
    express = record_store.take_provisional(connection, brought)
    received.provisional.difference_update(brought)
    wrong = [Document(record_id, body) for record_id, body in express.items() if not same_fact(body, fresh[record_id])]
    for document in wrong:
        outcome.set_aside(document, Reason.CONTRADICTED)
    skipped = received.skipped()
    for record_id, body in record_store.take_provisional(connection, skipped).items():
        wrong.append(Document(record_id, body))
        outcome.set_aside(wrong[-1], Reason.NOT_IN_FULL_FEED)
    received.provisional.difference_update(skipped)
    if wrong:
        forget_provisional(connection, [document.body for document in wrong])


def _express_documents(
    connection: Connection, received: Received, documents: Sequence[Document], outcome: Outcome
) -> None:
    changes = Changes()
    fresh: dict[int, bytes] = {}
    for document in documents:
        place = Place.of(document.record_id)
        if received.covers(place):
            confirmed = record_store.documents(connection, [document.record_id]).get(document.record_id)
            outcome.duplicates += 1
            if confirmed is not None and not same_fact(document.body, confirmed):
                outcome.set_aside(document, Reason.CONTRADICTED)
        elif document.record_id in fresh or document.record_id in received.provisional:
            earlier = fresh.get(document.record_id) or record_store.provisional(connection, document.record_id)
            outcome.duplicates += 1
            if document.body != earlier:
                outcome.set_aside(document, Reason.DIFFERENT_DUPLICATE)
        elif received.has_passed(place):
            outcome.set_aside(document, Reason.NOT_IN_FULL_FEED)
        elif _projected(document, changes, outcome):
            fresh[document.record_id] = document.body
    if fresh:
        record_store.insert_provisional(connection, list(fresh.items()))
        changes.write(connection)
        received.provisional.update(fresh)
        outcome.stored = len(fresh)


def _projected(document: Document, changes: Changes, outcome: Outcome) -> bool:
    """Only what changes a row is kept of the express feed: the full feed brings everything."""
    try:
        envelope = _envelope_at(document.record_id, document.body)
        if not reacts_to(envelope, provisional=True):
            return False
        project(envelope, changes, provisional=True)
    except RecordUnreadable as error:
        outcome.set_aside(document, Reason.UNREADABLE, str(error))
        return False
    return True


def _envelope_at(record_id: int, body: bytes) -> Envelope:
    envelope = read_envelope(body)
    if envelope.place.record_id != record_id:
        raise RecordUnreadable("the document stands at another position than its action line says")
    return envelope
