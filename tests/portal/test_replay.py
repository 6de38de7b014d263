"""An auditor walks a recorded case of PBG MBR in the portal, forward and back."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import httpx
import pytest

from penaemas.history.intake.acceptance import Acceptance, Feed
from penaemas.history.intake.bulk import Document
from penaemas.history.ledger.sealing import Ledger
from penaemas.history.replay import Moment, Replay
from penaemas.licensing.roles import Role
from tests.history.streams import FixedClock, recorded
from tests.offices import SUMEDANG
from tests.pbg import PERSONAL, opened
from tests.portal.task_office import TaskOffice

RECORDED_CASE_ID = b"5bbb151f-d13f-4882-b0e5-2735c218191d"


@pytest.fixture
async def walked(tasks: TaskOffice) -> str:
    """A case file whose history is a recorded one; its id."""
    case_id = await opened(tasks.portal.office)
    acceptance = Acceptance(tasks.portal.history_database, FixedClock())
    documents = [
        Document(record_id, body.replace(RECORDED_CASE_ID, case_id.encode()))
        for record_id, body in recorded("pbg_mbr_breached_full")
    ]
    acceptance.accept(Feed.FULL, documents)
    return case_id


def moments_of(tasks: TaskOffice, case_id: str) -> tuple[Moment, ...]:
    replay = Replay(tasks.portal.history_database)
    case = replay.find(case_id)
    assert case
    return replay.moments(case.process_instance_key) or ()


async def asked(tasks: TaskOffice, path: str, role: Role = Role.AUDITOR) -> httpx.Response:
    async with await tasks.portal.visit_as(role, SUMEDANG) as browser:
        return await browser.get(path)


def words_of(answer: httpx.Response) -> str:
    """What a reader sees, without the tags."""
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def test_the_newest_moment_is_shown_first_and_the_others_by_links(tasks: TaskOffice, walked: str) -> None:
    answer = await asked(tasks, f"/cases/{walked}/replay")

    shown = words_of(answer)
    found = re.search(r"Peristiwa (\d+) dari (\d+)", shown)
    assert found
    assert found[1] == found[2]
    assert f"/cases/{walked}/replay?moment={int(found[1]) - 1}" in answer.text
    assert f"/cases/{walked}/replay?moment=1" in answer.text
    assert f"?moment={int(found[1]) + 1}" not in answer.text
    assert "Tersimpan, belum dibukukan" in shown


async def test_a_moment_says_who_did_what_with_which_variables_and_how_the_case_stood(
    tasks: TaskOffice, walked: str
) -> None:
    (by_officer, *_) = [one for one in moments_of(tasks, walked) if one.cause.kind == "task" and one.variables]

    page = await asked(tasks, f"/cases/{walked}/replay?moment={by_officer.number}")

    shown = words_of(page)
    assert f"Sebab petugas · {by_officer.cause.actor}" in shown
    assert "tugas diselesaikan" in shown
    assert all(change.name in shown for change in by_officer.variables)
    assert re.search(r'data-here="Task_\w+', page.text), "the diagram marks where the case stands"
    diagram = re.search(r'data-diagram="(/cases/[^"]+/diagram\?version=\d+)"', page.text)
    assert diagram
    assert b"bpmn:definitions" in (await asked(tasks, diagram[1])).content


async def test_a_decision_is_shown_with_the_legal_basis_of_its_rules(tasks: TaskOffice, walked: str) -> None:
    (decided, *_) = [one for one in moments_of(tasks, walked) if one.decisions and one.decisions[0].matched]

    shown = words_of(await asked(tasks, f"/cases/{walked}/replay?moment={decided.number}"))

    (rule, *_) = decided.decisions[0].matched
    assert rule.annotation
    assert f"aturan {rule.rule_index}: {' '.join(escape(rule.annotation).split())}" in shown


async def test_what_a_checkpoint_covers_is_marked_so(tasks: TaskOffice, walked: str, tmp_path: Path) -> None:
    Ledger(tasks.portal.history_database, tmp_path, "pena.example").seal()

    assert "Di bawah titik periksa" in words_of(await asked(tasks, f"/cases/{walked}/replay?moment=1"))


async def test_the_case_page_leads_auditors_there_and_nobody_else(tasks: TaskOffice, walked: str) -> None:
    assert f"/cases/{walked}/replay" in (await asked(tasks, f"/cases/{walked}")).text
    assert f"/cases/{walked}/replay" not in (await asked(tasks, f"/cases/{walked}", Role.OPERATOR)).text


async def test_a_moment_or_a_history_that_is_not_there_is_not_found(tasks: TaskOffice, walked: str) -> None:
    without_history = await opened(tasks.portal.office, applicant_name="Ani Contoh")

    for path in (f"/cases/{walked}/replay?moment=100000", f"/cases/{without_history}/replay"):
        assert (await asked(tasks, path)).status_code == 404
    assert (await asked(tasks, f"/cases/{walked}/replay?moment=0")).status_code in (400, 404, 422)


async def test_nothing_personal_is_on_the_page(tasks: TaskOffice, walked: str) -> None:
    page = (await asked(tasks, f"/cases/{walked}/replay")).text

    assert [value for value in PERSONAL if len(value) >= 10 and value in page] == []
