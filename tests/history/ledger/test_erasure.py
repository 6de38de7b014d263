"""A person's case file is erased: nothing about the person is left, and everything that was proved stays proved.

The real pieces side by side: the office's database with an application and its documents, the history of the case that
ran on its commitment, the ledger with the officers' acts, and bundles that were given away before and after.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from penaemas.casefiles import commitments
from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.pbg.opening import APPLICATION as ABOUT
from penaemas.casefiles.person_vault import PersonErased, PersonVault
from penaemas.casefiles.tables import commitment
from penaemas.history.intake.bulk import Document
from penaemas.history.ledger.portal_log import PortalLog
from penaemas.history.proving import prove
from penaemas.history.verification.bundle import BundleRefused, check_bundle
from penaemas.storage.database import Database
from tests.databases import BOTH_KINDS, MigratedTables, PostgresqlServer
from tests.history.ledger.installations import Installation
from tests.history.ledger.test_bundles import BARE
from tests.history.ledger.test_verifying import verified
from tests.history.streams import recorded
from tests.offices import MASTER_KEY, MONDAY_NINE, OfficeClock
from tests.pbg import PERSONAL, application, opened

# Of the recorded case: what the engine was told of its file, replaced by what this test's office tells of its own.
RECORDED_CASE_ID = b"5bbb151f-d13f-4882-b0e5-2735c218191d"
RECORDED_COMMITMENT = b"e4f41775d34ff1928d05f51be83c3d48f5582b8e908d885fe41f3229c219743e"


@dataclass
class House:
    """One office with its history."""

    office: Office
    installation: Installation

    def says_of_the_application(self, case_id: str, content: dict[str, str]) -> bool | None:
        with self.office.database.reading() as connection:
            return commitments.verify(connection, case_id, ABOUT, 1, content)

    def bundle_of(self, case_id: str, name: str) -> Path:
        file = self.installation.folder / f"{name}.zip"
        prove(self.installation.database, self.installation.ledger, case_id, file)
        folder = self.installation.folder / name
        with zipfile.ZipFile(file) as packed:
            packed.extractall(folder)
        return folder

    def erases_the_applicant(self, case_id: str) -> None:
        with self.office.database.transaction() as connection:
            parties = self.office.pbg.desk.parties(connection, case_id)
            self.office.vault.erase(connection, parties["APPLICANT"], MONDAY_NINE)

    def seals(self) -> None:
        self.installation.portal.take_acts()
        self.installation.ledger.seal()


@pytest.fixture(params=BOTH_KINDS)
def house(
    request: pytest.FixtureRequest, office_tables: MigratedTables, history_tables: MigratedTables, tmp_path: Path
) -> Iterator[House]:
    if request.param == "sqlite":
        office_url = office_tables.in_sqlite(tmp_path / "office.sqlite")
        history_url = history_tables.in_sqlite(tmp_path / "history.sqlite")
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        office_url, history_url = office_tables.in_postgresql(server), history_tables.in_postgresql(server)
    with Database.open(office_url) as of_office, Database.open(history_url) as of_history:
        office = wire(of_office, PersonVault(MASTER_KEY), OfficeClock(), files=tmp_path / "files")
        with Installation.open(of_history, office_url, tmp_path) as installation:
            installation.portal = PortalLog(of_history, of_office, installation.clock)
            yield House(office, installation)


async def a_case_with_its_history(house: House) -> str:
    """An application is on file, its commitment goes into the engine, the case runs, an officer reads a document."""
    office = house.office
    case_id = await opened(office)
    await office.pbg.opening.gather_facts(case_id, MONDAY_NINE.date())
    with office.database.reading() as connection:
        digest: str = connection.execute(
            select(commitment.c.digest).where(commitment.c.case_id == case_id, commitment.c.about == ABOUT)
        ).scalar_one()
    house.installation.receives(
        [
            Document(
                record_id,
                body.replace(RECORDED_CASE_ID, case_id.encode()).replace(RECORDED_COMMITMENT, digest.encode()),
            )
            for record_id, body in recorded("pbg_mbr_breached_full")
        ]
    )
    await office.pbg.documents.content_as_read_by(case_id, "KTP", "operator.1")
    house.seals()
    return case_id


def accepted_by_a_bare_python(bundle: Path) -> bool:
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", BARE, str(bundle)], capture_output=True, timeout=120, check=False
    )
    return said.returncode == 0


async def test_erasing_a_person_s_case_file_leaves_every_proof_valid(house: House) -> None:
    case_id = await a_case_with_its_history(house)
    with house.office.database.reading() as connection:
        content = application().to_vault() | house.office.pbg.documents.digests(connection, case_id)
    before = house.bundle_of(case_id, "before")
    report = verified(house.installation)
    assert report.is_complete, report.findings
    assert {log.origin: log.records > 0 for log in report.logs} == {
        "pena.example/partition/1/1": True, "pena.example/portal/1": True,
    }  # fmt: skip
    assert house.says_of_the_application(case_id, content) is True

    house.erases_the_applicant(case_id)
    house.seals()

    with pytest.raises(PersonErased):
        await house.office.pbg.documents.content_as_read_by(case_id, "KTP", "operator.1")
    assert house.says_of_the_application(case_id, content) is None, "nobody can tell any more, not even who guesses"
    report = verified(house.installation)
    assert report.is_complete, report.findings
    after = house.bundle_of(case_id, "after")
    assert (after / "records.jsonl").read_bytes() == (before / "records.jsonl").read_bytes()
    assert accepted_by_a_bare_python(before)
    assert accepted_by_a_bare_python(after)


async def test_after_the_erasure_a_forged_record_is_still_found(house: House) -> None:
    case_id = await a_case_with_its_history(house)
    house.erases_the_applicant(case_id)
    bundle = house.bundle_of(case_id, "bundle")
    file = bundle / "records.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"case_file_commitment"', b'"case_file_commitmenT"', 1))

    with pytest.raises(BundleRefused):
        check_bundle(bundle)


async def test_nothing_personal_ever_reached_history_ledger_or_bundle(house: House) -> None:
    case_id = await a_case_with_its_history(house)
    bundle = house.bundle_of(case_id, "bundle")
    rows = b"\n".join(house.installation.history.stored().values())
    projected = repr(house.installation.history.projected()).encode()
    ledger = house.installation.folder / "ledger"
    files = b"\n".join(file.read_bytes() for file in [*ledger.rglob("*"), *bundle.rglob("*")] if file.is_file())

    everything = rows + projected + files

    assert case_id.encode() in everything
    # Shorter ones may stand in a number or a digest by chance.
    assert [value for value in PERSONAL if len(value) >= 10 and value.encode() in everything] == []
