"""Bringing a database's tables to the form that this program expects, with alembic, without files of settings.

A package keeps its migrations in `<package>/migrations/versions/NNNN_what_changes.py`; `revision` is the four digits.
That convention lets a start that has nothing to do find out so without importing alembic (0.3 s).
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from penaemas.storage.database import Database
from penaemas.storage.errors import SchemaUnknown

_FILE_NAME = re.compile(r"(?P<revision>\d{4})_\w+\.py")
# Any constant does: it only has to be the same in every process that migrates, and differ from other programs' locks.
_ADVISORY_LOCK = 0x50454E41


def upgrade(database: Database, package_folder: Path) -> None:
    """Apply the migrations that are missing; all of them or none. Two processes that try at once take turns.

    Args:
        package_folder: the folder of the package that owns the tables, e.g. `penaemas/casefiles`.

    Raises:
        SchemaUnknown: the tables are newer than this program.
        StorageError: see `penaemas.storage.errors`.
    """
    folder = package_folder / "migrations"
    known = _revisions(folder)
    with database.reading() as connection:
        if _stored_revision(connection) == known[-1]:
            return
    with database.transaction() as connection:
        if not database.is_sqlite:  # SQLite's writer holds the only lock already
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        stored = _stored_revision(connection)
        if stored == known[-1]:
            return
        if stored is not None and stored not in known:
            raise SchemaUnknown(
                f"{database.name}: revision {stored} is newer than this program, which knows {known[-1]}"
            )
        _apply(connection, folder)


def _revisions(folder: Path) -> list[str]:
    matches = (_FILE_NAME.fullmatch(path.name) for path in (folder / "versions").iterdir())
    return sorted(match["revision"] for match in matches if match)


def _stored_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _apply(connection: Connection, folder: Path) -> None:
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(folder))

    def steps(revision: object, _context: MigrationContext) -> object:
        return scripts._upgrade_revs("head", revision)  # type: ignore[arg-type]  # what alembic's own `upgrade` calls

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()
