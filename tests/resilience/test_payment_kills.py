"""A worker that is killed at any executed line of taking a payment in: the payment counts once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import penaemas.casefiles
from penaemas.casefiles.bootstrap import wire
from penaemas.casefiles.person_vault import PersonVault
from penaemas.storage.database import Database
from penaemas.storage.migrations import upgrade
from tests import emas
from tests.offices import MASTER_KEY, OfficeClock
from tests.unit.workers.test_treasury import a_notice

PROJECT = Path(__file__).parents[2]
FEWEST_LINES = 40
"""Fewer executed lines than this would mean that nothing was watched."""


def test_a_payment_counts_once_whichever_line_the_worker_dies_at(tmp_path: Path) -> None:
    file, clock = tmp_path / "office.sqlite", OfficeClock()
    with Database.open(f"sqlite:///{file}") as database:
        upgrade(database, Path(penaemas.casefiles.__file__).parent)
        office = wire(database, PersonVault(MASTER_KEY), clock, files=tmp_path / "files")
        _, notice = asyncio.run(a_notice(office, clock))

    told = (str(file), notice, str(emas.FEE_IDR), clock.now().isoformat())
    command = [sys.executable, "-m", "tests.resilience.dying_payment", *told]
    lives = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=280)

    assert lives.returncode == 0, lives.stderr
    found = json.loads(lives.stdout.splitlines()[-1])
    assert found["results"] == ["1 message, taken"]
    assert found["first_life_ended"] == 0
    assert found["deaths"] >= FEWEST_LINES
