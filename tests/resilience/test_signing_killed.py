"""Killed at any line of signing or issuing: one number, one signed paper, one message, or nothing at all yet."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from penaemas.casefiles.bootstrap import Office
from tests.pbg import done, opened

PROJECT = Path(__file__).parents[2]
TASK = 2251799813680001
UNSIGNED = {"numbers": 1, "papers": 1, "signed": 0, "in_force": 0, "steps": 0, "messages": 0}
SIGNED = UNSIGNED | {"papers": 2, "signed": 1, "steps": 1}
IN_FORCE = SIGNED | {"in_force": 1}
ISSUED = IN_FORCE | {"messages": 1}


async def a_draft(office: Office) -> str:
    case_id = await opened(office)
    await office.pbg.register.assign_registration_number(case_id)
    await done(office, case_id, "Task_IssueComplianceStatement")
    await office.pbg.retribution.calculate(case_id, exempt=True)
    await done(office, case_id, "Task_RecordSimbgPermitNumber")
    await office.pbg.register.assign_permit_number(case_id, simbg_registration=True)
    await office.pbg.papers.render_permit(case_id, simbg_registration=True)
    return case_id


@pytest.mark.timeout(600)
async def test_a_permit_is_signed_and_issued_once_wherever_portal_and_worker_are_killed(
    office: Office, office_url: str, tmp_path: Path
) -> None:
    case_id = await a_draft(office)

    signed = states("sign", office_url, tmp_path, case_id)
    issued = states("issue", office_url, tmp_path, case_id)

    assert signed == sorted(signed, key=[UNSIGNED, SIGNED].index)
    assert issued == sorted(issued, key=[SIGNED, IN_FORCE, ISSUED].index)
    assert (signed[0], signed[-1], issued[-1]) == (UNSIGNED, SIGNED, ISSUED)
    assert len(signed) > 60, "so many lines of ours it was killed at"
    assert len(issued) > 20


def states(what: str, url: str, folder: Path, case_id: str) -> list[dict[str, int]]:
    """What there was before each try, and after the last."""
    command = [sys.executable, "-m", "tests.resilience.signing_child", url, str(folder / "files"), case_id, what]
    said = subprocess.run([*command, str(TASK)], cwd=PROJECT, capture_output=True, text=True, timeout=500)
    assert said.returncode == 0, said.stderr[-2000:]
    return [json.loads(line) for line in said.stdout.splitlines()]
