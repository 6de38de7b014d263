"""Following a case by its tracking code, and what the receipt's secret opens: nothing personal without it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from penaemas.casefiles.breaches import record_breach
from penaemas.casefiles.case_records import ApplicationReceipt
from penaemas.casefiles.tables import act, outbox
from penaemas.licensing.roles import Role
from penaemas.portal.public.attempts import Allowance, Attempts
from tests import emas
from tests.offices import LAMPUNG_SELATAN
from tests.pbg import PERSONAL, done, pdf, png, submitted
from tests.portal.offices import ANOTHER_MACHINE, PortalOffice
from tests.portal.public.applicants import codes_in, errors_in, plain

ASKED = {
    "completeness_result": "correction_needed",
    "verdict_ktp": "TIDAK_SESUAI",
    "note_ktp": "Foto KTP buram, Pak Budi.",
}


async def received(office: PortalOffice) -> ApplicationReceipt:
    receipt = await submitted(office.office)
    await office.office.pbg.opening.open_case(receipt.case_id)
    return receipt


async def asked_to_mend(office: PortalOffice) -> ApplicationReceipt:
    """A case in which an officer found the photo of the identity card unreadable."""
    receipt = await received(office)
    await office.office.deadlines.service_window.open(receipt.case_id, "32.11")
    await done(office.office, receipt.case_id, "Task_CheckCompleteness", **ASKED)
    await office.office.pbg.corrections.open_round(receipt.case_id)
    return receipt


async def opens_the_room(browser: httpx.AsyncClient, receipt: ApplicationReceipt) -> httpx.Response:
    address = f"/track/{receipt.tracking_code}/open"
    return await browser.post(address, data={"secret": receipt.secret}, follow_redirects=True)


def actions(office: PortalOffice, actor: str) -> list[str]:
    with office.office.database.reading() as connection:
        return list(
            connection.execute(select(act.c.action).where(act.c.actor == actor).order_by(act.c.number)).scalars()
        )


async def test_the_tracking_code_shows_where_the_case_stands_and_nothing_personal(portal_office: PortalOffice) -> None:
    receipt = await received(portal_office)
    async with portal_office.visit() as browser:
        page = await browser.post(
            "/track", data={"code": receipt.tracking_code.lower().replace("-", " ")}, follow_redirects=True
        )

    assert page.status_code == 200
    assert "Permohonan sedang dikerjakan." in page.text
    assert 'class="now" aria-current="step"><span>Pra-pemeriksaan oleh loket' in page.text
    assert [value for value in PERSONAL if value in page.text] == []


async def test_a_pause_is_shown_with_its_reason_and_what_is_asked(portal_office: PortalOffice) -> None:
    receipt = await asked_to_mend(portal_office)
    async with portal_office.visit() as browser:
        page = await browser.get(f"/track/{receipt.tracking_code}")

    words = plain(page.text)
    assert "Kami menunggu Anda." in words
    assert "KTP : Unggah berkas baru yang jelas dan lengkap." in words
    assert "Janji layanan 180 menit: dijeda menunggu perbaikan dari Anda" in words
    assert "buram" not in words  # the officer's own words need the secret


async def test_a_broken_promise_is_told_with_apology_new_time_and_compensation(portal_office: PortalOffice) -> None:
    receipt = await received(portal_office)
    now = portal_office.machine.now()
    with portal_office.office.database.transaction() as connection:
        record_breach(connection, receipt.case_id, now, now + timedelta(hours=1), now, is_finished=False)
    async with portal_office.visit() as browser:
        words = plain((await browser.get(f"/track/{receipt.tracking_code}")).text)

    assert "Kami mohon maaf" in words
    assert "waktu baru yang dijanjikan Senin, 2 Feb 2026 10.00 WIB" in words
    assert "didahulukan pada kunjungan berikut, cendera mata" in words


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA-AAAA", "x", "", "'; DROP TABLE", "A" * 60])
async def test_every_wrong_code_gets_the_same_answer(portal_office: PortalOffice, code: str) -> None:
    async with portal_office.visit() as browser:
        usual = await browser.post("/track", data={"code": "BBBB-BBBB-BBBB-BBBB"})
        answer = await browser.post("/track", data={"code": code})

    assert (answer.status_code, answer.text) == (usual.status_code, usual.text)


async def test_a_wrong_secret_and_a_wrong_code_are_told_the_same(portal_office: PortalOffice) -> None:
    receipt = await received(portal_office)
    async with portal_office.visit() as browser:
        wrong_secret = await browser.post(f"/track/{receipt.tracking_code}/open", data={"secret": "AAAA"})
        wrong_code = await browser.post("/track/AAAA-AAAA/open", data={"secret": receipt.secret})

    assert wrong_secret.status_code == wrong_code.status_code == 403
    assert wrong_secret.text == wrong_code.text


async def test_whoever_guesses_is_slowed_down_and_whoever_has_a_code_is_not(portal_office: PortalOffice) -> None:
    receipt = await received(portal_office)
    async with portal_office.visit() as at_the_shared_line, portal_office.visit() as guessing:
        await at_the_shared_line.get(f"/track/{receipt.tracking_code}")
        answers = [(await guessing.post("/track", data={"code": f"GUES-{number}"})).status_code for number in range(45)]
        shared = await at_the_shared_line.get(f"/track/{receipt.tracking_code}")

    assert answers[:40] == [404] * 40
    assert answers[-1] == 429
    assert shared.status_code == 200
    async with portal_office.visit(ANOTHER_MACHINE) as elsewhere:
        assert (await elsewhere.get(f"/track/{receipt.tracking_code}")).status_code == 200


def test_attempts_come_back_with_time_and_all_senders_together_have_a_limit() -> None:
    now = [0.0]
    attempts = Attempts(Allowance(2, 10.0), Allowance(3, 1.0), lambda: now[0])
    for _ in range(2):
        attempts.failed("a")

    assert attempts.wait_s("a") == 10.0
    assert attempts.wait_s("b") == 0.0
    attempts.failed("b")
    assert attempts.wait_s("c") == 1.0
    now[0] = 10.0
    assert attempts.wait_s("a") == 0.0


async def test_a_correction_is_answered_with_a_photo_and_sent_once(portal_office: PortalOffice) -> None:
    receipt = await asked_to_mend(portal_office)
    async with portal_office.visit() as browser:
        room = await opens_the_room(browser, receipt)
        assert "Foto KTP buram, Pak Budi." in room.text
        too_early = await browser.post("/my/correction")
        await browser.post("/my/correction/KTP", files={"document_ktp": ("ktp.jpg", png(1400, 900), "image/jpeg")})
        first = await browser.post("/my/correction", follow_redirects=True)
        second = await browser.post("/my/correction", follow_redirects=True)

    assert errors_in(too_early.text)[0].startswith("KTP : belum dijawab.")
    assert "Perbaikan Anda sudah kami terima." in first.text
    assert "Perbaikan Anda sudah kami terima." in second.text
    with portal_office.office.database.reading() as connection:
        payloads = connection.execute(select(outbox.c.payload)).scalars().all()
    assert sum("office.pbg_mbr_correction_submitted" in str(payload) for payload in payloads) == 1
    (ktp,) = [one for one in await portal_office.office.pbg.documents.of_case(receipt.case_id) if one.document == "KTP"]
    assert ktp.media_type == "image/png"


async def test_an_answer_that_is_right_as_it_is_may_be_explained(portal_office: PortalOffice) -> None:
    receipt = await asked_to_mend(portal_office)
    async with portal_office.visit() as browser:
        await opens_the_room(browser, receipt)
        data = {"explanation": "KTP saya memang seperti ini."}
        await browser.post("/my/correction/KTP", files={"document_ktp": ("", b"")}, data=data)
        sent = await browser.post("/my/correction", follow_redirects=True)

    assert "Perbaikan Anda sudah kami terima." in sent.text


async def test_taking_the_application_back_is_asked_once_more_and_told_to_the_engine(
    portal_office: PortalOffice,
) -> None:
    receipt = await received(portal_office)
    async with portal_office.visit() as browser:
        await opens_the_room(browser, receipt)
        question = await browser.get("/my/withdraw")
        told = await browser.post("/my/withdraw", data={"reason": "Pindah rumah"}, follow_redirects=True)

    assert "Ya, tarik permohonan" in question.text
    assert "Anda sudah menarik permohonan ini" in told.text
    assert actions(portal_office, "pemohon")[-1] == "withdraw_application"


async def test_a_room_closes_when_it_is_left_and_after_a_while(portal_office: PortalOffice) -> None:
    receipt = await received(portal_office)
    async with portal_office.visit() as browser:
        await opens_the_room(browser, receipt)
        await browser.post("/my/leave")
        left = await browser.get("/my")
        await opens_the_room(browser, receipt)
        portal_office.machine.let_pass(timedelta(minutes=61))
        late = await browser.get("/my")

    assert left.headers["location"] == late.headers["location"] == "/track"


async def test_without_a_room_nothing_of_it_is_shown(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        for path in ("/my", "/my/correction/KTP", "/my/withdraw", "/my/papers/permit"):
            assert (await browser.get(path)).headers["location"] == "/track"


async def test_a_lost_secret_is_replaced_against_the_identity_card_and_the_old_one_opens_nothing(
    portal_office: PortalOffice,
) -> None:
    receipt = await received(portal_office)
    async with await portal_office.visit_as(Role.LOKET) as counter:
        unseen = await counter.post(f"/cases/{receipt.case_id}/secret")
        page = await counter.post(f"/cases/{receipt.case_id}/secret", data={"identity_seen": "true"})
    tracking_code, secret = codes_in(page.text)
    tracking = portal_office.office.applicants.tracking

    assert unseen.status_code == 422
    assert tracking_code == receipt.tracking_code
    assert await tracking.opened_by(tracking_code, receipt.secret) is None
    assert await tracking.opened_by(tracking_code, secret) == receipt.case_id
    assert "replace_receipt_secret" in actions(portal_office, "loket.r3211")


async def test_the_counter_of_another_region_replaces_no_secret_here(portal_office: PortalOffice) -> None:
    receipt = await received(portal_office)
    async with await portal_office.visit_as(Role.LOKET, LAMPUNG_SELATAN) as counter:
        assert (await counter.get(f"/cases/{receipt.case_id}/secret")).status_code == 404


async def test_the_permit_is_taken_home_once_it_is_signed_and_that_is_recorded(portal_office: PortalOffice) -> None:
    receipt = await received(portal_office)
    await portal_office.office.pbg.register.assign_registration_number(receipt.case_id)
    await done(portal_office.office, receipt.case_id, "Task_IssueComplianceStatement")
    await portal_office.office.pbg.retribution.calculate(receipt.case_id, exempt=True)
    await portal_office.office.pbg.register.assign_permit_number(receipt.case_id, simbg_registration=False)
    await portal_office.office.pbg.papers.render_permit(receipt.case_id, simbg_registration=False)
    async with portal_office.visit() as browser:
        await opens_the_room(browser, receipt)
        early = await browser.get("/my/papers/permit")
        await done(portal_office.office, receipt.case_id, "Task_SignPermit")
        room = await browser.get("/my")
        permit = await browser.get("/my/papers/permit")

    assert early.status_code == 404
    assert 'href="/my/papers/permit"' in room.text
    assert permit.content.startswith(b"%PDF-")
    assert actions(portal_office, "pemohon")[-1] == "view_paper"


async def test_the_correction_of_a_licence_asks_for_its_own_questions_and_files(portal_office: PortalOffice) -> None:
    office = portal_office.office
    case_id = await emas.opened(office, emas.RESEARCH)
    asks: dict[str, Any] = {
        "completeness_result": "correction_needed",
        "correction_subjects": ["research_title", "PROPOSAL"],
        "completeness_note": "Judul dan proposal belum cocok.",
    }
    await emas.done(office, case_id, "Task_CheckCompleteness", **asks)
    await office.emas.corrections.open_round(case_id)
    codes = await office.applicants.tracking.replace_secret(case_id, by="loket.contoh")
    async with portal_office.visit() as browser:
        room = await browser.post(
            f"/track/{codes.tracking_code}/open", data={"secret": codes.secret}, follow_redirects=True
        )
        question = await browser.get("/my/correction/research_title")
        data = {"research_title": "Pasar desa rekaan dan proposalnya"}
        await browser.post("/my/correction/research_title", data=data)
        files = {"document_proposal": ("proposal.pdf", pdf("baru"), "application/pdf")}
        await browser.post("/my/correction/PROPOSAL", files=files)
        sent = await browser.post("/my/correction", follow_redirects=True)

    assert "Judul dan proposal belum cocok." in room.text
    assert 'value="Pasar desa rekaan"' in question.text
    assert "Perbaikan Anda sudah kami terima." in sent.text
    stored = await office.emas.submission.application_as_read_by(case_id, "test")
    assert "Pasar desa rekaan dan proposalnya" in stored["answers"]
