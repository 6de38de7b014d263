"""What officers print by one press, over HTTP."""

from __future__ import annotations

import httpx
import pytest

from penaemas.licensing.roles import Role
from tests import emas, pbg
from tests.offices import SUMEDANG
from tests.portal.task_office import TaskOffice


async def page_of(tasks: TaskOffice, path: str, role: Role = Role.LOKET) -> httpx.Response:
    async with await tasks.portal.visit_as(role, SUMEDANG) as browser:
        return await browser.get(path)


async def corrected(tasks: TaskOffice) -> str:
    """A case that asks for the family card once more."""
    case_id, office = await tasks.case(), tasks.portal.office
    await pbg.done(
        office,
        case_id,
        "Task_CheckCompleteness",
        completeness_result="correction_needed",
        verdict_kk="TIDAK_SESUAI",
        note_kk="Halaman dua tidak terbaca; pindai ulang.",
    )
    await office.pbg.corrections.open_round(case_id)
    return case_id


async def test_a_receipt_names_the_documents_and_until_when_the_office_answers(tasks: TaskOffice) -> None:
    case_id = await tasks.case()
    await tasks.portal.office.deadlines.service_window.open(case_id, SUMEDANG)

    receipt = (await page_of(tasks, f"/cases/{case_id}/prints/receipt")).text

    for shown in ("Tanda terima", "Budi Rekaan", "Kartu keluarga", "paling lambat Senin, 2 Feb 2026 12.00 WIB"):
        assert shown in receipt


async def test_a_correction_letter_says_what_to_mend_in_the_officers_words_and_until_when(tasks: TaskOffice) -> None:
    letter = (await page_of(tasks, f"/cases/{await corrected(tasks)}/prints/correction")).text

    for shown in ("putaran 1", "Kartu keluarga", "Halaman dua tidak terbaca; pindai ulang.", "paling lambat"):
        assert shown in letter


async def test_the_minutes_hold_the_wording_of_the_joint_decision(tasks: TaskOffice) -> None:
    case_id = await tasks.case()
    for element_id in ("Task_ReviewSpatialFit", "Task_ReviewPrototypeLayout", "Task_DecideJointly"):
        await pbg.done(tasks.portal.office, case_id, element_id)

    assert "Berita acara 1/2026: memenuhi standar" in (await page_of(tasks, f"/cases/{case_id}/prints/minutes")).text


async def test_an_assessment_says_what_is_owed_and_on_which_basis(tasks: TaskOffice) -> None:
    case_id, office = await tasks.licence(emas.ADVERTISING), tasks.portal.office
    await office.emas.fees.issue_notice(case_id)

    assert "Rp 720.000" in (await page_of(tasks, f"/cases/{case_id}/prints/assessment")).text


async def test_what_is_not_there_yet_is_neither_offered_nor_printed(tasks: TaskOffice) -> None:
    case_id = await tasks.case()

    offered = (await page_of(tasks, f"/cases/{case_id}")).text

    assert f"/cases/{case_id}/prints/receipt" in offered
    for kind in ("correction", "minutes", "assessment", "no-such-letter"):
        assert f"/prints/{kind}" not in offered
        assert (await page_of(tasks, f"/cases/{case_id}/prints/{kind}")).status_code == 404


@pytest.mark.parametrize("role", [Role.PIMPINAN])
async def test_whose_role_does_not_open_the_applicants_name_prints_nothing(tasks: TaskOffice, role: Role) -> None:
    case_id = await tasks.case()

    assert "/prints/" not in (await page_of(tasks, f"/cases/{case_id}", role)).text
    assert (await page_of(tasks, f"/cases/{case_id}/prints/receipt", role)).status_code == 404
