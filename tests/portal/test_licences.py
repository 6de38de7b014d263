"""Cases of PENA EMAS in front of officers and of the agencies' own officers, over HTTP."""

from __future__ import annotations

import re

import httpx
import pytest

from penaemas.casefiles.emas.mandates import Mandate
from penaemas.licensing.roles import Role
from tests import emas
from tests.offices import LAMPUNG_SELATAN, SUMEDANG
from tests.portal.offices import account_of
from tests.portal.task_office import TaskOffice

EMAS, AGENCYS = "pena_emas", "agency_recommendation_v1"
REKOM = account_of(Role.REKOM, SUMEDANG)
RECOMMENDED = {
    "do": "complete",
    "recommendation_result": "recommended",
    "recommendation_basis": "Surat tanda registrasi masih berlaku.",
    "speaks_for_the_agency": "true",
    "no_conflict_of_interest": "true",
}


async def speaks_for(tasks: TaskOffice, agency: str) -> None:
    mandate = Mandate(SUMEDANG, agency, REKOM, "SK-CONTOH/1", emas.DAY_ONE, None)
    await tasks.portal.office.emas.mandates.record(mandate, by="test")


def recommendation(tasks: TaskOffice, case_id: str, agency: str = "DINKES") -> int:
    return tasks.task(case_id, "Task_GiveRecommendation", role=f"REKOM_{agency}", process_id=AGENCYS)


async def page_of(tasks: TaskOffice, path: str, role: Role = Role.OPERATOR, region: str = SUMEDANG) -> httpx.Response:
    async with await tasks.portal.visit_as(role, region) as browser:
        return await browser.get(path)


async def test_an_officer_has_the_licences_own_questions_and_documents_before_them(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.licence(emas.RESEARCH), process_id=EMAS)

    page = (await page_of(tasks, f"/tasks/{key}")).text

    for shown in ("Surat keterangan penelitian", "Judul penelitian", "Pasar desa rekaan", "Surat pengantar lembaga"):
        assert shown in page


async def test_a_document_of_a_licence_is_opened_and_its_reading_recorded(tasks: TaskOffice) -> None:
    case_id = await tasks.licence(emas.RESEARCH)

    answer = await page_of(tasks, f"/cases/{case_id}/documents/PROPOSAL")

    assert answer.headers["content-type"] == "application/pdf"
    with tasks.portal.office.database.reading() as connection:
        assert list(tasks.portal.office.acts.after(connection, 0, limit=1000))[-1].action == "view_document"


async def test_the_page_of_a_licence_holds_its_clock_its_documents_and_what_was_decided(tasks: TaskOffice) -> None:
    case_id = await tasks.licence(emas.RESEARCH)
    await emas.done(tasks.portal.office, case_id, "Task_CheckCompleteness")
    await tasks.portal.office.emas.lifecycle.open_window(case_id)

    page = (await page_of(tasks, f"/cases/{case_id}")).text

    for shown in ("Standar layanan (hari kerja)", "Proposal penelitian", "Lengkap", "Keterangan khusus izin ini"):
        assert shown in page


async def test_an_agencys_officer_finds_and_completes_what_their_mandate_covers(tasks: TaskOffice) -> None:
    await speaks_for(tasks, "DINKES")
    key = recommendation(tasks, await tasks.licence(emas.HEALTH))

    async with await tasks.portal.visit_as(Role.REKOM) as browser:
        listed = (await browser.get("/tasks?whose=groups")).text
        answer = await browser.post(f"/tasks/{key}", data=RECOMMENDED)

    assert [int(found) for found in re.findall(r'data-task="(\d+)"', listed)] == [key]
    assert answer.status_code == 303
    assert (await tasks.portal.office.work.pending())[key].kind == "complete_task"


@pytest.mark.parametrize("agency", ["DPUTR", ""], ids=["another agency", "no mandate"])
async def test_without_the_agencys_mandate_nobody_speaks_for_it(tasks: TaskOffice, agency: str) -> None:
    if agency:
        await speaks_for(tasks, agency)
    key = recommendation(tasks, await tasks.licence(emas.HEALTH))

    async with await tasks.portal.visit_as(Role.REKOM) as browser:
        answer = await browser.post(f"/tasks/{key}", data=RECOMMENDED)
        await browser.post("/tasks/act", data={"do": "claim", "key": str(key)})

    assert answer.status_code == 409
    assert await tasks.portal.office.work.pending() == {}


async def test_an_agencys_officer_sees_neither_identity_number_nor_contact(tasks: TaskOffice) -> None:
    await speaks_for(tasks, "DINKES")
    key = recommendation(tasks, await tasks.licence(emas.HEALTH))

    page = (await page_of(tasks, f"/tasks/{key}", Role.REKOM)).text

    assert "CTH-0001" in page
    assert not [value for value in (emas.NIK, "0812") if value in page]


async def test_who_drafted_a_licence_cannot_take_its_verification(tasks: TaskOffice) -> None:
    supervisor = account_of(Role.PENGAWAS, SUMEDANG)
    case_id = await tasks.licence(emas.RESEARCH)
    await emas.done(tasks.portal.office, case_id, "Task_DraftLicence", officer=supervisor)
    key = tasks.task(case_id, "Task_VerifyDraft", role="PENGAWAS", process_id=EMAS)

    async with await tasks.portal.visit_as(Role.PENGAWAS) as browser:
        said = (await browser.post("/tasks/act", data={"do": "claim", "key": str(key)}, follow_redirects=True)).text

    assert "empat mata" in said
    assert key not in await tasks.portal.office.work.pending()


async def test_another_regions_licence_is_not_found(tasks: TaskOffice) -> None:
    case_id = await tasks.licence(emas.RESEARCH)

    assert (await page_of(tasks, f"/cases/{case_id}", region=LAMPUNG_SELATAN)).status_code == 404


async def test_what_can_be_asked_for_is_ticked_in_the_words_of_the_licence(tasks: TaskOffice) -> None:
    key = tasks.task(await tasks.licence(emas.RESEARCH), process_id=EMAS)
    asks = {
        "do": "complete",
        "completeness_result": "correction_needed",
        "correction_subjects": ["PROPOSAL", "research_title"],
        "completeness_note": "Judul tidak sama dengan proposal.",
        "no_conflict_of_interest": "true",
    }

    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        page = (await browser.get(f"/tasks/{key}")).text
        answer = await browser.post(f"/tasks/{key}", data=asks)
        unknown = await browser.post(f"/tasks/{key}", data=asks | {"correction_subjects": ["IZIN_TETANGGA"]})

    assert re.search(r'name="correction_subjects" value="PROPOSAL"', page)
    assert answer.status_code == 303
    assert unknown.status_code in (409, 422)
    asked = (await tasks.portal.office.emas.views.of_case(await case_of(tasks, key))).asked
    assert {item.subject for item in asked} == {"PROPOSAL", "research_title"}


async def case_of(tasks: TaskOffice, key: int) -> str:
    task = tasks.portal.history.task(key)
    assert task is not None
    assert task.case_id is not None
    return task.case_id
