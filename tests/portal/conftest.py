"""Fixtures of the portal's tests. The databases are copies of ones made once: a test starts within milliseconds."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import penaemas.casefiles
import penaemas.history
from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.person_vault import PersonVault
from penaemas.cli.throwaway_ports import free_row
from penaemas.history.queries import History
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from tests.offices import MASTER_KEY, OfficeClock
from tests.portal.offices import PortalOffice, add_officers
from tests.portal.task_office import TaskOffice

CASEFILES = Path(penaemas.casefiles.__file__).parent
HISTORY = Path(penaemas.history.__file__).parent


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on now."""
    (port,) = free_row(1)
    return port


@pytest.fixture(scope="session")
def staffed_databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the databases of an office that has its officers and nothing else."""
    folder = tmp_path_factory.mktemp("staffed")
    with Database.open(f"sqlite:///{folder}/history.sqlite") as database:
        upgrade(database, HISTORY)
    with Database.open(f"sqlite:///{folder}/office.sqlite") as database:
        upgrade(database, CASEFILES)
        add_officers(wire(database, PersonVault(MASTER_KEY), OfficeClock(), files=folder / "files"))
    return folder


@pytest.fixture
def portal_office(staffed_databases: Path, tmp_path: Path) -> Iterator[PortalOffice]:
    """An office with its officers, on SQLite."""
    for name in ("office.sqlite", "history.sqlite"):
        shutil.copy(staffed_databases / name, tmp_path / name)
    clock = OfficeClock()
    with (
        Database.open(f"sqlite:///{tmp_path}/office.sqlite") as database,
        Database.open(f"sqlite:///{tmp_path}/history.sqlite") as history_database,
    ):
        office: Office = wire(database, PersonVault(MASTER_KEY), clock, files=tmp_path / "files")
        yield PortalOffice(office, History(history_database, clock), clock, history_database)


@pytest.fixture
def tasks(portal_office: PortalOffice) -> TaskOffice:
    """That office with cases and tasks."""
    return TaskOffice(portal_office)
