"""The portal's log: acts from the office's database, and moments that tie all logs to a time.

An act is `{"action", "actor", "case_id", "details", "done_at", "kind": "act", "number"}`. A moment says when it was
written, what the broker had told its exporters by then, and how far every other log had come. Both are one line of
JSON, UTF-8, keys sorted, no spaces.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Connection, func, insert, inspect, select, update

from penaemas.casefiles.acts import Act, Acts
from penaemas.history import tables
from penaemas.history.ledger import logs
from penaemas.history.ledger.sources import PORTAL
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

log = structlog.get_logger(__name__)

MOMENT_EVERY: Final = timedelta(seconds=60)
_ACTS_AT_ONCE: Final = 500
# On a server, acts become visible in the order of their commits, not of their numbers: look so far back each time.
_LATE_NUMBERS: Final = 200


class OfficeDiffers(Exception):
    """The office's database does not hold the acts that were taken from it: an older backup was restored."""


def line(content: Mapping[str, Any]) -> bytes:
    """The bytes of an entry of the portal's log."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class PortalLog:
    """Takes acts over and writes moments.

    Args:
        office: the office's database, read only.
    """

    def __init__(self, history: Database, office: Database, clock: Clock) -> None:
        self._history = history
        self._office = office
        self._clock = clock
        self._acts = Acts()
        self._last_moment: datetime | None = None
        self._last_sizes: dict[str, int] = {}

    def take_acts(self) -> int:
        """Add the acts that are new; how many.

        Raises:
            OfficeDiffers: see there; nothing is taken until an officer opens an epoch of the portal's log.
            StorageError: a database does not answer; nothing is lost.
        """
        taken = 0
        while True:
            with self._history.reading() as connection:
                last = connection.execute(select(func.max(tables.portal_records.c.act_number))).scalar() or 0
                known = self._known_after(connection, last - _LATE_NUMBERS - 1)
            acts = self._read(last - _LATE_NUMBERS - 1)
            if any(known[number] != acts.get(number) for number in known):
                raise OfficeDiffers("an act that was taken over is gone from the office's database, or is another one")
            fresh = [(number, document) for number, document in sorted(acts.items()) if number not in known]
            if not fresh:
                return taken
            with self._history.transaction() as connection:
                append(connection, [("act", number, document) for number, document in fresh])
            taken += len(fresh)

    def forget_vanished(self, connection: Connection) -> int:
        """Let numbers be taken again that the office's database has lost or given to other acts; how many."""
        column = tables.portal_records.c
        rows = connection.execute(select(column.act_number, column.document).where(column.act_number.is_not(None)))
        logged = {number: bytes(document) for number, document in rows}
        kept = self._read(0, limit=None)
        vanished = [number for number, document in logged.items() if kept.get(number) != document]
        for number in vanished:
            connection.execute(update(tables.portal_records).where(column.act_number == number).values(act_number=None))
        return len(vanished)

    def write_moment(self, exported: Mapping[int, int], *, at_once: bool = False) -> bool:
        """Tie the logs to the present, if any has grown and the last moment is a minute old.

        Args:
            exported: the last position that the broker's exporters have confirmed, by partition; empty if unknown.
            at_once: do not wait for the minute.

        Raises:
            StorageError: a database does not answer; nothing is lost.
        """
        now = self._clock.now().astimezone(UTC)
        if not at_once and self._last_moment is not None and now - self._last_moment < MOMENT_EVERY:
            return False
        with self._history.reading() as connection:
            newest = {entry.partition: entry for entry in logs.all_logs(connection) if entry.size}
            acts = connection.execute(select(func.max(tables.portal_records.c.act_number))).scalar() or 0
        sealed = {entry.origin: entry for entry in newest.values() if entry.partition != PORTAL}
        sizes = {origin: entry.size for origin, entry in sealed.items()} | {"acts": acts}
        if sizes == self._last_sizes or not any(sizes.values()):
            return False
        content = {
            "at": now.isoformat(),
            "exported": {str(partition): position for partition, position in sorted(exported.items())},
            "kind": "moment",
            "logs": {
                origin: {"root": b64encode(entry.root).decode(), "size": entry.size} for origin, entry in sealed.items()
            },
        }
        with self._history.transaction() as connection:
            append(connection, [("moment", None, line(content))])
        self._last_moment, self._last_sizes = now, sizes
        return True

    def _known_after(self, connection: Connection, number: int) -> dict[int, bytes]:
        column = tables.portal_records.c
        rows = connection.execute(select(column.act_number, column.document).where(column.act_number > number))
        return {known: bytes(document) for known, document in rows}

    def _read(self, after: int, limit: int | None = _ACTS_AT_ONCE + _LATE_NUMBERS) -> dict[int, bytes]:
        if self._office.file is not None and not self._office.file.exists():
            return {}  # the office has never been opened
        with self._office.reading() as connection:
            if not inspect(connection).has_table("act"):
                return {}
            acts: list[Act] = []
            while True:
                portion = self._acts.after(connection, acts[-1].number if acts else after, limit or _ACTS_AT_ONCE)
                acts += portion
                if limit is not None or not portion:
                    return {act.number: line_of(act) for act in acts}


def line_of(act: Act) -> bytes:
    """The bytes of an act."""
    return line(
        {
            "action": act.action,
            "actor": act.actor,
            "case_id": act.case_id,
            "details": dict(act.details),
            "done_at": act.done_at.astimezone(UTC).isoformat(),
            "kind": "act",
            "number": act.number,
        }
    )


def append(connection: Connection, rows: list[tuple[str, int | None, bytes]]) -> None:
    """Add entries to the portal's log: kind, number of the act if it is one, bytes."""
    last: int = connection.execute(select(func.max(tables.portal_records.c.position))).scalar() or 0
    values = [
        {"position": last + place, "kind": kind, "act_number": number, "document": document}
        for place, (kind, number, document) in enumerate(rows, start=1)
    ]
    connection.execute(insert(tables.portal_records), values)
