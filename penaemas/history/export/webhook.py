"""Events as they happen, to another program: CloudEvents 1.0 by HTTP, at least once, in the order of each partition.

What is sent is what the timeline tells: tasks, elements, timers, messages, incidents; no variables, and officers under
pseudonyms. An event is confirmed by any 2xx; until then it is sent again and nothing behind it is. The cursor is stored
after what was confirmed, so after a kill at any line some events may come twice, and none is missing: `id` is
`partition-position`, the same every time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

import httpx
import msgspec
import structlog
from sqlalchemy import Connection, select, update

from penaemas.history import tables
from penaemas.history.export.case_log import Officers
from penaemas.history.projections import timeline
from penaemas.history.record import Place, RecordUnreadable, read_envelope, typed_record
from penaemas.history.record_store import records_behind
from penaemas.observability import metrics
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError

log = structlog.get_logger(__name__)

CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
TYPE_PREFIX: Final = "id.pena.history."

_RECORDS_AT_ONCE: Final = 200
_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 60.0
_LOOK_AGAIN_S: Final = 1.0
_ANSWER_WITHIN_S: Final = 10.0


class Webhook:
    """One receiver.

    Args:
        name: of its cursor; another name begins at the first record.
        source: of the events, e.g. the name of the installation.
        token: sent as `Authorization: Bearer …` if given.
        first_pause_s: after the first failure; doubled after each further one, up to a minute.
    """

    def __init__(
        self,
        database: Database,
        url: str,
        officers: Officers,
        *,
        source: str,
        name: str = "webhook",
        token: str | None = None,
        first_pause_s: float = _FIRST_PAUSE_S,
    ) -> None:
        self._database = database
        self._url = url
        self._officers = officers
        self._source = source
        self._name = name
        self._headers = {"Content-Type": CONTENT_TYPE} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._first_pause_s = first_pause_s

    async def run(self) -> None:
        """Deliver until cancelled. A database that does not answer is asked again."""
        async with httpx.AsyncClient(timeout=_ANSWER_WITHIN_S, headers=self._headers) as client:
            while True:
                delivered = 0
                with contextlib.suppress(StorageError):  # the probes tell of it
                    delivered = await self.deliver_some(client)
                if not delivered:
                    await asyncio.sleep(_LOOK_AGAIN_S)

    async def deliver_some(self, client: httpx.AsyncClient) -> int:
        """Go on from the cursor of every partition for some records; how many records were passed.

        Raises:
            StorageError: the cursor may stand before what was delivered.
        """
        passed = 0
        for partition in await self._database.run(self._partitions):
            records = await self._database.run(self._next_records, partition)
            for record_id, document in records:
                event = self._event(record_id, document)
                if event is not None:
                    await self._deliver(client, event)
            if records:
                await self._database.run(self._store_cursor, partition, records[-1][0])
            passed += len(records)
        return passed

    async def _deliver(self, client: httpx.AsyncClient, event: bytes) -> None:
        pause_s = self._first_pause_s
        while True:
            failure: str
            try:
                answer = await client.post(self._url, content=event)
                if answer.is_success:
                    metrics.HISTORY_WEBHOOK_DELIVERIES_TOTAL.labels("confirmed").inc()
                    return
                failure = HTTPStatus(answer.status_code).name if answer.status_code in _KNOWN else "other"
            except httpx.TransportError as error:
                failure = type(error).__name__
            metrics.HISTORY_WEBHOOK_DELIVERIES_TOTAL.labels("failed").inc()
            log.info("history_webhook_failed", reason=failure, next_try_s=pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _event(self, record_id: int, document: bytes) -> bytes | None:
        try:
            envelope = read_envelope(document)
            reaction = timeline.PROJECTION.reactions.get((envelope.value_type, envelope.intent))
            if reaction is None or envelope.record_type != "EVENT":
                return None
            row: Any = reaction(typed_record(envelope, provisional=False))
        except RecordUnreadable:
            return None  # it stands in the quarantine
        if row is None:
            return None
        partition, position = Place.of(record_id)
        is_task = row.event.startswith("task_")
        return msgspec.json.encode(
            {
                "specversion": "1.0",
                "id": f"{partition}-{position}",
                "source": self._source,
                "type": TYPE_PREFIX + row.event,
                "subject": str(row.process_instance_key),
                "time": datetime.fromtimestamp(row.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
                "datacontenttype": "application/json",
                "data": {
                    "process_instance_key": row.process_instance_key,
                    "element_id": row.element_id,
                    "element_type": row.element_type,
                    "task_key": row.subject_key if is_task else None,
                    "officer": self._officers.of(row.actor) if is_task else None,
                    "source_position": row.source_position,
                },
            }
        )

    def _partitions(self) -> Sequence[int]:
        with self._database.reading() as connection:
            return connection.execute(select(tables.partitions.c.partition)).scalars().all()

    def _next_records(self, partition: int) -> list[tuple[int, bytes]]:
        """What stands behind the cursor without a gap: an event that is missing may still come."""
        with self._database.reading() as connection:
            cursor = _cursor(connection, self._name, partition)
            gap = tables.gaps.c
            missing = connection.execute(
                select(gap.from_position)
                .where(gap.partition == partition, gap.closed_at_ms.is_(None))
                .order_by(gap.from_position)
                .limit(1)
            ).scalar()
            before = Place(partition + 1, 0) if missing is None else Place(partition, missing)
            after = Place(partition, 0).record_id if cursor is None else cursor
            return records_behind(connection, after, before.record_id, _RECORDS_AT_ONCE)

    def _store_cursor(self, partition: int, record_id: int) -> None:
        with self._database.transaction() as connection:
            cursor = tables.webhook_cursors
            mine = (cursor.c.webhook == self._name) & (cursor.c.partition == partition)
            changed = connection.execute(update(cursor).where(mine).values(record_id=record_id))
            if changed.rowcount == 0:
                connection.execute(cursor.insert().values(webhook=self._name, partition=partition, record_id=record_id))


_KNOWN: Final = frozenset(int(status) for status in HTTPStatus)


def _cursor(connection: Connection, name: str, partition: int) -> int | None:
    cursor = tables.webhook_cursors.c
    chosen = select(cursor.record_id).where(cursor.webhook == name, cursor.partition == partition)
    record_id: int | None = connection.execute(chosen).scalar()
    return record_id
