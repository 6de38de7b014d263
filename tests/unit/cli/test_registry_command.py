"""`./pena registry`: files into the office's own tables, on an office that does not run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from penaemas.casefiles.payments import ToldPayment
from tests.offices import MONDAY_NINE
from tests.pbg import APPLICANT_NIK
from tests.unit.cli.office_folders import make_office, opened_office, pena

RESIDENTS = f"nik,full_name\n{APPLICANT_NIK},Budi Rekaan\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_office(tmp_path, monkeypatch)
    return tmp_path


def csv_file(folder: Path, text: str) -> str:
    file = folder / "berkas.csv"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_file_is_checked_taken_in_and_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = csv_file(folder, RESIDENTS)

    assert pena(folder, "registry", "import", "population", file, "--dry-run") == 0
    assert "nothing was stored" in capsys.readouterr().out
    assert pena(folder, "registry", "import", "population", file) == 0
    assert pena(folder, "registry", "list") == 0

    out = capsys.readouterr().out
    assert "1 baris disimpan dari · rows taken in from berkas.csv" in out
    assert "population            1 baris · rows   nik,full_name" in out
    assert "32.11  tabel kantor · own table" in out


def test_a_bad_row_is_told_with_line_column_rule_and_fix_and_nothing_is_stored(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = csv_file(folder, RESIDENTS + "12345,Ani Contoh\n")

    assert pena(folder, "registry", "import", "population", file) == 1

    told = capsys.readouterr().err
    assert "line 3, nik: the NIK has 16 digits. Fix: " in told
    assert "12345" not in told
    assert pena(folder, "registry", "list") == 0
    assert "population            0 baris" in capsys.readouterr().out


def test_a_file_with_other_columns_names_the_right_ones(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pena(folder, "registry", "import", "oss", csv_file(folder, RESIDENTS)) == 1

    assert "Write it as: nib,standing" in capsys.readouterr().err


def test_a_payment_that_fits_no_notice_is_listed_with_its_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened_office(folder) as office:
        asyncio.run(office.payments.take(ToldPayment("STS-9", "SKRD-0", 1_250_000, MONDAY_NINE, "poll")))

    assert pena(folder, "registry", "set-aside") == 0

    out = capsys.readouterr().out
    assert "STS-9" in out
    assert "Rp1.250.000 02-02-2026 09.00 WIB  no payment notice has this number" in out
