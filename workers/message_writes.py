"""Many small writes as few transactions: whoever asks waits until its write is durable.

What is asked for while a transaction runs goes together into the next one, so that a durable note before each message
costs a share of a commit and not a whole one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection

from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError

Change = Callable[[Connection], None]
_MOST_TOGETHER: Final = 200


class GroupedWrites:
    """Used as an async context; at its end everything that was asked for is written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: asyncio.Queue[tuple[Change, asyncio.Future[None]] | None] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._writer = asyncio.create_task(self._write_all())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._asked.put(None)
        if self._writer is not None:
            await self._writer

    async def write(self, change: Change) -> None:
        """Make the change, durably.

        Raises:
            StorageError: the database did not take it; it may be asked for again.
        """
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._asked.put((change, written))
        await written

    async def _write_all(self) -> None:
        ended = False
        while not ended:
            together = [await self._asked.get()]
            while len(together) < _MOST_TOGETHER and not self._asked.empty():
                together.append(self._asked.get_nowait())
            ended = None in together
            asked = [one for one in together if one is not None]
            if asked:
                await self._write(asked)

    async def _write(self, asked: list[tuple[Change, asyncio.Future[None]]]) -> None:
        failure: StorageError | None = None
        try:
            await self._database.run(self._transaction, [change for change, _ in asked])
        except StorageError as error:
            failure = error
        for _, written in asked:
            with contextlib.suppress(asyncio.InvalidStateError):  # whoever asked may have been cancelled
                written.set_exception(failure) if failure else written.set_result(None)

    def _transaction(self, changes: list[Change]) -> None:
        with self._database.transaction() as connection:
            for change in changes:
                change(connection)
