"""A program finds the tables it expects, or changes nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from penaemas.storage import migrations
from penaemas.storage.database import Database
from penaemas.storage.errors import SchemaUnknown
from tests.databases import CASEFILES

ACCOUNTS = Path(__file__).parent / "accounts"


def columns(database: Database, table: str) -> set[str]:
    with database.reading() as connection:
        found = inspect(connection)
        return {column["name"] for column in found.get_columns(table)} if found.has_table(table) else set()


def test_an_empty_database_gets_every_table(any_database: Database) -> None:
    migrations.upgrade(any_database, ACCOUNTS)

    assert columns(any_database, "account") == {"name", "balance_idr"}


def test_a_second_upgrade_changes_nothing(any_database: Database) -> None:
    migrations.upgrade(any_database, ACCOUNTS)
    with any_database.transaction() as connection:
        connection.execute(text("INSERT INTO account (name, balance_idr) VALUES ('kas', 5)"))

    migrations.upgrade(any_database, ACCOUNTS)

    with any_database.reading() as connection:
        assert connection.execute(text("SELECT balance_idr FROM account")).scalar() == 5


def test_a_migration_that_fails_leaves_the_tables_as_they_were(any_database: Database, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(ACCOUNTS, broken)
    (broken / "migrations/versions/0003_broken.py").write_text(
        "revision, down_revision = '0003', '0002'\ndef upgrade():\n    raise RuntimeError('power cut')\n"
    )

    with pytest.raises(RuntimeError, match="power cut"):
        migrations.upgrade(any_database, broken)

    assert columns(any_database, "account") == set()


def test_tables_of_a_newer_program_are_not_touched(any_database: Database) -> None:
    migrations.upgrade(any_database, ACCOUNTS)
    with any_database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))

    with pytest.raises(SchemaUnknown, match="0009 is newer"):
        migrations.upgrade(any_database, ACCOUNTS)


def test_two_programs_that_start_together_migrate_once(any_database: Database, database_url: str) -> None:
    with Database.open(database_url) as elsewhere, ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(migrations.upgrade, at, ACCOUNTS) for at in (any_database, elsewhere)]:
            done.result()

    assert columns(any_database, "account") == {"name", "balance_idr"}


def test_nothing_to_do_costs_almost_nothing_and_loads_no_alembic(sqlite_database: Database, sqlite_url: str) -> None:
    migrations.upgrade(sqlite_database, ACCOUNTS)
    program = (
        "import sys; from pathlib import Path; from penaemas.storage.database import Database;"
        "from penaemas.storage.migrations import upgrade;"
        f"database = Database.open({sqlite_url!r}); upgrade(database, Path({str(ACCOUNTS)!r})); database.close();"
        "sys.exit('alembic' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    took_s = []
    for _ in range(5):  # the quickest counts: the machine may have something else to do
        begun = time.perf_counter()
        migrations.upgrade(sqlite_database, ACCOUNTS)
        took_s.append(time.perf_counter() - begun)
    assert min(took_s) < 0.030


@pytest.mark.parametrize("package", [ACCOUNTS, CASEFILES], ids=lambda folder: folder.name)
def test_file_names_say_the_order_that_alembic_sees(package: Path) -> None:
    scripts = ScriptDirectory(str(package / "migrations"))
    in_order = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    names = sorted(path.name for path in (package / "migrations/versions").glob("*.py"))

    assert [name[:4] for name in names] == in_order
