"""One engine, one portal and one Chromium for the stories of a module; gone when its last story is told."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.in_memory import IN_MEMORY
from tests.portal.browser.browser_office import WAIT_MS, BrowserOffice, browser_office
from tests.processes.kit.running_office import running_office

expect.set_options(timeout=WAIT_MS)  # a loaded machine is slow; a fact that does not come in this time does not come


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, or playwright's own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office_in_the_browser(chromium: Browser) -> AsyncIterator[BrowserOffice]:
    """Started once; its clock only moves forward."""
    with TemporaryDirectory(prefix="pena-browser-", dir=IN_MEMORY) as folder:
        async with (
            running_office(Path(folder)) as running,
            browser_office(running, Path(folder), chromium) as office,
        ):
            yield office


@pytest_asyncio.fixture(loop_scope="module")
async def office(office_in_the_browser: BrowserOffice) -> AsyncIterator[BrowserOffice]:
    """For one story; its browsers are closed afterwards."""
    yield office_in_the_browser
    await office_in_the_browser.end_story()
