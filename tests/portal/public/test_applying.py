"""Applying without a script: every page, what is wrong with it, going away and coming back, and sending once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from penaemas.casefiles.applicant_tables import application_draft, draft_file
from penaemas.casefiles.tables import act, case_file, outbox
from penaemas.licensing.roles import Role
from tests.emas import HEALTH, RESEARCH
from tests.offices import SUMEDANG
from tests.pbg import PERSONAL
from tests.portal.offices import PortalOffice
from tests.portal.public.applicants import (
    PBG,
    PBG_ANSWERS,
    PBG_CHECK,
    PBG_FILES,
    answers_every_page,
    answers_page,
    begins,
    codes_in,
    errors_in,
    licence_answers,
    licence_files,
    plain,
)


def count(office: PortalOffice, table: object) -> int:
    with office.office.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


async def test_an_applicant_applies_for_pbg_mbr_and_gets_both_codes(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        page = await answers_every_page(browser, await begins(browser))
        assert "GRATIS" in page.text
        assert "selesai paling lambat" in page.text
        sent = await browser.post("/apply/send", follow_redirects=True)

    tracking_code, secret = codes_in(sent.text)
    case_id = await portal_office.office.applicants.tracking.opened_by(tracking_code, secret)
    assert case_id is not None
    assert count(portal_office, outbox) == 1
    assert len(await portal_office.office.pbg.documents.of_case(case_id)) == len(PBG_FILES)


@pytest.mark.parametrize("licence", [HEALTH, RESEARCH])
async def test_an_applicant_applies_for_a_licence_of_the_catalogue(portal_office: PortalOffice, licence: str) -> None:
    async with portal_office.visit() as browser:
        page = await answers_every_page(
            browser, await begins(browser, licence), licence_answers(licence), licence_files(licence)
        )
        assert errors_in(page.text) == []
        sent = await browser.post("/apply/send", follow_redirects=True)

    assert len(codes_in(sent.text)) == 2
    assert count(portal_office, case_file) == 1


async def test_two_presses_on_send_make_one_case_and_show_one_receipt(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        await answers_every_page(browser, await begins(browser))
        first, second = await asyncio.gather(
            browser.post("/apply/send", follow_redirects=True), browser.post("/apply/send", follow_redirects=True)
        )

    assert codes_in(first.text) == codes_in(second.text) != []
    assert count(portal_office, case_file) == 1


async def test_what_was_typed_is_erased_from_the_draft_once_it_is_sent(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        await answers_every_page(browser, await begins(browser))
        await browser.post("/apply/send")

    with portal_office.office.database.reading() as connection:
        assert connection.execute(select(application_draft.c.sealed)).scalar() is None
    assert count(portal_office, draft_file) == 0


async def test_an_answer_that_breaks_a_rule_is_kept_and_told_beside_its_field(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        first = await begins(browser)
        wrong = await answers_page(browser, first, PBG_ANSWERS | {"applicant_nik": "3211024503920000"}, {})

    assert wrong.status_code == 422
    assert errors_in(wrong.text) == [
        "NIK pemohon : empat angka terakhir NIK tidak mungkin 0000. salin angka dari KTP. "
        "the last four digits of a NIK are never 0000; copy the digits from the identity card."
    ]
    assert 'value="3211024503920000"' in wrong.text
    assert 'href="#applicant_nik"' in wrong.text


async def test_going_on_later_from_another_device_finds_every_answer(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        await answers_page(browser, await begins(browser), PBG_ANSWERS, {})
        (code,) = codes_in((await browser.get("/apply/later")).text)

    async with portal_office.visit() as elsewhere:
        page = await elsewhere.post(
            "/apply/return", data={"code": code.lower().replace("-", " ")}, follow_redirects=True
        )

    assert page.url.path == "/apply"
    assert "Budi Rekaan" in page.text
    assert "4.000.000" in page.text  # what was told in the check before


async def test_a_draft_that_is_left_alone_ends_and_nobody_can_read_it_again(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        await answers_page(browser, await begins(browser), PBG_ANSWERS, {})
        portal_office.machine.let_pass(timedelta(days=31))
        await begins(browser)

    with portal_office.office.database.reading() as connection:
        ended = connection.execute(select(application_draft.c.sealed).order_by(application_draft.c.begun_at)).scalars()
        assert [sealed is None for sealed in ended] == [True, False]


async def test_nothing_personal_stands_in_clear_while_it_is_a_draft(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        await answers_every_page(browser, await begins(browser))

    with portal_office.office.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM application_draft").all()
    assert [value for value in PERSONAL if value in repr(rows)] == []


async def test_an_application_with_a_file_missing_is_not_sent_and_the_link_leads_to_it(
    portal_office: PortalOffice,
) -> None:
    async with portal_office.visit() as browser:
        page = await begins(browser)
        while page.url.path != "/apply/document-ktp":
            page = await answers_page(browser, page, PBG_ANSWERS, PBG_FILES)
        unchosen = await answers_page(browser, page, PBG_ANSWERS, {})
        sent = await browser.post("/apply/send")

    assert errors_in(unchosen.text)[0].startswith("KTP : berkas wajib ini belum ada.")
    assert sent.status_code == 422
    assert 'href="/apply/document-ktp?then=check#document_ktp"' in sent.text
    assert count(portal_office, case_file) == 0


async def test_changing_one_answer_leads_back_to_the_check(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        await answers_every_page(browser, await begins(browser))
        page = await browser.post(
            "/apply/phone", data={"phone": "0812 0000 0009", "then": "check"}, follow_redirects=True
        )

    assert page.url.path == "/apply"
    assert "0812 0000 0009" in page.text


async def test_without_consent_a_licence_asks_for_every_document_and_with_it_not_for_held_ones(
    portal_office: PortalOffice,
) -> None:
    files = {key: content for key, content in licence_files().items() if key == "document_surat_tempat_praktik"}
    async with portal_office.visit() as browser:
        answers = licence_answers() | {"consents_to_reuse": "true"}
        page = await answers_every_page(browser, await begins(browser, HEALTH), answers, files)
        await browser.post("/apply/consents-to-reuse", data={})
        refused = await browser.post("/apply/send")

    assert errors_in(page.text) == []
    assert [error.split(" :")[0] for error in errors_in(refused.text)] == [
        "Kartu tanda penduduk",
        "Pas foto terbaru",
        "Surat tanda registrasi",
    ]


async def test_an_officer_at_the_counter_sends_only_what_the_applicant_has_agreed_to(
    portal_office: PortalOffice,
) -> None:
    async with await portal_office.visit_as(Role.LOKET) as browser:
        await answers_every_page(browser, await begins(browser))
        unagreed = await browser.post("/apply/send")
        await browser.post("/apply/send", data={"confirmed": "paper"})

    assert "persetujuan pemohon belum dicatat" in unagreed.text
    with portal_office.office.database.reading() as connection:
        (received_by,) = connection.execute(select(case_file.c.received_by)).scalars()
        assisted = connection.execute(select(act.c.actor, act.c.details).where(act.c.action == "assist_application"))
        assert assisted.all() == [(received_by, {"confirmed": "paper"})]
    assert received_by == "loket.r3211"


async def test_the_check_tells_who_earns_too_much_before_anything_is_kept(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        page = await browser.post(f"/services/{PBG}/check", data=PBG_CHECK | {"own_income_idr": "9.000.000"})

    assert "penghasilan melebihi batas MBR" in page.text
    assert "Mulai mengisi" not in page.text
    assert count(portal_office, application_draft) == 0


async def test_the_check_lists_the_papers_and_the_time_by_which_it_would_be_done(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        page = await browser.post(f"/services/{PBG}/check", data=PBG_CHECK)
        own_drawings = await browser.post(f"/services/{PBG}/check", data=PBG_CHECK | {"prototype_code": "NONE"})

    assert "Senin, 2 Feb 2026 12.00 WIB" in page.text
    assert "Pilihan desain prototipe</li>" in page.text
    assert "Gambar fondasi</li>" in own_drawings.text


async def test_the_page_of_a_service_shows_fourteen_components_requirements_first(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        page = await browser.get(f"/services/{HEALTH}")

    assert page.text.count("<dt>") >= 14 + 3
    assert plain(page.text).index("1. Persyaratan") < plain(page.text).index("14. Evaluasi kinerja")
    assert "belum ada perkara yang selesai" in page.text


async def test_everybody_may_begin_often_but_not_without_end(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        begun = [await browser.post(f"/services/{HEALTH}/begin", data={"region_code": SUMEDANG}) for _ in range(45)]

    assert count(portal_office, application_draft) == 40
    assert begun[-1].headers["location"] == f"/services/{HEALTH}"
