"""Segments checked by several processes; the stored records are read by each for itself."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from penaemas.history.verification.segments import Checked, Segment, check
from penaemas.history.verification.stored import StoredHistory
from penaemas.history.verification.verifying import Runner
from penaemas.storage.database import Database

_opened: list[StoredHistory] = []
"""In a worker process: what it reads from."""


@contextmanager
def processes(count: int, database_url: str, folder: Path) -> Iterator[Runner]:
    """A runner with so many worker processes."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=_open, initargs=(database_url, folder)) as pool:

        def run(segments: Iterable[Segment]) -> Iterator[Checked]:
            return pool.map(_check, segments)

        yield run


def _open(database_url: str, folder: Path) -> None:
    _opened.append(StoredHistory(Database.open(database_url, threads=1), folder))


def _check(segment: Segment) -> Checked:
    return check(_opened[0], segment)
