"""Fixtures: fresh databases of both kinds, and a PostgreSQL server of our own that lives as long as the test run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psycopg
import pytest

import penaemas.casefiles
import penaemas.history
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from tests.in_memory import IN_MEMORY
from tests.waiting import wait_until

CASEFILES = Path(penaemas.casefiles.__file__).parent
HISTORY = Path(penaemas.history.__file__).parent


def _postgresql_program(name: str) -> str:
    """The newest installed server program; Debian keeps them outside the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    assert found, f"PostgreSQL's {name} is not installed"
    return found


class PostgresqlServer:
    """A throw-away server on a socket in its own folder. Not durable: made for tests, also for being killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        # The server refuses to run as root, so root lends it another user.
        self._as_user = (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        )

    @classmethod
    def create(cls) -> Self:
        # Not pytest's tmp_path: its parents are closed to other users, and a socket's path is limited to 107 bytes.
        folder = Path(tempfile.mkdtemp(prefix="pena-postgresql-", dir=IN_MEMORY))
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        server = cls(folder)
        server._run(
            "initdb", "--username=pena", "--auth=trust", "--encoding=UTF8", "--no-sync", f"--pgdata={folder}/data"
        )
        server.start()
        return server

    def start(self) -> None:
        options = ["-k", str(self._folder), "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"]
        self._process = subprocess.Popen(
            [*self._as_user, _postgresql_program("postgres"), "-D", f"{self._folder}/data", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
        )
        wait_until(self._answers, "PostgreSQL answers")

    def stop(self) -> None:
        """Stop at once, as the administrator's fast shutdown does."""
        assert self._process
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=60)
        self._process = None

    def destroy(self) -> None:
        if self._process:
            self.stop()
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        return f"postgresql://pena@/{database}?host={self._folder}"

    def new_database(self, template: str = "template1") -> str:
        """Make a database, a copy of the template; its URL."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def name_of(self, url: str) -> str:
        """The database that a URL of this server names."""
        return urlsplit(url).path.removeprefix("/")

    def drop(self, url: str) -> None:
        """Remove a database, with whatever is still connected to it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{self.name_of(url)}" WITH (FORCE)')

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, _postgresql_program(program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self._folder)


class MigratedTables:
    """The tables of one package, made once in a run and copied for each test, which takes a tenth of migrating anew."""

    def __init__(self, package: Path, folder: Path) -> None:
        self._package = package
        self._folder = folder
        self._sqlite: Path | None = None
        self._postgresql: str | None = None

    def in_sqlite(self, path: Path) -> str:
        """Copy them into a file that is not there yet; its URL."""
        if self._sqlite is None:
            made = self._folder / "migrated.sqlite"
            self._migrate(f"sqlite:///{made}")
            self._sqlite = made
        shutil.copyfile(self._sqlite, path)
        return f"sqlite:///{path}"

    def in_postgresql(self, server: PostgresqlServer) -> str:
        """Copy them into a database of the server; its URL."""
        if self._postgresql is None:
            url = server.new_database()
            self._migrate(url)
            self._postgresql = server.name_of(url)
        return server.new_database(self._postgresql)

    def _migrate(self, url: str) -> None:
        with Database.open(url) as database:
            upgrade(database, self._package)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer.create()
    yield server
    server.destroy()


@pytest.fixture(scope="session")
def office_tables(tmp_path_factory: pytest.TempPathFactory) -> MigratedTables:
    return MigratedTables(CASEFILES, tmp_path_factory.mktemp("office_tables"))


@pytest.fixture(scope="session")
def history_tables(tmp_path_factory: pytest.TempPathFactory) -> MigratedTables:
    return MigratedTables(HISTORY, tmp_path_factory.mktemp("history_tables"))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/empty.sqlite"


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """An empty SQLite database."""
    with Database.open(sqlite_url) as database:
        yield database


@pytest.fixture
def postgresql_database(postgresql_server: PostgresqlServer) -> Iterator[Database]:
    """An empty PostgreSQL database."""
    url = postgresql_server.new_database()
    with Database.open(url) as database:
        yield database
    postgresql_server.drop(url)


BOTH_KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(params=BOTH_KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where an empty database is; once for each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    url = server.new_database()
    yield url
    server.drop(url)


@pytest.fixture
def any_database(database_url: str) -> Iterator[Database]:
    """An empty database; the test runs once for each kind."""
    with Database.open(database_url) as database:
        yield database


@pytest.fixture(params=BOTH_KINDS)
def office_url(request: pytest.FixtureRequest, office_tables: MigratedTables, tmp_path: Path) -> Iterator[str]:
    """Where a database with the tables of the office is; once for each kind."""
    yield from _copy_of(office_tables, request, tmp_path / "office.sqlite")


@pytest.fixture
def office_database(office_url: str) -> Iterator[Database]:
    """A database with the tables of the office; the test runs once for each kind."""
    with Database.open(office_url) as database:
        yield database


@pytest.fixture(params=BOTH_KINDS)
def history_url(request: pytest.FixtureRequest, history_tables: MigratedTables, tmp_path: Path) -> Iterator[str]:
    """Where a database with the tables of the history is; once for each kind."""
    yield from _copy_of(history_tables, request, tmp_path / "history.sqlite")


@pytest.fixture
def history_database(history_url: str) -> Iterator[Database]:
    """A database with the tables of the history; the test runs once for each kind."""
    with Database.open(history_url) as database:
        yield database


def _copy_of(tables: MigratedTables, request: pytest.FixtureRequest, file: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield tables.in_sqlite(file)
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    url = tables.in_postgresql(server)
    yield url
    server.drop(url)
