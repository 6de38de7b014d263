"""After a restore, or a loss that stays: a new epoch, which names what was before and what is gone."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from penaemas.history.ledger import logs, portal_log
from penaemas.history.ledger.hashing import EMPTY_ROOT
from penaemas.history.ledger.logs import Log, origin_of
from penaemas.history.ledger.portal_log import PortalLog
from penaemas.history.ledger.sealer import first_position
from penaemas.history.ledger.sealing import Ledger
from penaemas.history.ledger.signing import Checkpoint, NotACheckpoint
from penaemas.history.ledger.sources import PORTAL
from penaemas.history.ledger.tree import GrowingTree, TilesMissing
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database


class NothingToContinue(Exception):
    """The partition has no checkpoint yet, so there is nothing that an epoch could follow."""


@dataclass(frozen=True)
class _Before:
    """The epoch before: its newest known checkpoint, and how far our own files go."""

    checkpoint: Checkpoint
    note: str | None
    sealed_to: int
    known_to_others: int


def open_epoch(
    ledger: Ledger,
    database: Database,
    portal: PortalLog,
    clock: Clock,
    partition: int,
    *,
    reason: str,
    officer: str,
    later_note: str | None = None,
) -> Mapping[str, Any]:
    """Begin a new log for a partition, or for the portal (0), that says why the one before does not go on.

    Args:
        officer: account of who decided; no name.
        later_note: a checkpoint of the old log that others hold, if it is larger than ours.

    Returns:
        The statement, which is the new log's first entry.

    Raises:
        NothingToContinue: see there.
        NotACheckpoint: the later checkpoint is not one of this log.
        StorageError: nothing has changed.
    """
    with ledger.held(), database.transaction() as connection:
        current = {log.partition: log for log in logs.current_logs(connection, ledger.installation)}
        if partition not in current:
            raise NothingToContinue(f"partition {partition} is not known")
        old = current[partition]
        before = _before(ledger, old, later_note)
        origin = origin_of(ledger.installation, partition, old.epoch + 1)
        stored_to = old.source.reaches(connection, old.first_position or old.from_position)
        from_position = min(before.sealed_to, stored_to) + 1
        statement = {
            "at": clock.now().isoformat(),
            "from_position": from_position,
            "kind": "epoch",
            "lost": _lost(connection, old, from_position, before.known_to_others),
            "officer": officer,
            "origin": origin,
            "previous": {
                "checkpoint": before.note,
                "origin": old.origin,
                "root": b64encode(before.checkpoint.root).decode(),
                "size": before.checkpoint.size,
            },
            "reason": reason,
        }
        content = portal_log.line(statement)
        logs.add(connection, Log(origin, partition, old.epoch + 1, from_position, None, content, 0, EMPTY_ROOT))
        if partition == PORTAL:
            portal.forget_vanished(connection)
        else:
            portal_log.append(connection, [("epoch", None, content)])
    told: dict[str, Any] = json.loads(content)
    return told


def _before(ledger: Ledger, old: Log, later_note: str | None) -> _Before:
    note = ledger.files(old).checkpoint()
    known = Checkpoint(old.origin, old.size, old.root)
    try:
        ours = ledger.key.opened(note) if note is not None else known
        first = first_position(GrowingTree.load(ledger.files(old), ours.size)) or old.first_position
    except (NotACheckpoint, TilesMissing):
        ours, note, first = known, None, old.first_position  # the files are what is broken; the database remembers
    old = logs.with_first(old, first)
    newest, newest_note = ours, note
    if later_note is not None:
        later = ledger.key.opened(later_note)
        if later.origin != old.origin:
            raise NotACheckpoint(f"that checkpoint is of {later.origin}, not of {old.origin}")
        if later.size > ours.size:
            newest, newest_note = later, later_note
    if not newest.size:
        raise NothingToContinue(f"{old.origin} has no checkpoint")
    return _Before(newest, newest_note, old.sealed_to(ours.size), old.sealed_to(newest.size))


def _lost(connection: Connection, old: Log, from_position: int, known_to_others: int) -> dict[str, int] | None:
    following = old.source.read(connection, from_position - 1, 1)
    lost_to = max(known_to_others, following[0].position - 1 if following else 0)
    return {"from": from_position, "to": lost_to} if lost_to >= from_position else None
