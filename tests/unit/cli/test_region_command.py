"""`./pena region`: a third region is a folder, made whole or not at all, and it takes every example."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest

from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.faults import checked
from penaemas.casefiles.pbg.application_form import ApplicationEntry
from penaemas.casefiles.person_vault import PersonVault
from penaemas.cli import region as command
from penaemas.cli.__main__ import main
from penaemas.cli.playbook import read_playbook
from penaemas.cli.playbook_regions import moved_to
from penaemas.regions import load_region, load_regions
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from tests.databases import CASEFILES
from tests.offices import MASTER_KEY, MONDAY_NINE, OfficeClock
from tests.pbg import documents

PROJECT = Path(__file__).parents[3]
EXAMPLES = sorted((PROJECT / "examples").glob("pbg_mbr_*.json"))
ANSWERS = {
    "--code": "33.99",
    "--name": "Kabupaten Karangan",
    "--name-en": "Karangan Regency",
    "--province": "Jawa Rekaan",
    "--zone": "2",
    "--sub-districts": "01=Satu,02=Dua",
    "--city": "Karangan",
    "--prefix": "PENA-KRG",
    "--exemption": "yes",
    "--exemption-basis": "Perbup karangan untuk latihan",
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the configuration."""
    copy = tmp_path / "config"
    shutil.copytree(PROJECT / "config", copy)
    monkeypatch.setattr(command, "CONFIG", copy)
    return copy


def new(**changed: str | None) -> int:
    answers = ANSWERS | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return main(["region", "new", *(f"{option}={answer}" for option, answer in answers.items() if answer is not None)])


def contents(config: Path) -> list[str]:
    return sorted(str(path.relative_to(config)) for path in config.rglob("*"))


@pytest.fixture
def office_of_new_region(config: Path, tmp_path: Path, sqlite_database: Database) -> Office:
    """An office that was started after the region was made."""
    assert new() == 0
    upgrade(sqlite_database, CASEFILES)
    return wire(sqlite_database, PersonVault(MASTER_KEY), OfficeClock(), files=tmp_path / "files", config=config)


def test_a_new_region_is_whole_and_says_what_its_office_has_not_confirmed(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new() == 0

    region = load_regions(config / "regions")["33.99"]
    assert region.sub_district_names == {"339901": "Satu", "339902": "Dua"}
    assert region.income_zone == 2
    assert (region.exemption_regulation.in_force, region.exemption_regulation.confirmed) == (True, False)
    assert region.exemption_regulation.basis == "Perbup karangan untuk latihan"
    assert main(["region", "list"]) == 0
    assert "BELUM DIKONFIRMASI kantor · NOT CONFIRMED" in capsys.readouterr().out


def test_a_rule_with_its_number_is_confirmed(config: Path) -> None:
    assert new(exemption_number="Perbup Karangan 1/2025") == 0

    assert load_region(config / "regions" / "karangan").exemption_regulation.confirmed


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"code": "3399"}, "region.toml: code"),
        ({"sub_districts": "1=Satu"}, "sub_districts.0.number"),
        ({"sub_districts": "01=Satu,01=Dua"}, "01 stands twice"),
        ({"prefix": "PBG"}, "belongs to SIMBG"),
        ({"code": "32.11"}, "32.11 is Kabupaten Sumedang already"),
        ({"prefix": "PENA-SMD"}, "the numbers of Kabupaten Sumedang begin with PENA-SMD"),
        ({"name": "Kabupaten Sumedang"}, "exists"),
        ({"name": "Kota ../.."}, "makes no name of a folder"),
        ({"box": "1,2,0,3"}, "swap the values"),
        ({"exemption_basis": None, "zone": None}, "missing: --zone, --exemption-basis"),
    ],
)
def test_an_answer_that_breaks_a_rule_leaves_nothing_behind(
    config: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, str | None], says: str
) -> None:
    before = contents(config)

    assert new(**changed) == 1

    assert says in capsys.readouterr().err
    assert contents(config) == before


def test_words_with_quotation_marks_stay_words(config: Path) -> None:
    assert new(province='Jawa "Rekaan" \\ Tengah') == 0

    assert load_region(config / "regions" / "karangan").province == 'Jawa "Rekaan" \\ Tengah'


def test_the_template_has_every_part_that_the_shipped_regions_have(config: Path) -> None:
    assert new() == 0

    made, shipped = (load_region(config / "regions" / name) for name in ("karangan", "sumedang"))
    assert [post.id for post in made.posts] == [post.id for post in shipped.posts]
    assert made.model_dump()["calendar"].keys() == shipped.model_dump()["calendar"].keys()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_is_accepted_by_a_region_that_was_just_made(config: Path, example: Path) -> None:
    new()
    region = load_regions(config / "regions")["33.99"]
    content: dict[str, Any] = moved_to(json.loads(example.read_text(encoding="utf-8")), region)

    assert read_playbook(content, now=MONDAY_NINE)
    assert "321102" not in json.dumps(content["play"])
    entry = checked(ApplicationEntry, content["application"])
    assert (entry.region_code, entry.sub_district_code) == ("33.99", "339902")
    assert entry.applicant_nik.startswith("321102")  # where it was first issued does not change


async def test_an_application_of_a_new_region_becomes_a_case_with_its_own_number(
    office_of_new_region: Office,
) -> None:
    office = office_of_new_region
    content = moved_to(json.loads(EXAMPLES[0].read_text(encoding="utf-8")), office.regions["33.99"])

    receipt = await office.pbg.submission.submit(
        checked(ApplicationEntry, content["application"]), documents(), request_id=str(uuid.uuid4()), by="loket.1"
    )

    assert (await office.pbg.opening.open_case(receipt.case_id)).case_number == "PENA-KRG-2026-00001"
