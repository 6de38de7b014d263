"""Empty databases to measure on: SQLite, and a PostgreSQL server if one is named."""

from __future__ import annotations

import argparse
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url


def kinds(options: argparse.Namespace) -> list[str]:
    """What to measure on."""
    return ["sqlite", "postgresql"] if options.postgresql else ["sqlite"]


@contextmanager
def empty(kind: str, options: argparse.Namespace) -> Iterator[tuple[Path, str]]:
    """A data folder and the URL of an empty history database; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pena-bench-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield folder, f"sqlite:///{folder}/history.sqlite"
            return
        database = f"pena_bench_{uuid.uuid4().hex}"
        with psycopg.connect(options.postgresql, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
            try:
                url = make_url(options.postgresql).set(database=database)
                yield folder, url.render_as_string(hide_password=False)
            finally:
                connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
