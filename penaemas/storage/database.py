"""One way to use SQLite and PostgreSQL: transactions that write, snapshots that read, a bounded pool of threads."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import URL, Connection, Engine, make_url

from penaemas.storage.engines import postgresql_engine, sqlite_engine
from penaemas.storage.errors import StorageUnavailable, translated

Answer = TypeVar("Answer")

DEFAULT_THREADS = 8


class Database:
    """An open database. Threads share it; nothing is connected before the first transaction.

    Attributes:
        name: the address without a password, for messages.
        file: where it is, if it is SQLite.
    """

    def __init__(self, url: URL, writer: Engine, reader: Engine, threads: int) -> None:
        self.name = url.render_as_string(hide_password=True)
        self.is_sqlite = writer.dialect.name == "sqlite"
        self._writer = writer
        self._reader = reader
        self.file = Path(url.database) if self.is_sqlite and url.database else None
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="storage")

    @classmethod
    def open(cls, url: str, *, threads: int = DEFAULT_THREADS) -> Self:
        """Prepare to use a database.

        Args:
            url: `sqlite:////absolute/path.sqlite` or `postgresql://user:password@host/name`.
            threads: how many calls of `run`, and how many connections of each kind, at once.

        Raises:
            ValueError: neither SQLite in a file nor PostgreSQL.
        """
        address = make_url(url)
        backend = address.get_backend_name()
        if backend == "sqlite" and address.database not in (None, "", ":memory:"):
            make = sqlite_engine
        elif backend == "postgresql":
            make = postgresql_engine
        else:
            raise ValueError("the database must be sqlite:////path/file or postgresql://…")
        return cls(
            address,
            make(address, writer=True, connections=threads),
            make(address, writer=False, connections=threads),
            threads,
        )

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write: all of the block or nothing of it. Committed durably when the block ends without an error.

        Not to be nested: on SQLite a second one in the same thread waits for the first until StorageBusy.

        Raises:
            StorageError: see `penaemas.storage.errors`.
        """
        with translated(self.name):
            self._require_folder()
            with self._writer.begin() as connection:
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent state; writing is refused by the database itself.

        Raises:
            StorageError: see `penaemas.storage.errors`.
        """
        with translated(self.name):
            self._require_folder()
            with self._reader.begin() as connection:
                yield connection

    def lasting_connection(self) -> Connection:
        """A connection without a transaction that the caller keeps for long and closes; for locks of a whole session.

        Raises:
            StorageError: see `penaemas.storage.errors`.
        """
        with translated(self.name):
            return self._writer.connect().execution_options(isolation_level="AUTOCOMMIT")

    async def run(self, function: Callable[..., Answer], *args: object, **kwargs: object) -> Answer:
        """Call a blocking function in one of the bounded threads and await its answer.

        Cancelled, it waits for the function to end first: nothing goes on working behind its caller's back.
        """
        call = partial(contextvars.copy_context().run, function, *args, **kwargs)
        work = asyncio.get_running_loop().run_in_executor(self._threads, call)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait([work])
            work.exception()  # fetched, so that asyncio does not report it as forgotten
            raise

    def close(self) -> None:
        """Wait for the calls in hand, then give every connection back."""
        self._threads.shutdown(wait=True)
        self._writer.dispose()
        self._reader.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _require_folder(self) -> None:
        # SQLite says "unable to open database file" for a missing folder and for much else; this one we can name.
        if self.file is not None and not self.file.parent.is_dir():
            raise StorageUnavailable(f"{self.name}: the folder {self.file.parent} does not exist")
