"""`./pena case play --twin`: a whole case and a broken promise, seen in seconds."""

import re

import pytest

from tests.installation.offices_on_disk import PROJECT, pena

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]


def played(example: str) -> str:
    answer = pena("case", "play", "--twin", str(PROJECT / "examples" / f"{example}.json"))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def test_an_issued_permit_is_played_step_by_step_with_officer_instant_and_clock() -> None:
    said = played("pbg_mbr_issued")

    assert re.search(r"\d\d-\d\d 08\.\d\d\.\d\d {2}Task_SignPermit +kadis +janji · promise 0/180 menit", said)
    assert re.search(r"✓ selesai · ended {2}PENA-SMD-\d{4}-00001: issued", said)
    assert "step_80" not in said


def test_a_broken_promise_shows_each_escalation_with_its_instant_and_whom_it_told() -> None:
    said = played("pbg_mbr_breached")

    assert re.search(r"10\.30\.\d\d {2}! service_150 +layanan · service +→ KADIS: kadis\.contoh", said)
    assert re.search(r"11\.00\.\d\d {2}! service_180 +layanan · service +→ INSPEKTORAT: inspektorat\.contoh", said)
    assert re.search(r"11\.00\.\d\d {2}✉ promise_broken → APPLICANT", said)
    assert re.search(r"! next_working_day +layanan · service +→ SEKDA: sekda\.contoh", said)
    assert "Task_StateBreachReason" in said
    assert ": issued" in said


@pytest.mark.parametrize(
    ("example", "outcome"),
    [
        ("pbg_mbr_rejected", "rejected"),
        ("pbg_mbr_withdrawn", "withdrawn"),
        ("pbg_mbr_expired", "expired"),
        ("pbg_mbr_handed_over", "handed_over"),
    ],
)
def test_every_other_exit_is_played_to_its_end(example: str, outcome: str) -> None:
    assert f": {outcome}," in played(example)
