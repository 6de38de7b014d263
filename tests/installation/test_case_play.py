"""`./pena case play --twin`: a whole case and a broken promise, seen in seconds."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.installation.offices_on_disk import PROJECT, pena
from tests.waiting import wait_until

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


def test_a_region_made_on_the_spot_plays_an_example_with_a_correction(tmp_path: Path) -> None:
    for part in ("pena", "penaemas", "workers", "bpmn", "forms", "config", "examples", "pyproject.toml"):
        copied = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy2
        copied(PROJECT / part, tmp_path / part)
    for requirements in PROJECT.glob("requirements*.txt"):
        shutil.copy2(requirements, tmp_path)
    made = (
        "--code=33.99 --name=Karangan --name-en=Karangan --province=Rekaan --zone=1 --sub-districts=01=Satu"
        " --city=Karangan --prefix=PENA-KRG --exemption=yes --exemption-basis=latihan"
    )

    here = str(tmp_path / "pena")
    subprocess.run([here, "region", "new", *made.split()], check=True, timeout=60)
    play = [here, "case", "play", "--twin", "--region", "33.99", str(tmp_path / "examples" / "pbg_mbr_corrected.json")]
    said = subprocess.run(play, check=True, timeout=240, capture_output=True, text=True).stdout

    assert "perbaikan dikirim · correction handed in" in said
    assert re.search(r"ended {2}PENA-KRG-\d{4}-00001: issued", said)


def test_a_play_that_is_ended_by_a_signal_leaves_neither_engine_nor_folder(tmp_path: Path) -> None:
    command = [str(PROJECT / "pena"), "case", "play", "--twin", str(PROJECT / "examples" / "pbg_mbr_issued.json")]
    playing = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: bool(list(tmp_path.glob("pena-twin-*/zeebe"))), "the engine starts", seconds=120)
        playing.send_signal(signal.SIGTERM)
        assert playing.wait(timeout=60) == 128 + signal.SIGTERM
    finally:
        playing.kill()

    assert list(tmp_path.glob("pena-twin-*")) == []
