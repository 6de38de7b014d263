"""Outages: declared with a reference, seen by everybody, ended; every clock of the region stands meanwhile."""

from __future__ import annotations

from datetime import timedelta

from penaemas.licensing.roles import Role
from tests.offices import LAMPUNG_SELATAN, SUMEDANG
from tests.portal.task_office import TaskOffice

SIMBG_IS_DOWN = {"region_code": SUMEDANG, "reference": "GGN-7", "system": "SIMBG", "reason": "Tidak dapat dibuka"}
RESTORED = {"region_code": SUMEDANG, "reference": "GGN-7", "reason": "Pulih setelah dihubungi"}


async def test_a_supervisor_declares_an_outage_and_the_minutes_of_a_task_stand(tasks: TaskOffice) -> None:
    case_id = await tasks.case()
    tasks.task(case_id, minutes=20)
    async with await tasks.portal.visit_as(Role.PENGAWAS) as browser:
        await browser.post("/outages/declare", data=SIMBG_IS_DOWN)
        tasks.portal.machine.let_pass(timedelta(minutes=9))
        listed = (await browser.get("/tasks?whose=all")).text
        page = (await browser.get("/outages")).text

    assert "20 menit lagi" in listed
    assert "GGN-7" in page
    assert "Rekaan Pengawas" in page


async def test_an_outage_that_is_over_lets_the_clocks_go_on_and_stays_listed(tasks: TaskOffice) -> None:
    async with await tasks.portal.visit_as(Role.PENGAWAS) as browser:
        await browser.post("/outages/declare", data=SIMBG_IS_DOWN)
        tasks.portal.machine.let_pass(timedelta(minutes=9))
        await browser.post("/outages/end", data=RESTORED)
        page = (await browser.get("/outages")).text
    (outage,) = await tasks.portal.office.outages.all_of(SUMEDANG)

    assert outage.ended_at == tasks.portal.machine.now()
    assert "Tidak ada gangguan." in page
    assert "GGN-7" in page


async def test_an_outage_without_a_reference_is_none_and_the_page_says_so_beside_the_field(tasks: TaskOffice) -> None:
    async with await tasks.portal.visit_as(Role.PENGAWAS) as browser:
        answer = await browser.post("/outages/declare", data=SIMBG_IS_DOWN | {"reference": " "})

    assert answer.status_code == 422
    assert 'id="reference-fault"' in answer.text
    assert 'value="Tidak dapat dibuka"' in answer.text
    assert await tasks.portal.office.outages.all_of(SUMEDANG) == ()


async def test_nobody_declares_an_outage_of_another_region(tasks: TaskOffice) -> None:
    async with await tasks.portal.visit_as(Role.PENGAWAS, LAMPUNG_SELATAN) as browser:
        answer = await browser.post("/outages/declare", data=SIMBG_IS_DOWN)

    assert answer.status_code == 404
    assert await tasks.portal.office.outages.all_of(SUMEDANG) == ()


async def test_an_officer_reads_of_outages_without_a_form(tasks: TaskOffice) -> None:
    async with await tasks.portal.visit_as(Role.OPERATOR) as browser:
        page = (await browser.get("/outages")).text

    assert "Tidak ada gangguan." in page
    assert "/outages/declare" not in page
