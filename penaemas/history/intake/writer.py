"""The one thread that writes: batches come from the event loop, are cut into short transactions, and are answered
when all are durable.

Transactions are short so that an express record, which an officer waits for, never stands behind a whole batch of the
full feed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from penaemas.history.intake.acceptance import Acceptance, Feed
from penaemas.history.intake.bulk import Document, read_documents
from penaemas.history.intake.quarantine import Outcome

Answer = TypeVar("Answer")

# About 5 ms of work on SQLite: what an express record may have to wait for.
TRANSACTION_RECORDS: Final = 250
SMALL_BODY_BYTES: Final = 64 * 1024


class Writer:
    """Hands batches to the `Acceptance`, one transaction after the other.

    Args:
        on_outcome: called on the event loop after each transaction.
    """

    def __init__(self, acceptance: Acceptance, on_outcome: Callable[[Outcome], None]) -> None:
        self._acceptance = acceptance
        self._on_outcome = on_outcome
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history-writer")

    async def write(self, feed: Feed, body: bytes) -> list[Document]:
        """Store a batch; on return all of it is durable.

        Raises:
            BulkRefused: not a batch; nothing of it is stored.
            StorageError: not all of it is stored; the sender must send it again.
        """
        # What an officer waits for is small and takes one way into the thread, not two.
        is_small = len(body) < SMALL_BODY_BYTES
        documents = read_documents(body) if is_small else await self._in_thread(read_documents, body)
        for start in range(0, len(documents), TRANSACTION_RECORDS):
            portion = documents[start : start + TRANSACTION_RECORDS]
            self._on_outcome(await self._in_thread(self._acceptance.accept, feed, portion))
        return documents

    async def probe(self) -> Outcome:
        """Where intake stands. Raises StorageError when the database does not answer."""
        return await self._in_thread(self._acceptance.probe)

    def close(self) -> None:
        """Wait for the transaction in hand."""
        self._thread.shutdown(wait=True)

    async def _in_thread(self, function: Callable[..., Answer], *args: object) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *args)
