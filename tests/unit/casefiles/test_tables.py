"""The migrations and the tables that the program names are the same."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import delete, update

from penaemas.casefiles import (  # noqa: F401  # add their tables to the metadata
    emas_tables,
    message_tables,
    officer_tables,
    outside_tables,
    pbg_tables,
)
from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.tables import act, metadata
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict
from tests.offices import MONDAY_NINE


def test_the_migrations_make_the_tables_that_the_program_names(office_database: Database) -> None:
    with office_database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.parametrize("change", [update(act).values(actor="somebody else"), delete(act)], ids=["update", "delete"])
def test_an_act_cannot_be_changed_or_deleted(office: Office, change: object) -> None:
    with office.database.transaction() as connection:
        office.acts.record(connection, "ppid.sumedang", "view_personal_data", MONDAY_NINE)

    with pytest.raises(StorageConflict), office.database.transaction() as connection:
        connection.execute(change)  # type: ignore[call-overload]


def test_acts_are_read_in_order_from_where_the_reader_stopped(office: Office) -> None:
    with office.database.transaction() as connection:
        for action in ("sign_in", "view_personal_data", "download"):
            office.acts.record(connection, "ppid.sumedang", action, MONDAY_NINE, details={"page": "1"})

    with office.database.reading() as connection:
        first = office.acts.after(connection, 0, limit=1)
        rest = office.acts.after(connection, first[0].number, limit=10)

    assert [act.action for act in first + rest] == ["sign_in", "view_personal_data", "download"]
    assert rest[0].done_at == MONDAY_NINE
