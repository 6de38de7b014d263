"""The page on which auditors walk a case, in a real Chromium, held against WCAG by axe-core."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright

from penaemas.cli.frontend_build import ensure_frontend, frontend_package
from penaemas.licensing.roles import Role
from penaemas.portal.app import create_app
from penaemas.portal.design.assets import Assets
from penaemas.portal.identity.cookies import SESSION
from penaemas.portal.pages import Pages
from penaemas.settings import InstallationSettings
from tests.offices import SUMEDANG
from tests.portal.task_office import TaskOffice
from tests.portal.test_replay import walked as walked
from tests.waiting import wait_until_async

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CACHE = InstallationSettings().cache_folder
PATIENCE_MS = 20_000
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@asynccontextmanager
async def served(tasks: TaskOffice, port: int) -> AsyncIterator[str]:
    """The portal with its scripts on a port of this machine."""
    portal = tasks.portal.portal()
    regions = portal.pages.regions
    scripts = await asyncio.to_thread(ensure_frontend, CACHE, print)
    with_scripts = replace(portal, pages=Pages(ZoneInfo("Asia/Jakarta"), assets=Assets(scripts), regions=regions))
    config = uvicorn.Config(
        create_app(with_scripts, ["127.0.0.1"]), host="127.0.0.1", port=port, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await wait_until_async(lambda: server.started, "the portal listens")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


async def faults_of(page: Page) -> list[str]:
    """What axe-core finds on the open page, and whether it scrolls sideways."""
    await page.evaluate(frontend_package(CACHE, "axe-core/axe.min.js").read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    faults = [f"{one['id']} at {node['target']}" for one in found["violations"] for node in one["nodes"]]
    if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append("scrolls sideways")
    return faults


@pytest.mark.parametrize(
    ("size", "theme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone, dark", "desktop, light"]
)
async def test_an_auditor_walks_back_and_forward_on_a_page_without_an_accessibility_fault(
    tasks: TaskOffice, walked: str, free_port: int, size: dict[str, int], theme: str
) -> None:
    async with await tasks.portal.visit_as(Role.AUDITOR, SUMEDANG) as signed_in:
        session = signed_in.cookies[SESSION]
    async with served(tasks, free_port) as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = await browser.new_context(viewport=size, color_scheme=theme)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        await context.add_cookies([{"name": SESSION, "value": session, "url": address}])
        page = await context.new_page()

        await page.goto(f"{address}/cases/{walked}/replay?moment=12")
        await page.locator(".diagram svg").first.wait_for()
        faults = await faults_of(page)
        await page.get_by_role("link", name="Sebelumnya").click()
        await page.get_by_text("Peristiwa 11 dari").wait_for()
        await page.get_by_role("link", name="Berikutnya").click()
        await page.get_by_text("Peristiwa 12 dari").wait_for()
        await browser.close()

    assert faults == []
