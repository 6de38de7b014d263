"""`./pena case correct` and `./pena case withdraw`: by the applicant with the secret, or at the counter."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from penaemas.casefiles.tables import act, outbox
from tests.pbg import done, submitted
from tests.unit.cli.office_folders import make_office, opened_office, pena

ASKS: dict[str, Any] = {
    "completeness_result": "correction_needed",
    "verdict_ktp": "TIDAK_SESUAI",
    "note_ktp": "KTP tidak terbaca.",
}
EXPLAINED = {"explanations": {"KTP": "KTP ini yang paling jelas, aslinya dibawa ke loket."}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_office(tmp_path, monkeypatch)
    return tmp_path


async def _case_that_waits_for_a_correction(folder: Path) -> tuple[str, str]:
    with opened_office(folder) as office:
        receipt = await submitted(office)
        await office.pbg.opening.open_case(receipt.case_id)
        await done(office, receipt.case_id, "Task_CheckCompleteness", **ASKS)
        await office.pbg.corrections.open_round(receipt.case_id)
    return receipt.case_id, receipt.secret


@pytest.fixture
def case(folder: Path) -> tuple[str, str]:
    """Id and secret of a case that waits for a correction of the identity card."""
    return asyncio.run(_case_that_waits_for_a_correction(folder))


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """What the person at the terminal pipes in."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def answer(folder: Path, **content: Any) -> str:
    file = folder / "answer.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def commands(folder: Path) -> list[str]:
    with opened_office(folder) as office, office.database.reading() as connection:
        return list(connection.execute(select(outbox.c.kind).order_by(outbox.c.sequence)).scalars())


def test_the_applicant_reads_with_the_secret_what_is_to_be_mended_and_that_is_recorded(
    folder: Path, case: tuple[str, str], says: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    case_id, secret = case
    says(f"{secret.lower()}\n")

    assert pena(folder, "case", "correct", case_id, "--by-applicant") == 0

    assert "KTP: KTP tidak terbaca." in capsys.readouterr().out
    with opened_office(folder) as office, office.database.reading() as connection:
        viewed = select(act.c.actor).where(act.c.action == "view_correction")
        assert connection.execute(viewed).scalars().all() == ["pemohon"]


@pytest.mark.parametrize("action", [("correct",), ("withdraw", "--reason", "Pindah rumah")])
def test_without_the_secret_nobody_acts_for_the_applicant(
    folder: Path,
    case: tuple[str, str],
    says: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
    action: tuple[str, ...],
) -> None:
    before = commands(folder)
    says("AAAA-BBBB-CCCC-DDDD-EEEE-FFFF\n")

    assert pena(folder, "case", action[0], case[0], *action[1:], "--by-applicant") == 1

    assert "not the secret on the receipt" in capsys.readouterr().err
    assert commands(folder) == before


def test_a_correction_is_handed_in_at_the_counter_once(
    folder: Path, case: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = answer(folder, **EXPLAINED)

    assert pena(folder, "case", "correct", case[0], file, "--as", "loket.1") == 0
    assert pena(folder, "case", "correct", case[0], file, "--as", "loket.1") == 1

    captured = capsys.readouterr()
    assert "correction received: ronde · round 1" in captured.out
    assert "has been received" in captured.err
    assert commands(folder).count("publish_message") == 1


@pytest.mark.parametrize(
    ("content", "says_what"),
    [
        ({}, "KTP: was asked to be mended and is unchanged"),
        ({"fields": {"region_code": "18.01"}}, "region_code: cannot be corrected"),
        ({"fields": {"phone": "satu"}, **EXPLAINED}, "phone: "),
        ({"documents": {"KTP": "missing.pdf"}}, "documents.KTP: cannot be read"),
        ({"documents": ["ktp.pdf"]}, "documents: must be a group of fields"),
        ({"surprise": 1}, "surprise: is not known here"),
    ],
)
def test_an_answer_that_breaks_a_rule_stores_nothing(
    folder: Path,
    case: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
    content: dict[str, Any],
    says_what: str,
) -> None:
    before = commands(folder)

    assert pena(folder, "case", "correct", case[0], answer(folder, **content), "--as", "loket.1") == 1

    assert says_what in capsys.readouterr().err
    assert commands(folder) == before


def test_the_counter_takes_an_application_back_once_and_nothing_is_corrected_afterwards(
    folder: Path, case: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    withdrawal = ("case", "withdraw", case[0], "--reason", "Pindah rumah", "--as", "loket.1")

    assert [pena(folder, *withdrawal), pena(folder, *withdrawal)] == [0, 0]
    assert pena(folder, "case", "correct", case[0], "--as", "loket.1") == 1

    assert "no correction is asked for" in capsys.readouterr().err
    assert commands(folder).count("publish_message") == 1


def test_a_case_that_waits_for_the_applicant_says_until_when(
    folder: Path, case: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert pena(folder, "case", "show", case[0]) == 0

    assert "ronde · round 1, tenggat · due" in capsys.readouterr().out


def test_an_unknown_case_is_told_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pena(folder, "case", "withdraw", "PENA-SMD-2026-09999", "--reason", "Pindah", "--as", "loket.1") == 1

    assert "there is no case PENA-SMD-2026-09999" in capsys.readouterr().err
