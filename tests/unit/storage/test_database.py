"""What the office relies on, whichever database it chose."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, exc, func, insert, select, text

from penaemas.storage.database import Database
from penaemas.storage.errors import (
    StorageConflict,
    StorageDamaged,
    StorageFull,
    StorageReadOnly,
    StorageUnavailable,
)
from penaemas.storage.types import Instant
from tests.databases import PostgresqlServer

tables = MetaData()
letter = Table(
    "letter",
    tables,
    Column("number", Integer, primary_key=True),
    Column("text", String),
    Column("sent_at", Instant),
)


@pytest.fixture
def office(any_database: Database) -> Database:
    with any_database.transaction() as connection:
        tables.create_all(connection)
    return any_database


def write(database: Database, *rows: dict[str, object]) -> None:
    with database.transaction() as connection:
        connection.execute(insert(letter), list(rows))


def letters_in(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(letter)).scalar_one()


def test_a_transaction_that_fails_leaves_nothing(office: Database) -> None:
    def write_and_fail() -> None:
        with office.transaction() as connection:
            connection.execute(insert(letter).values(number=1))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_and_fail()

    assert letters_in(office) == 0


def test_a_reader_sees_one_state_while_others_write(office: Database) -> None:
    with office.reading() as reader:
        before = reader.execute(select(func.count()).select_from(letter)).scalar_one()
        with office.transaction() as writer:
            writer.execute(insert(letter).values(number=1))
        after = reader.execute(select(func.count()).select_from(letter)).scalar_one()

    assert (before, after) == (0, 0)
    assert letters_in(office) == 1


def test_a_reader_cannot_write(office: Database) -> None:
    with pytest.raises(StorageReadOnly), office.reading() as connection:
        connection.execute(insert(letter).values(number=1))


def test_a_writer_after_a_reader_writes(office: Database) -> None:
    letters_in(office)

    with office.transaction() as connection:
        connection.execute(insert(letter).values(number=1))

    assert letters_in(office) == 1


def test_writers_of_several_threads_and_processes_take_turns(office: Database, database_url: str) -> None:
    def raise_the_highest_number(database: Database) -> None:
        with database.transaction() as connection:
            if not database.is_sqlite:
                connection.execute(text("LOCK TABLE letter IN EXCLUSIVE MODE"))
            highest = connection.execute(select(func.coalesce(func.max(letter.c.number), 0))).scalar_one()
            connection.execute(insert(letter).values(number=highest + 1))

    with Database.open(database_url) as elsewhere, ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(raise_the_highest_number, at) for at in [office, elsewhere] * 20]:
            done.result()

    assert letters_in(office) == 40


def test_a_forbidden_row_is_a_conflict_that_does_not_show_values(office: Database) -> None:
    row = {"number": 1, "text": "Siti Contoh"}

    with pytest.raises(StorageConflict) as refused:
        write(office, row, row)

    assert "Siti" not in f"{refused.value}{refused.value.__cause__}"


def test_a_mistake_in_our_own_sql_is_not_dressed_up(office: Database) -> None:
    with pytest.raises((exc.OperationalError, exc.ProgrammingError)), office.reading() as connection:
        connection.execute(text("SELECT nothing_such FROM letter"))


def test_an_instant_comes_back_in_utc_and_sorts(office: Database) -> None:
    jakarta = timezone(timedelta(hours=7))
    earlier, later = datetime(2026, 1, 5, 8, 0, 0, 1, tzinfo=jakarta), datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
    with office.transaction() as connection:
        connection.execute(insert(letter), [{"number": 1, "sent_at": later}, {"number": 2, "sent_at": earlier}])

    with office.reading() as connection:
        read = connection.execute(select(letter.c.sent_at).order_by(letter.c.sent_at)).scalars().all()

    assert read == [earlier, later]
    assert {instant.tzinfo for instant in read} == {UTC}


def test_an_instant_without_a_time_zone_is_refused(office: Database) -> None:
    with pytest.raises(exc.StatementError, match="time zone"), office.transaction() as connection:
        connection.execute(insert(letter).values(number=1, sent_at=datetime(2026, 1, 5)))  # noqa: DTZ001


async def test_a_blocking_function_runs_in_a_thread_of_the_pool(office: Database) -> None:
    thread = await office.run(threading.current_thread)

    assert thread.name.startswith("storage")


async def test_a_cancelled_call_ends_its_transaction_before_its_caller_goes_on(office: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with office.transaction() as connection:
            connection.execute(insert(letter).values(number=1))
            begun.set()
            go_on.wait(10)

    call = asyncio.create_task(office.run(write_slowly))
    await asyncio.to_thread(begun.wait, 10)
    call.cancel()
    asyncio.get_running_loop().call_later(0.05, go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await call

    assert letters_in(office) == 1


async def test_the_pool_of_threads_is_bounded(sqlite_url: str) -> None:
    with Database.open(sqlite_url, threads=2) as database:
        names = {(await database.run(threading.current_thread)).name for _ in range(20)}

    assert len(names) <= 2


def test_a_full_disk_is_said(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as connection:
        tables.create_all(connection)
        # SQLite's own way to try a full disk; it holds for this connection, which is the only one that writes.
        connection.execute(text("PRAGMA max_page_count=3"))

    with pytest.raises(StorageFull):
        write(sqlite_database, {"number": 1, "text": "x" * 100_000})


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with (
        Database.open(f"sqlite:///{tmp_path}/nowhere/office.sqlite") as database,
        pytest.raises(StorageUnavailable, match="nowhere does not exist"),
        database.transaction(),
    ):
        pass


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "office.sqlite").write_bytes(b"not a database at all" * 100)

    with (
        Database.open(f"sqlite:///{tmp_path}/office.sqlite") as database,
        pytest.raises(StorageDamaged),
        database.transaction(),
    ):
        pass


@pytest.mark.postgresql
def test_the_server_may_go_away_and_come_back(postgresql_server: PostgresqlServer) -> None:
    with Database.open(postgresql_server.new_database()) as database:
        with database.transaction() as connection:
            tables.create_all(connection)
        postgresql_server.stop()
        with pytest.raises(StorageUnavailable), database.transaction():
            pass
        postgresql_server.start()

        assert letters_in(database) == 0


@pytest.mark.postgresql
def test_a_password_is_never_in_the_name(postgresql_server: PostgresqlServer) -> None:
    with Database.open("postgresql://pena:open-sesame@127.0.0.1/office") as database:
        assert "open-sesame" not in database.name


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://127.0.0.1/office"])
def test_a_database_we_do_not_support_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:////path/file or postgresql"):
        Database.open(url)
