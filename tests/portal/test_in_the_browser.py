"""The portal in a real Chromium: signing in, languages, colours, keys, and every page held against WCAG by axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from penaemas.cli.frontend_build import ensure_frontend, frontend_package
from penaemas.cli.portal_tour import chromium, sign_in_for_training, tour
from penaemas.cli.throwaway_portal import ThrowawayPortal, throwaway_portal
from penaemas.settings import InstallationSettings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CACHE = InstallationSettings().cache_folder
PATIENCE_MS = 20_000  # a loaded machine is slow; a fact that does not come in this time does not come
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThrowawayPortal]:
    scripts = ensure_frontend(CACHE, print)
    with throwaway_portal(tmp_path_factory.mktemp("portal"), scripts=scripts) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")  # type: ignore[arg-type]
    opened.set_default_timeout(PATIENCE_MS)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails the test at any word of the content policy or of a script."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.said = said  # type: ignore[attr-defined]
    return page


def faults_of(page: Page) -> list[str]:
    """What axe-core finds on the open page, by rule and place."""
    page.evaluate(frontend_package(CACHE, "axe-core/axe.min.js").read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    return [
        f"{page.url}: {violation['id']} at {node['target']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def wider_than_the_screen(page: Page) -> bool:
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider


@pytest.mark.parametrize(
    ("size", "theme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone, dark", "desktop, light"]
)
def test_no_page_of_any_role_has_an_accessibility_fault_or_scrolls_sideways(
    portal: ThrowawayPortal, page: Page, theme: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.context.add_cookies([{"name": "pena_theme", "value": theme, "url": portal.url}])
    faults: list[str] = []

    def look() -> None:
        faults.extend(faults_of(page))
        if wider_than_the_screen(page):
            faults.append(f"{page.url}: scrolls sideways")

    for path in ("/sign-in", "/invitation/void", "/no/such/page"):
        page.goto(portal.url + path)
        look()
    for account in ("administrator.sumedang", "loket.sumedang"):
        sign_in_for_training(page, portal.url, account)
        page.locator(".reader summary").click()
        page.get_by_role("button", name={"light": "Terang", "dark": "Gelap"}[theme]).click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        page.locator(".reader summary").click()
        look()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        look()
        for stop in tour(page, portal.url):
            look()
            if stop.route == "/officers/new":
                page.get_by_label("Nama", exact=True).fill("Rekaan")
                page.get_by_label("Nama akun").fill("Bukan akun")
                page.get_by_role("button", name="Tambah dan buat tautan").click()
                expect(page.locator("#account-fault")).to_be_visible()
                look()
        page.locator("form[action='/lock']").evaluate("form => form.submit()")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Layar terkunci")
        look()
    assert faults == []


def test_no_page_asks_for_what_the_content_policy_refuses(portal: ThrowawayPortal, page: Page) -> None:
    foreign: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(portal.url) else foreign.append(request.url))
    sign_in_for_training(page, portal.url, "administrator.sumedang")
    for _ in tour(page, portal.url):
        page.wait_for_load_state("load")

    assert foreign == []
    assert page.said == []  # type: ignore[attr-defined]


def test_an_officer_works_in_english_in_the_dark_and_finds_both_on_another_computer(
    portal: ThrowawayPortal, page: Page, browser: Browser
) -> None:
    sign_in_for_training(page, portal.url, "taru.sumedang")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Welcome")
    page.locator(".reader summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    with browser.new_context() as other_computer:
        elsewhere = other_computer.new_page()
        sign_in_for_training(elsewhere, portal.url, "taru.sumedang")
        expect(elsewhere.locator("html")).to_have_attribute("lang", "en")
        expect(elsewhere.locator("html")).to_have_attribute("data-theme", "dark")


def test_everything_is_reached_by_keys_and_the_sheet_of_keys_says_how(portal: ThrowawayPortal, page: Page) -> None:
    sign_in_for_training(page, portal.url, "administrator.sumedang")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Petugas")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/officers")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("g p taru")  # typed, not pressed
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tidak ada petugas yang cocok.")).to_be_visible()


def test_the_first_tab_leads_past_the_menu(portal: ThrowawayPortal, page: Page) -> None:
    sign_in_for_training(page, portal.url, "loket.sumedang")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_closing_an_account_is_asked_twice_and_may_be_thought_better_of(portal: ThrowawayPortal, page: Page) -> None:
    sign_in_for_training(page, portal.url, "administrator.sumedang")
    page.goto(f"{portal.url}/officers/tpt.lampung_selatan")

    page.get_by_role("button", name="Tutup akun").click()
    page.get_by_role("dialog").get_by_role("button", name="Batal").click()
    expect(page.get_by_text("Ditutup", exact=True)).to_have_count(0)

    page.get_by_role("button", name="Tutup akun").click()
    page.get_by_role("dialog").get_by_role("button", name="Tutup akun").click()
    expect(page.get_by_role("status")).to_contain_text("Akun ditutup.")


def test_a_screen_left_alone_covers_itself(portal: ThrowawayPortal, page: Page) -> None:
    page.clock.install()
    sign_in_for_training(page, portal.url, "loket.sumedang")

    page.clock.fast_forward("11:00")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Layar terkunci", timeout=PATIENCE_MS)


def test_without_scripts_an_officer_still_signs_in_and_out(portal: ThrowawayPortal, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as plain:
        page = plain.new_page()
        page.goto(f"{portal.url}/sign-in")
        tile = page.get_by_role("button", name="Petugas tata ruang").first
        if not tile.is_visible():
            page.locator("summary", has_text="Kabupaten").first.click()
        tile.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.locator(".reader summary").click()
        page.locator("form[action='/sign-out'] button").click()
        page.wait_for_url("**/sign-in")


def test_an_office_without_officers_says_how_to_make_the_first(tmp_path: Path, page: Page) -> None:
    with throwaway_portal(tmp_path, scripts=None, demo=False) as office:
        page.goto(f"{office.url}/sign-in")

        expect(page.get_by_text("./pena officer add")).to_be_visible()
        assert faults_of(page) == []
