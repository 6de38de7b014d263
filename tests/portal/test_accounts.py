"""An officer's own account, and accounts in the hands of an administrator, over HTTP."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import httpx

from penaemas.licensing.roles import Grant, Role
from penaemas.portal.identity import totp
from tests.offices import LAMPUNG_SELATAN, SUMEDANG
from tests.portal.offices import PASSWORD, QUICK, PortalOffice, account_of

LOKET = account_of(Role.LOKET, SUMEDANG)
ADMIN = account_of(Role.ADMINISTRATOR, SUMEDANG)
ANOTHER = "lima kata lain yang mudah"


async def give_password(office: PortalOffice, account: str) -> None:
    await office.identity.credentials.set_password(account, await QUICK.hash(PASSWORD))


async def set_up_app(office: PortalOffice, browser: httpx.AsyncClient) -> bytes:
    """Set up an authenticator app as a person does; its secret."""
    page = (await browser.get("/account/second-factor")).text
    secret = base64.b32decode(re.search(r'name="secret" value="([A-Z2-7]+)"', page)[1])  # type: ignore[index]
    code = totp.code_at(secret, totp.step_of(office.machine.now()))
    form = {"secret": base64.b32encode(secret).decode(), "code": code, "password": PASSWORD}
    assert (await browser.post("/account/second-factor", data=form)).status_code == 303
    return secret


async def test_a_new_password_ends_the_sessions_on_other_computers(portal_office: PortalOffice) -> None:
    await give_password(portal_office, LOKET)
    async with await portal_office.visit_with(LOKET) as here, await portal_office.visit_with(LOKET) as elsewhere:
        form = {"present": PASSWORD, "password": ANOTHER, "repeated": ANOTHER}
        assert (await here.post("/account/password", data=form)).status_code == 303

        assert (await here.get("/account")).status_code == 200
        assert (await elsewhere.get("/account")).status_code == 303


async def test_a_password_is_changed_by_whoever_knows_the_present_one(portal_office: PortalOffice) -> None:
    await give_password(portal_office, LOKET)
    async with await portal_office.visit_with(LOKET) as browser:
        form = {"present": "bukan itu", "password": ANOTHER, "repeated": ANOTHER}
        answer = await browser.post("/account/password", data=form)

    assert answer.status_code == 403
    assert "Kata sandi yang sekarang tidak cocok." in answer.text


async def test_an_officer_ends_a_session_that_was_left_open_elsewhere(portal_office: PortalOffice) -> None:
    async with await portal_office.visit_with(LOKET) as here, await portal_office.visit_with(LOKET) as elsewhere:
        page = (await here.get("/account")).text
        session_id = re.search(r'name="session_id" value="([^"]+)"', page)[1]  # type: ignore[index]
        await here.post("/account/sessions/end", data={"session_id": session_id})

        assert (await elsewhere.get("/")).status_code == 303
        assert (await here.get("/")).status_code == 200


async def test_nobody_ends_another_officers_session_by_its_number(portal_office: PortalOffice) -> None:
    async with await portal_office.visit_with(LOKET) as here, await portal_office.visit_with(ADMIN) as other:
        (line,) = await portal_office.identity.sessions.open_ones(ADMIN)
        await here.post("/account/sessions/end", data={"session_id": line.session_id})

        assert (await other.get("/")).status_code == 200


async def test_the_app_is_set_up_and_its_code_opens_what_needs_it_for_half_an_hour(
    portal_office: PortalOffice,
) -> None:
    await give_password(portal_office, ADMIN)
    async with await portal_office.visit_with(ADMIN, second_factor=False) as browser:
        sent = await browser.get("/officers")
        assert sent.headers["Location"] == "/second-factor?next=/officers"
        assert (await browser.get("/second-factor?next=/officers")).headers["Location"].startswith("/account/second")
        secret = await set_up_app(portal_office, browser)
        assert (await browser.get("/officers")).status_code == 200

        for _ in range(6):
            portal_office.machine.let_pass(timedelta(minutes=5))
            await browser.get("/")
        assert (await browser.get("/officers")).status_code == 303

        code = totp.code_at(secret, totp.step_of(portal_office.machine.now()))
        form = {"code": f"{code[:3]} {code[3:]}", "next": "/officers"}
        assert (await browser.post("/second-factor", data=form)).headers["Location"] == "/officers"
        assert (await browser.get("/officers")).status_code == 200


async def test_a_code_is_good_once(portal_office: PortalOffice) -> None:
    await give_password(portal_office, ADMIN)
    async with await portal_office.visit_with(ADMIN, second_factor=False) as browser:
        secret = await set_up_app(portal_office, browser)
        code = totp.code_at(secret, totp.step_of(portal_office.machine.now()))
    async with await portal_office.visit_with(ADMIN, second_factor=False) as overlooked:
        answer = await overlooked.post("/second-factor", data={"code": code})

    assert answer.status_code == 403


async def test_whoever_finds_an_open_screen_cannot_replace_the_app(portal_office: PortalOffice) -> None:
    await give_password(portal_office, ADMIN)
    async with await portal_office.visit_with(ADMIN, second_factor=False) as owner:
        await set_up_app(portal_office, owner)
    async with await portal_office.visit_with(ADMIN, second_factor=False) as passer_by:
        answer = await passer_by.get("/account/second-factor")

    assert answer.headers["Location"].startswith("/second-factor")


async def test_an_administrator_adds_an_officer_who_comes_in_by_the_link(portal_office: PortalOffice) -> None:
    async with await portal_office.visit_with(ADMIN) as browser:
        form = {"account": "loket.baru", "name": "Rekaan Baru, S.T.", "role": "LOKET", "region_code": SUMEDANG}
        page = (await browser.post("/officers/new", data=form)).text
        link = re.search(r"/invitation/[\w-]+", page)[0]  # type: ignore[index]
        assert "Rekaan Baru, S.T." in (await browser.get("/officers?q=baru")).text
    async with portal_office.visit() as newcomer:
        await newcomer.post(link, data={"password": PASSWORD, "repeated": PASSWORD})
        await newcomer.post("/sign-in", data={"account": "loket.baru", "password": PASSWORD})
        assert "Rekaan Baru, S.T." in (await newcomer.get("/")).text


async def test_a_name_that_is_taken_is_told_next_to_its_field(portal_office: PortalOffice) -> None:
    async with await portal_office.visit_with(ADMIN) as browser:
        form = {"account": LOKET, "name": "Rekaan", "role": "LOKET", "region_code": SUMEDANG}
        answer = await browser.post("/officers/new", data=form)

    assert answer.status_code == 422
    assert re.search(r'id="account-fault">Nama akun ini sudah dipakai', answer.text)


async def test_a_withdrawn_role_counts_from_the_next_click_and_is_recorded(portal_office: PortalOffice) -> None:
    auditor = account_of(Role.ADMINISTRATOR, LAMPUNG_SELATAN)
    async with await portal_office.visit_with(ADMIN) as admin, await portal_office.visit_with(auditor) as other:
        assert (await other.get("/officers")).status_code == 200

        await admin.post(f"/officers/{auditor}/roles", data={"grant": [f"AUDITOR@{LAMPUNG_SELATAN}"]})

        assert (await other.get("/officers")).status_code == 403
    with portal_office.office.database.reading() as connection:
        acts = portal_office.office.acts.after(connection, 0, limit=10_000)
    changes = [
        (act.actor, act.action, act.details["role"]) for act in acts if act.actor == ADMIN and "role_" in act.action
    ]
    assert changes == [(ADMIN, "role_withdrawn", "ADMINISTRATOR"), (ADMIN, "role_granted", "AUDITOR")]


async def test_the_last_administrator_cannot_be_taken_away(portal_office: PortalOffice) -> None:
    other = account_of(Role.ADMINISTRATOR, LAMPUNG_SELATAN)
    async with await portal_office.visit_with(ADMIN) as browser:
        await browser.post(f"/officers/{other}/disable")
        answer = await browser.post(f"/officers/{ADMIN}/roles", data={})

        assert answer.status_code == 422
        assert "Tidak akan ada administrator yang tersisa" in answer.text
        assert (await browser.get("/officers")).status_code == 200


async def test_a_stand_in_has_the_post_by_decree_and_for_its_days_only(portal_office: PortalOffice) -> None:
    from penaemas.licensing.posts import StandInKind

    deputy = account_of(Role.PENGAWAS, SUMEDANG)
    today = portal_office.machine.now().date()
    await portal_office.office.deadlines.posts.record_decree(
        SUMEDANG, "KADIS", deputy, StandInKind.PLH, "SK-1/2026", today, today, by="admin"
    )

    officer = await portal_office.office.officers.find(deputy)
    assert officer is not None
    assert officer.may({Role.KADIS}, SUMEDANG)
    assert not officer.may({Role.KADIS}, LAMPUNG_SELATAN)
    assert officer.groups((SUMEDANG, LAMPUNG_SELATAN)) == {f"{SUMEDANG}/PENGAWAS", f"{SUMEDANG}/KADIS_PLH"}

    portal_office.machine.let_pass(timedelta(days=1))
    later = await portal_office.office.officers.find(deputy)
    assert later is not None
    assert not later.may({Role.KADIS}, SUMEDANG)


async def test_a_role_in_all_regions_has_the_groups_of_each(portal_office: PortalOffice) -> None:
    await portal_office.office.officers.add("keliling", "Rekaan Keliling", (Grant(Role.LOKET, "*"),), by="admin")

    officer = await portal_office.office.officers.find("keliling")

    assert officer is not None
    assert officer.groups((SUMEDANG, LAMPUNG_SELATAN)) == {f"{SUMEDANG}/LOKET", f"{LAMPUNG_SELATAN}/LOKET"}
