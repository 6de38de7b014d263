"""Officers do their work in real Chromium, on the real engine."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from penaemas.licensing.roles import Role
from penaemas.portal.cases.words import DOCUMENTS
from tests import emas as licences
from tests.portal.browser.browser_office import BrowserOffice, until
from tests.portal.browser.filling_in import Staff
from tests.processes.kit import emas, pbg
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

COMPLETE = "[data-complete]"
SIGN_PERMIT = "Task_SignPermit"  # a signature is given by the signer's own means, not by a form
NOTHING_APPLIES = {
    f"{asked}_{document.lower()}": "TIDAK_BERLAKU" for asked in ("presence", "verdict") for document in DOCUMENTS
}


async def at_completeness(region: PermitOffice) -> tuple[Case, int]:
    """A case whose documents wait to be checked; the case and the task's key."""
    case = await pbg.a_family_applies(region)
    task = await pbg.complete_up_to(case, "Task_CheckCompleteness")
    return case, task.user_task_key


async def opens_task(page: Page, key: int) -> None:
    """From the list, as an officer does."""
    await page.locator(f'[data-task="{key}"] .task-link').click()
    await expect(page.locator(COMPLETE)).to_be_visible()


async def judges_every_document(page: Page) -> None:
    """SESUAI for each; by the labels, as one sees them."""
    for document in DOCUMENTS:
        await page.locator(f'input[name="verdict_{document.lower()}"][value="SESUAI"]').check()
    await page.locator('input[name="completeness_result"][value="complete"]').check()
    await page.locator("#no_conflict_of_interest").check()


async def test_a_verifier_completes_a_task_that_appeared_by_itself(office: BrowserOffice) -> None:
    region = await office.opens()
    page = await office.officer(Role.OPERATOR, region.region_code)
    await expect(page.locator(".empty")).to_be_visible()

    case, key = await at_completeness(region)
    await expect(page.locator(f'[data-task="{key}"]')).to_be_visible()
    await opens_task(page, key)
    await judges_every_document(page)
    await page.locator(COMPLETE).click()

    await expect(page.locator(".flash.good")).to_contain_text("Selesai dan terkirim")
    assert await page.locator(f'[data-task="{key}"]').count() == 0
    await case.waits_at("Task_ReviewSpatialFit")


async def test_a_completeness_check_takes_a_dozen_interactions_on_one_page(office: BrowserOffice) -> None:
    region = await office.opens()
    case, key = await at_completeness(region)
    page = await office.officer(Role.OPERATOR, region.region_code)
    await opens_task(page, key)
    here, presses = page.url, 0
    documents = page.locator("[data-document]")

    for number in range(await documents.count()):
        await documents.nth(number).click()
        await expect(documents.nth(number)).to_have_attribute("aria-current", "true")
        presses += 1
    for place in ("[data-judge-rest]", 'input[value="complete"]', "#no_conflict_of_interest"):
        await page.locator(place).click()
        presses += 1
    assert page.url == here
    await page.locator(COMPLETE).click()

    await expect(page.locator(".flash.good")).to_be_visible()
    assert presses + 1 <= 12
    await case.waits_at("Task_ReviewSpatialFit")


async def test_a_hidden_part_appears_as_it_is_needed_and_errors_stand_beside_their_fields(
    office: BrowserOffice,
) -> None:
    region = await office.opens()
    _, key = await at_completeness(region)
    page = await office.officer(Role.OPERATOR, region.region_code)
    await opens_task(page, key)

    await expect(page.locator("#note_kk")).to_be_hidden()
    await page.locator('input[name="verdict_kk"][value="TIDAK_SESUAI"]').check()
    await expect(page.locator("#note_kk")).to_be_visible()
    await page.locator(COMPLETE).click()

    await expect(page.locator("#error-summary")).to_be_focused()
    await expect(page.locator("#note_kk-error")).to_contain_text("wajib diisi")


async def test_of_two_officers_the_slower_keeps_the_draft_and_learns_who_was_faster(office: BrowserOffice) -> None:
    region = await office.opens()
    _, key = await at_completeness(region)
    first = await office.officer(Role.OPERATOR, region.region_code)
    second = await office.officer(Role.OPERATOR, region.region_code, number=2)
    for page in (first, second):
        await opens_task(page, key)
        await judges_every_document(page)
    await expect(second.locator("#others")).to_contain_text("Rekaan Operator 1")

    await first.locator(COMPLETE).click()
    await expect(first.locator(".flash.good")).to_be_visible()
    await second.locator(COMPLETE).click()

    await expect(second.locator(".flash.bad, .flash.note").first).to_contain_text("Rekaan Operator 1")
    draft = await office.running.casefiles.drafts.find(key, f"operator2.r{region.region_code.replace('.', '')}")
    assert draft is not None
    assert draft.typed["verdict_ktp"] == ("SESUAI",)


async def test_a_draft_survives_a_restart_of_the_portal(office: BrowserOffice) -> None:
    region = await office.opens()
    _, key = await at_completeness(region)
    page = await office.officer(Role.OPERATOR, region.region_code)
    await opens_task(page, key)
    await page.locator('input[name="verdict_kk"][value="TIDAK_SESUAI"]').check()
    await page.locator("#note_kk").fill("Fotonya buram")
    await expect(page.locator("[data-draft-state]")).to_contain_text("Konsep tersimpan")

    await office.server.stop()
    await page.locator("#note_kk").fill("Fotonya buram di sisi kiri")
    await expect(page.locator("[data-draft-state]")).to_contain_text("dicoba lagi")
    await office.server.start()
    await expect(page.locator("[data-draft-state]")).to_contain_text("Konsep tersimpan")
    await page.reload()

    await expect(page.locator("#note_kk")).to_have_value("Fotonya buram di sisi kiri")


async def test_signing_out_with_a_form_open_loses_nothing(office: BrowserOffice) -> None:
    region = await office.opens()
    _, key = await at_completeness(region)
    page = await office.officer(Role.OPERATOR, region.region_code)
    await opens_task(page, key)
    await page.locator('input[name="verdict_kk"][value="TIDAK_SESUAI"]').check()
    await page.locator("#note_kk").fill("Halaman dua tidak ada")
    await expect(page.locator("[data-draft-state]")).to_contain_text("Konsep tersimpan")
    await page.locator("details.drop > summary").click()
    await page.locator('form[action="/sign-out"] button').last.click()
    await expect(page).to_have_url(re.compile("/sign-in"))

    again = await office.officer(Role.OPERATOR, region.region_code)
    await expect(again.locator(f'[data-task="{key}"]')).to_contain_text("Ada konsep")
    await opens_task(again, key)

    await expect(again.locator("#note_kk")).to_have_value("Halaman dua tidak ada")


async def test_while_the_engine_is_away_work_goes_on_and_is_sent_afterwards(office: BrowserOffice) -> None:
    region = await office.opens()
    case, key = await at_completeness(region)
    page = await office.officer(Role.OPERATOR, region.region_code)
    await opens_task(page, key)
    await judges_every_document(page)
    office.pause_engine()
    try:
        await page.locator(COMPLETE).click()
        await expect(page).to_have_url(re.compile(r"/tasks$"))
        await page.goto(f"{office.address}/tasks?whose=groups")
        await expect(page.locator("#task-rows")).to_contain_text("Menunggu mesin proses")
        assert await page.locator(f'[data-task="{key}"]').count() == 0
    finally:
        office.resume_engine()

    await case.waits_at("Task_ReviewSpatialFit")


async def test_a_correction_round_is_asked_for_and_shown(office: BrowserOffice) -> None:
    region = await office.opens()
    case, key = await at_completeness(region)
    page = await office.officer(Role.OPERATOR, region.region_code)
    await opens_task(page, key)
    await judges_every_document(page)
    await page.locator('input[name="verdict_kk"][value="TIDAK_SESUAI"]').check()
    await page.locator("#note_kk").fill("Kartu keluarga tidak terbaca; pindai ulang.")
    await page.locator('input[name="completeness_result"][value="correction_needed"]').check()
    await page.locator(COMPLETE).click()
    await expect(page.locator(".flash.good")).to_be_visible()

    await pbg.the_family_corrects(case, "KK")
    # Registration is looked at again with what came back; the pre-check is not.
    again = await case.waits_at("Task_RegisterApplication", task_number=2)
    assert again.ended_at is None
    await pbg.complete(case, "Task_RegisterApplication")
    task = await case.waits_at("Task_CheckCompleteness", task_number=2)
    await page.goto(f"{office.address}/tasks/{task.user_task_key}")

    await expect(page.locator("#asked")).to_be_visible()
    await expect(page.locator("section", has=page.locator("#asked"))).to_contain_text("Kartu keluarga")


async def test_a_breach_is_seen_by_officer_and_supervisor_when_the_training_clock_is_moved(
    office: BrowserOffice,
) -> None:
    region = await office.opens()
    case, key = await at_completeness(region)
    officer = await office.officer(Role.OPERATOR, region.region_code)
    supervisor = await office.officer(Role.PENGAWAS, region.region_code)

    await officer.locator(".demo button").click()
    await officer.goto(f"{office.address}/tasks?whose=groups")
    await expect(officer.locator(f'[data-task="{key}"] .left.late')).to_contain_text("terlambat")

    async def raised() -> bool:
        return await office.running.casefiles.deadlines.escalations.priority_of(case.case_id) > 0

    await until(raised, "the escalation has raised the case")
    await supervisor.goto(f"{office.address}/tasks?whose=all")
    await expect(supervisor.locator(f'[data-task="{key}"]')).to_contain_text("Didahulukan")
    await region.let_pass(timedelta(minutes=0))


async def test_the_same_work_in_english_and_by_keyboard_alone(office: BrowserOffice) -> None:
    region = await office.opens()
    case, key = await at_completeness(region)
    page = await office.officer(Role.OPERATOR, region.region_code, language="en")
    await expect(page.locator("h1")).to_contain_text("Tasks")

    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.locator(COMPLETE)).to_have_text("Complete")
    for document in DOCUMENTS:
        await page.locator(f'input[name="verdict_{document.lower()}"]').first.focus()
        await page.keyboard.press("Space")
    await page.locator('input[name="completeness_result"][value="complete"]').focus()
    await page.keyboard.press("Space")
    await page.locator("#no_conflict_of_interest").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Control+Enter")

    await expect(page.locator(".flash.good")).to_contain_text("Completed and sent")
    assert key
    await case.waits_at("Task_ReviewSpatialFit")


async def test_a_family_gets_its_permit_each_form_filled_in_by_its_own_officer(office: BrowserOffice) -> None:
    region = await office.opens()
    case, staff = await pbg.a_family_applies(region), Staff(office, region)

    before, after = pbg.TO_THE_PERMIT[: pbg.TO_THE_PERMIT.index(SIGN_PERMIT)], pbg.TO_THE_PERMIT[-1]
    for element_id in before:
        await staff.works_on(await case.open_task(element_id), NOTHING_APPLIES | pbg.usual(case, element_id))
    await pbg.complete(case, SIGN_PERMIT)
    await staff.works_on(await case.open_task(after), pbg.usual(case, after))

    assert (await case.ends()).state == "completed"
    reader = await office.officer(Role.LOKET, region.region_code)
    await reader.goto(f"{office.address}/cases/{case.case_id}")
    await expect(reader.locator("#content")).to_contain_text("Terbit")


async def test_a_licence_is_recommended_by_its_agency_and_issued_each_form_filled_in_by_its_own_officer(
    office: BrowserOffice,
) -> None:
    region = await office.opens()
    case, staff = await emas.somebody_applies(region, licences.HEALTH), Staff(office, region)
    await office.speaks_for("DINKES", region.region_code)

    for element_id in emas.INTAKE:
        await staff.works_on(await case.open_task(element_id), licences.STEPS[element_id])
    await staff.works_on(await emas.agency_task(case, "DINKES"), licences.STEPS["Task_GiveRecommendation"])
    for element_id in ("Task_DraftLicence", "Task_VerifyDraft"):
        await staff.works_on(await case.open_task(element_id), licences.STEPS[element_id])
    await emas.complete(case, "Task_SignLicence")

    await emas.ends_at(case, "EndEvent_LicenceIssued")
