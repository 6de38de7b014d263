"""`./pena survey`, `report`, `mandate` and `payment`: what officers read and record, on an office that does not run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from penaemas.casefiles.faults import checked
from penaemas.casefiles.public_reports import ReportEntry
from penaemas.licensing.roles import Grant, Role
from penaemas.licensing.satisfaction import Element
from tests import emas
from tests.unit.cli.office_folders import make_office, opened_office, pena

YEARS = ("--from", "2020-01-01", "--to", "2099-12-31")
DECREE = ("--number", "SK/7", "--from", "2025-01-01", "--as", "sekretaris")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_office(tmp_path, monkeypatch)
    return tmp_path


def case_with_fee(folder: Path) -> str:
    async def made() -> str:
        case_id = await emas.opened(office, emas.ADVERTISING)
        await office.emas.fees.issue_notice(case_id)
        await office.emas.notices.send(case_id, "survey_invitation")
        return case_id

    with opened_office(folder) as office:
        return asyncio.run(made())


def test_a_confirmed_payment_is_recorded_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = case_with_fee(folder)
    paid = ("record", case_id, "STS-1", "--amount", str(emas.FEE_IDR), "--as", "bendahara.1")

    assert pena(folder, "payment", *paid) == 0
    assert "waiting; sent as soon as the engine is there" in capsys.readouterr().out
    assert pena(folder, "payment", *paid) == 0

    out = capsys.readouterr().out
    assert "it was recorded before" in out
    assert "STS-1 (bendahara.1)" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("STS-1", "--amount", "1"), "is not the amount of the notice"),
        (("STS-1", "--amount", str(emas.FEE_IDR), "--at", "2126-01-05T08:15"), "in the future"),
    ],
)
def test_another_payment_than_the_notice_asks_for_is_none(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    case_id = case_with_fee(folder)

    assert pena(folder, "payment", "record", case_id, *arguments, "--as", "bendahara.1") == 1

    assert says in capsys.readouterr().err
    assert pena(folder, "payment", "show", case_id) == 0
    assert "paid" not in capsys.readouterr().out


def test_a_mandate_is_recorded_and_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pena(folder, "mandate", "record", "32.11", "DINKES", "rekom.dinkes", *DECREE) == 0
    assert pena(folder, "mandate", "list", "32.11") == 0
    assert "DINKES       rekom.dinkes             SK/7  2025-01-01" in capsys.readouterr().out

    assert pena(folder, "mandate", "record", "32.11", "DINSIHIR", "rekom.dinkes", *DECREE) == 1
    assert "is no agency of the catalogue" in capsys.readouterr().err


def test_the_report_of_a_survey_names_index_and_grade(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = case_with_fee(folder)
    with opened_office(folder) as office:
        answers = dict.fromkeys(Element, 3)
        asyncio.run(office.surveys.answer(office.surveys.code(case_id), answers, suggestion="Lebih banyak kursi"))

    assert pena(folder, "survey", "report", "32.11", *YEARS) == 0
    assert pena(folder, "survey", "suggestions", "32.11", *YEARS, "--as", "pengawas.1") == 0
    assert pena(folder, "survey", "code", case_id) == 0

    out = capsys.readouterr().out
    assert "advertising_permit: 1 diundang" in out
    assert "IKM 75.00  mutu · grade C (Kurang Baik)" in out
    assert "Lebih banyak kursi" in out


def test_a_report_of_a_bribe_is_shown_to_the_inspectorate_alone(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    content = {"kind": "bribe", "region_code": "32.11", "text": "Diminta uang rokok di loket.", "anonymous": True}
    with opened_office(folder) as office:
        for account, role in (("irban", Role.INSPEKTORAT), ("pengawas", Role.PENGAWAS)):
            asyncio.run(office.officers.add(account, account, (Grant(role, "32.11"),), by="admin"))
        entry = checked(ReportEntry, content)
        receipt = asyncio.run(office.public_reports.receive(entry, request_id="a", channel="public_page"))
    answer = tmp_path / "jawaban.txt"
    answer.write_text("Sudah diperiksa.", encoding="utf-8")

    assert pena(folder, "report", "list", "--as", "pengawas") == 0
    assert capsys.readouterr().out == ""
    assert pena(folder, "report", "show", receipt.number, "--as", "pengawas") == 1
    assert pena(folder, "report", "answer", receipt.number, str(answer), "--as", "irban") == 0
    assert pena(folder, "report", "show", receipt.number, "--as", "irban") == 0

    out = capsys.readouterr().out
    assert "Diminta uang rokok di loket." in out
    assert "jawaban · answer: Sudah diperiksa." in out
