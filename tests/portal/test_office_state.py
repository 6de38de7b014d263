"""The portal's first page, over HTTP."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from penaemas.portal.office_state.readiness import Probe, Readiness
from penaemas.portal.office_state.state import Part
from tests.portal.offices import BUSY, EMPTY, MONDAY_AT_EIGHT, PaperClock, PaperOffice

THIS_MACHINE = ("127.0.0.1", 50_000)


def visit(office: PaperOffice, client: tuple[str, int] = THIS_MACHINE, host: str = "127.0.0.1") -> httpx.AsyncClient:
    """A browser in front of the portal."""
    transport = httpx.ASGITransport(office.portal(), client=client)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


async def test_the_page_shows_what_the_history_has_stored() -> None:
    page = (await visit(PaperOffice()).get("/")).text

    for shown in ("1.204", "12.345", "public_information_request", "Senin, 2 Nov 2026 08.31 WIB"):
        assert shown in page


async def test_the_page_is_in_indonesian_with_english_beside() -> None:
    page = (await visit(PaperOffice()).get("/")).text

    assert '<html lang="id">' in page
    assert 'Perkara berjalan <span class="beside" lang="en">Cases running</span>' in page


async def test_the_reader_may_have_english_lead_and_the_choice_is_kept() -> None:
    async with visit(PaperOffice()) as browser:
        await browser.get("/?lang=en")
        page = (await browser.get("/")).text

    assert '<html lang="en">' in page
    assert 'Cases running <span class="beside" lang="id">Perkara berjalan</span>' in page
    assert "Monday, 2 Nov 2026 08:31 WIB" in page


async def test_a_part_that_is_not_ready_says_why_and_the_page_still_opens() -> None:
    office = PaperOffice()
    office.readiness.parts = (Part("Pekerja", "Workers", False, ("gateway: no connection <yet>",)),)

    answer = await visit(office).get("/")

    assert answer.status_code == 200
    assert "belum siap" in answer.text
    assert "gateway: no connection &lt;yet&gt;" in answer.text


async def test_an_empty_office_is_told_what_to_do_next() -> None:
    office = PaperOffice()
    office.history.facts = EMPTY

    page = (await visit(office).get("/")).text

    assert "Belum ada catatan dari mesin" in page
    assert "<code>./pena deploy</code>" in page


async def test_a_deployed_process_without_a_case_says_how_to_begin_one() -> None:
    office = PaperOffice()
    office.history.facts = replace(BUSY, cases_running=0)

    assert "<code>./pena case submit</code>" in (await visit(office).get("/")).text


async def test_a_missing_record_is_an_alarm_on_the_page() -> None:
    office = PaperOffice()
    assert 'role="alert"' not in (await visit(office).get("/")).text

    office.history.facts = replace(BUSY, records_missing=4)

    assert 'role="alert"' in (await visit(office).get("/")).text


async def test_without_the_history_the_page_says_so_and_the_portal_is_not_ready() -> None:
    office = PaperOffice()
    office.history.facts = None
    browser = visit(office)

    assert "Riwayat belum terbaca" in (await browser.get("/")).text
    assert (await browser.get("/readyz")).status_code == 503
    assert (await browser.get("/livez")).status_code == 200


async def test_an_unexpected_error_gives_a_reference_and_not_its_text(caplog: pytest.LogCaptureFixture) -> None:
    office = PaperOffice()
    office.history.error = RuntimeError("row of NIK 3578012345670001")

    answer = await visit(office).get("/")

    assert answer.status_code == 500
    assert "Ada yang tidak beres" in answer.text
    assert "3578012345670001" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_an_unknown_address_is_answered_with_a_page() -> None:
    answer = await visit(PaperOffice()).get("/no/such/page")

    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.text


async def test_the_page_asks_nothing_of_anybody_outside() -> None:
    answer = await visit(PaperOffice(clock=PaperClock())).get("/")

    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "https://" not in answer.text
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_another_name_for_this_machine_is_refused() -> None:
    assert (await visit(PaperOffice(), host="evil.example").get("/")).status_code == 400


async def test_a_demonstration_shows_its_clock_and_moves_it_by_half_an_hour() -> None:
    office = PaperOffice(clock=PaperClock())
    assert office.clock is not None
    async with visit(office) as browser:
        assert "Senin, 2 Nov 2026 08.00 WIB" in (await browser.get("/")).text

        moved = await browser.post("/demo/clock", data={"minutes": "30"})

        assert (moved.status_code, moved.headers["Location"]) == (303, "/")
        assert "Senin, 2 Nov 2026 08.30 WIB" in (await browser.get("/")).text
    assert office.clock.now == MONDAY_AT_EIGHT + timedelta(minutes=30)


async def test_a_real_office_has_no_clock_to_move() -> None:
    browser = visit(PaperOffice())

    assert "LATIHAN" not in (await browser.get("/")).text
    assert (await browser.post("/demo/clock", data={"minutes": "30"})).status_code == 404


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (("192.0.2.7", 50_000), {}),
        (THIS_MACHINE, {"Origin": "http://evil.example"}),
        (THIS_MACHINE, {"Sec-Fetch-Site": "cross-site"}),
    ],
    ids=["another machine", "another site's form", "another site's script"],
)
async def test_the_clock_is_moved_from_our_own_page_on_this_machine_alone(
    client: tuple[str, int], headers: dict[str, str]
) -> None:
    office = PaperOffice(clock=PaperClock())
    assert office.clock is not None

    answer = await visit(office, client).post("/demo/clock", data={"minutes": "30"}, headers=headers)

    assert answer.status_code == 403
    assert office.clock.now == MONDAY_AT_EIGHT


@pytest.mark.parametrize("minutes", ["0", "-30", "1441", "soon"])
async def test_the_clock_moves_forward_by_at_most_a_day(minutes: str) -> None:
    office = PaperOffice(clock=PaperClock())
    assert office.clock is not None

    answer = await visit(office).post("/demo/clock", data={"minutes": minutes})

    assert answer.status_code == 422
    assert office.clock.now == MONDAY_AT_EIGHT


async def test_an_engine_that_does_not_answer_moves_no_clock() -> None:
    browser = visit(PaperOffice(clock=PaperClock(broken=True)))

    assert "Jam mesin belum terbaca" in (await browser.get("/")).text
    assert (await browser.post("/demo/clock", data={"minutes": "30"})).status_code == 503


async def test_a_process_that_does_not_answer_is_not_ready(free_port: int) -> None:
    readiness = Readiness((Probe("Pekerja", "Workers", f"http://127.0.0.1:{free_port}/readyz"),))

    (part,) = await readiness.ask()

    assert not part.ready
    assert part.reasons == ("tidak menjawab · does not answer",)
