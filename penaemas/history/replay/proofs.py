"""How far the proof of records has come: a port, and what the ledger's own rows say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from penaemas.history.ledger.logs import Log, all_logs
from penaemas.history.record import Place
from penaemas.history.replay.facts import ProofMark


class ProofMarks(Protocol):
    """Reads what is known of proofs."""

    def of(self, connection: Connection, record_ids: Sequence[int]) -> dict[int, ProofMark]:
        """The mark of each record; one that is missing in the answer is stored and no more."""
        ...


class LedgerMarks:
    """A record is in a checkpoint when the signed tree of its partition and epoch reaches it.

    This repeats what the ledger says of itself; `./pena history verify` checks it.
    """

    def of(self, connection: Connection, record_ids: Sequence[int]) -> dict[int, ProofMark]:
        """Only records that a checkpoint covers."""
        logs: dict[int, list[Log]] = {}
        for log in all_logs(connection):
            logs.setdefault(log.partition, []).append(log)
        marks = {}
        for record_id in record_ids:
            place = Place.of(record_id)
            epoch = _log_of(logs.get(place.partition, []), place.position)
            if epoch is not None and _covers(epoch, place.position):
                marks[record_id] = ProofMark("in_checkpoint", epoch.size)
        return marks


def _log_of(epochs: Sequence[Log], position: int) -> Log | None:
    return next((log for log in reversed(epochs) if log.from_position <= position), None)


def _covers(log: Log, position: int) -> bool:
    return log.first_position is not None and log.first_position <= position <= log.sealed_to(log.size)
