"""The page that says how the office's system is, and what holds for every page, over HTTP."""

from dataclasses import replace
from datetime import timedelta

import pytest

from penaemas.licensing.roles import Role
from penaemas.portal.office_state.readiness import Probe, Readiness
from penaemas.portal.office_state.state import Part
from tests.portal.offices import (
    ANOTHER_MACHINE,
    BUSY,
    EMPTY,
    MONDAY_AT_EIGHT,
    THIS_MACHINE,
    PaperClock,
    PortalOffice,
)


async def state_page(office: PortalOffice) -> str:
    async with await office.visit_as(Role.LOKET) as browser:
        answer = await browser.get("/office-state")
    assert answer.status_code == 200
    return answer.text


async def test_the_page_shows_what_the_history_has_stored(portal_office: PortalOffice) -> None:
    page = await state_page(portal_office)

    for shown in ("1.204", "12.345", "public_information_request", "Senin, 2 Nov 2026 08.31 WIB"):
        assert shown in page


async def test_the_page_is_in_indonesian_with_english_beside(portal_office: PortalOffice) -> None:
    page = await state_page(portal_office)

    assert '<html lang="id"' in page
    assert 'Perkara berjalan <span class="beside" lang="en">Cases running</span>' in page


async def test_an_officer_may_have_english_lead_and_the_choice_is_kept(portal_office: PortalOffice) -> None:
    async with await portal_office.visit_as(Role.LOKET) as browser:
        await browser.post("/preferences", data={"language": "en"})

    page = await state_page(portal_office)

    assert '<html lang="en"' in page
    assert 'Cases running <span class="beside" lang="id">Perkara berjalan</span>' in page
    assert "Monday, 2 Nov 2026 08:31 WIB" in page


async def test_a_part_that_is_not_ready_says_why_and_the_page_still_opens(portal_office: PortalOffice) -> None:
    portal_office.readiness.parts = (Part("Pekerja", "Workers", False, ("gateway: no connection <yet>",)),)

    page = await state_page(portal_office)

    assert "belum siap" in page
    assert "gateway: no connection &lt;yet&gt;" in page


async def test_an_empty_office_is_told_what_to_do_next(portal_office: PortalOffice) -> None:
    portal_office.facts.facts = EMPTY

    page = await state_page(portal_office)

    assert "Belum ada catatan dari mesin" in page
    assert "<code>./pena deploy</code>" in page


async def test_a_deployed_process_without_a_case_says_how_to_begin_one(portal_office: PortalOffice) -> None:
    portal_office.facts.facts = replace(BUSY, cases_running=0)

    assert "<code>./pena case submit</code>" in await state_page(portal_office)


async def test_a_missing_record_is_an_alarm_on_the_page(portal_office: PortalOffice) -> None:
    assert 'role="alert"' not in await state_page(portal_office)

    portal_office.facts.facts = replace(BUSY, records_missing=4)

    assert 'role="alert"' in await state_page(portal_office)


async def test_without_the_history_the_page_says_so_and_the_portal_is_not_ready(portal_office: PortalOffice) -> None:
    portal_office.facts.facts = None

    assert "Riwayat belum terbaca" in await state_page(portal_office)
    async with portal_office.visit() as machine:
        assert (await machine.get("/readyz")).status_code == 503
        assert (await machine.get("/livez")).status_code == 200


async def test_an_unexpected_error_gives_a_reference_and_not_its_text(portal_office: PortalOffice) -> None:
    portal_office.facts.error = RuntimeError("row of NIK 3578012345670001")

    async with await portal_office.visit_as(Role.LOKET) as browser:
        answer = await browser.get("/office-state")

    assert answer.status_code == 500
    assert "Ada yang tidak beres" in answer.text
    assert "3578012345670001" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_an_unknown_address_is_answered_with_a_page(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        answer = await browser.get("/no/such/page")

    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.text


async def test_the_page_asks_nothing_of_anybody_outside(portal_office: PortalOffice) -> None:
    portal_office.clock = PaperClock()
    async with await portal_office.visit_as(Role.LOKET) as browser:
        answer = await browser.get("/office-state")

    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert "style=" not in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_another_name_for_this_machine_is_refused(portal_office: PortalOffice) -> None:
    async with portal_office.visit(address="http://evil.example") as browser:
        assert (await browser.get("/sign-in")).status_code == 400


async def test_a_demonstration_shows_its_clock_and_moves_it_by_half_an_hour(portal_office: PortalOffice) -> None:
    portal_office.clock = clock = PaperClock()
    async with portal_office.visit() as browser:
        assert "Senin, 2 Nov 2026 08.00 WIB" in (await browser.get("/sign-in")).text

        moved = await browser.post("/demo/clock", data={"minutes": "30"})

        assert (moved.status_code, moved.headers["Location"]) == (303, "/")
        assert "Senin, 2 Nov 2026 08.30 WIB" in (await browser.get("/sign-in")).text
    assert clock.present == MONDAY_AT_EIGHT + timedelta(minutes=30)


async def test_a_real_office_has_no_clock_to_move(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        assert "LATIHAN" not in (await browser.get("/sign-in")).text
        assert (await browser.post("/demo/clock", data={"minutes": "30"})).status_code == 404


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (ANOTHER_MACHINE, {}),
        (THIS_MACHINE, {"Origin": "http://evil.example"}),
        (THIS_MACHINE, {"Sec-Fetch-Site": "cross-site"}),
    ],
    ids=["another machine", "another site's form", "another site's script"],
)
async def test_the_clock_is_moved_from_our_own_page_on_this_machine_alone(
    portal_office: PortalOffice, client: tuple[str, int], headers: dict[str, str]
) -> None:
    portal_office.clock = clock = PaperClock()
    async with portal_office.visit(client) as browser:
        answer = await browser.post("/demo/clock", data={"minutes": "30"}, headers=headers)

    assert answer.status_code == 403
    assert clock.present == MONDAY_AT_EIGHT


@pytest.mark.parametrize("minutes", ["0", "-30", "1441", "soon"])
async def test_the_clock_moves_forward_by_at_most_a_day(portal_office: PortalOffice, minutes: str) -> None:
    portal_office.clock = clock = PaperClock()
    async with portal_office.visit() as browser:
        answer = await browser.post("/demo/clock", data={"minutes": minutes})

    assert answer.status_code == 422
    assert clock.present == MONDAY_AT_EIGHT


async def test_an_engine_that_does_not_answer_moves_no_clock(portal_office: PortalOffice) -> None:
    portal_office.clock = PaperClock(broken=True)
    async with portal_office.visit() as browser:
        assert (await browser.post("/demo/clock", data={"minutes": "30"})).status_code == 503


async def test_a_process_that_does_not_answer_is_not_ready(free_port: int) -> None:
    readiness = Readiness((Probe("Pekerja", "Workers", f"http://127.0.0.1:{free_port}/readyz"),))

    (part,) = await readiness.ask()

    assert not part.ready
    assert part.reasons == ("tidak menjawab · does not answer",)
