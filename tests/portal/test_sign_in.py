"""Coming in and going out, over HTTP."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from penaemas.licensing.roles import Role
from penaemas.portal.identity.cookies import SESSION
from tests.offices import SUMEDANG
from tests.portal.offices import (
    ANOTHER_MACHINE,
    PASSWORD,
    PROXY,
    QUICK,
    THIS_MACHINE,
    PaperClock,
    PortalOffice,
    account_of,
    form_token_in,
)

LOKET = account_of(Role.LOKET, SUMEDANG)


async def give_password(office: PortalOffice, account: str = LOKET) -> None:
    await office.identity.credentials.set_password(account, await QUICK.hash(PASSWORD))


async def sign_in(
    browser: httpx.AsyncClient, password: str = PASSWORD, account: str = LOKET, next_path: str = "/"
) -> httpx.Response:
    return await browser.post("/sign-in", data={"account": account, "password": password, "next": next_path})


def acts(office: PortalOffice) -> list[tuple[str, str]]:
    with office.office.database.reading() as connection:
        done = office.office.acts.after(connection, 0, limit=10_000)
    return [(act.actor, act.action) for act in done if act.actor not in ("test", "latihan")]


async def test_an_officer_signs_in_works_and_signs_out(portal_office: PortalOffice) -> None:
    await give_password(portal_office)
    async with portal_office.visit() as browser:
        sent = await browser.get("/office-state")
        assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in?next=/office-state")

        came_in = await sign_in(browser, next_path="/office-state")
        assert (came_in.status_code, came_in.headers["Location"]) == (303, "/office-state")
        page = (await browser.get("/office-state")).text

        await browser.post("/sign-out", data={"csrf_token": form_token_in(page)})
        assert (await browser.get("/office-state")).status_code == 303

    assert acts(portal_office)[1:] == [(LOKET, "signed_in"), (LOKET, "signed_out")]


async def test_a_wrong_password_and_an_unknown_account_are_told_the_same(portal_office: PortalOffice) -> None:
    await give_password(portal_office)
    async with portal_office.visit() as browser:
        wrong = await sign_in(browser, password="salah semua ini")
        unknown = await sign_in(browser, account="tidak.ada")

    for answer in (wrong, unknown):
        assert answer.status_code == 403
        assert "Nama akun atau kata sandi tidak cocok." in answer.text
        assert SESSION not in answer.cookies
    # What is typed as an account may be a password: only a known account is named.
    assert acts(portal_office)[1:] == [(LOKET, "sign_in_failed"), ("-", "sign_in_failed")]


async def test_failures_from_elsewhere_do_not_keep_the_officer_out(portal_office: PortalOffice) -> None:
    await give_password(portal_office)
    async with portal_office.visit(ANOTHER_MACHINE) as stranger:
        answers = [await sign_in(stranger, password="tebakan") for _ in range(8)]
    async with portal_office.visit(THIS_MACHINE) as officer:
        assert (await sign_in(officer)).status_code == 303

    assert answers[-1].status_code == 429
    assert "Terlalu banyak percobaan dari sini" in answers[-1].text


async def test_behind_the_offices_own_proxy_each_sender_is_a_place_of_their_own(portal_office: PortalOffice) -> None:
    await give_password(portal_office)
    async with portal_office.visit(PROXY) as stranger, portal_office.visit(PROXY) as officer:
        stranger.headers["X-Forwarded-For"] = "203.0.113.1, 198.51.100.9"
        officer.headers["X-Forwarded-For"] = "198.51.100.10"
        for _ in range(8):
            last = await sign_in(stranger, password="tebakan")

        assert last.status_code == 429
        assert (await sign_in(officer)).status_code == 303


async def test_whoever_is_no_proxy_of_the_office_cannot_pretend_to_be_many(portal_office: PortalOffice) -> None:
    await give_password(portal_office)
    async with portal_office.visit(ANOTHER_MACHINE) as stranger:
        for number in range(8):
            stranger.headers["X-Forwarded-For"] = f"198.51.100.{number}"
            last = await sign_in(stranger, password="tebakan")

    assert last.status_code == 429


async def test_failures_behind_the_same_address_do_not_keep_out_the_browser_that_was_in_before(
    portal_office: PortalOffice,
) -> None:
    await give_password(portal_office)
    async with portal_office.visit() as officer, portal_office.visit() as stranger:
        await sign_in(officer)
        for _ in range(8):
            last = await sign_in(stranger, password="tebakan")
        officer.cookies.delete(SESSION)

        assert last.status_code == 429
        assert (await sign_in(officer)).status_code == 303


async def test_whoever_failed_too_often_may_try_again_after_the_wait(portal_office: PortalOffice) -> None:
    await give_password(portal_office)
    async with portal_office.visit() as browser:
        while (await sign_in(browser, password="tebakan")).status_code != 429:
            pass
        assert (await sign_in(browser)).status_code == 429

        portal_office.machine.let_pass(timedelta(minutes=6))

        assert (await sign_in(browser)).status_code == 303


async def test_a_screen_left_alone_is_locked_and_opened_by_the_password(portal_office: PortalOffice) -> None:
    await give_password(portal_office)
    async with portal_office.visit() as browser:
        await sign_in(browser)
        portal_office.machine.let_pass(timedelta(minutes=10))

        locked = await browser.get("/office-state")
        assert locked.headers["Location"] == "/unlock?next=/office-state"
        door = (await browser.get("/unlock?next=/office-state")).text
        assert "Keadaan kantor" not in door
        token = form_token_in(door)
        form = {"csrf_token": token, "next": "/office-state"}
        assert (await browser.post("/unlock", data=form | {"password": "salah"})).status_code == 403
        assert (await browser.post("/unlock", data=form | {"password": PASSWORD})).status_code == 303

        assert (await browser.get("/office-state")).status_code == 200


async def test_a_page_that_asks_by_itself_keeps_no_session_open(portal_office: PortalOffice) -> None:
    sessions = portal_office.identity.sessions
    token = await sessions.begin(LOKET)
    for _ in range(10):
        portal_office.machine.let_pass(timedelta(minutes=1))
        left_alone = await sessions.find(token, is_activity=False)

    assert left_alone is not None
    assert left_alone.is_locked


async def test_a_session_ends_after_its_longest_life(portal_office: PortalOffice) -> None:
    sessions = portal_office.identity.sessions
    token = await sessions.begin(LOKET)
    for _ in range(12 * 12):
        assert await sessions.find(token) is not None
        portal_office.machine.let_pass(timedelta(minutes=5))

    assert await sessions.find(token) is None


async def test_an_officer_whose_account_is_closed_is_out_at_the_next_click(portal_office: PortalOffice) -> None:
    async with await portal_office.visit_as(Role.LOKET) as browser:
        assert (await browser.get("/")).status_code == 200

        await portal_office.office.officers.disable(LOKET, by="admin")

        assert (await browser.get("/")).status_code == 303


async def test_an_invitation_sets_a_password_once(portal_office: PortalOffice) -> None:
    link = f"/invitation/{await portal_office.identity.credentials.invite(LOKET, by='admin')}"
    both = {"password": PASSWORD, "repeated": PASSWORD}
    async with portal_office.visit() as browser:
        assert LOKET in (await browser.get(link)).text
        assert (await browser.post(link, data=both)).headers["Location"] == f"/sign-in?account={LOKET}"

        assert (await browser.post(link, data=both)).status_code == 404
        assert (await sign_in(browser)).status_code == 303


async def test_an_invitation_is_void_after_three_days(portal_office: PortalOffice) -> None:
    link = f"/invitation/{await portal_office.identity.credentials.invite(LOKET, by='admin')}"
    portal_office.machine.let_pass(timedelta(hours=72))

    async with portal_office.visit() as browser:
        assert "tidak berlaku lagi" in (await browser.get(link)).text


@pytest.mark.parametrize(
    ("password", "repeated", "said"),
    [
        ("pendek", "pendek", "paling sedikit 12"),
        ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", "mudah ditebak"),
        (f"{LOKET} dan lagi", f"{LOKET} dan lagi", "nama akun"),
        (PASSWORD, PASSWORD + "!", "tidak sama"),
    ],
    ids=["short", "monotonous", "account", "different"],
)
async def test_a_weak_password_is_refused_with_a_reason(
    portal_office: PortalOffice, password: str, repeated: str, said: str
) -> None:
    link = f"/invitation/{await portal_office.identity.credentials.invite(LOKET, by='admin')}"
    async with portal_office.visit() as browser:
        answer = await browser.post(link, data={"password": password, "repeated": repeated})

    assert answer.status_code == 422
    assert said in answer.text


async def test_a_training_room_lets_anybody_in_as_anybody_from_this_machine(portal_office: PortalOffice) -> None:
    portal_office.clock = PaperClock()
    async with portal_office.visit() as browser:
        assert "LATIHAN" in (await browser.get("/sign-in")).text
        assert (await browser.post("/demo/sign-in", data={"account": LOKET})).status_code == 303
        assert (await browser.get("/office-state")).status_code == 200


@pytest.mark.parametrize(
    ("client", "address"),
    [(ANOTHER_MACHINE, "http://127.0.0.1"), (THIS_MACHINE, "http://pena.example")],
    ids=["another machine", "by another name"],
)
async def test_a_training_room_lets_nobody_in_from_elsewhere(
    portal_office: PortalOffice, client: tuple[str, int], address: str
) -> None:
    portal_office.clock = PaperClock()
    async with portal_office.visit(client, address) as browser:
        assert (await browser.post("/demo/sign-in", data={"account": LOKET})).status_code == 403


async def test_a_real_office_has_no_picker(portal_office: PortalOffice) -> None:
    async with portal_office.visit() as browser:
        assert "/demo/sign-in" not in (await browser.get("/sign-in")).text
        assert (await browser.post("/demo/sign-in", data={"account": LOKET})).status_code == 404


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_nobody_is_sent_to_a_foreign_page_after_signing_in(portal_office: PortalOffice, elsewhere: str) -> None:
    await give_password(portal_office)
    async with portal_office.visit() as browser:
        assert (await sign_in(browser, next_path=elsewhere)).headers["Location"] == "/"


async def test_cookies_are_secure_on_every_name_but_this_machines_own(portal_office: PortalOffice) -> None:
    await give_password(portal_office)
    async with portal_office.visit(address="https://pena.example") as browser:
        cookies = (await sign_in(browser)).headers.get_list("set-cookie")

    session = next(cookie for cookie in cookies if "pena_session" in cookie)
    assert session.startswith("__Host-pena_session=")
    for rule in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert rule in session
