"""How an officer fills in a form: every field by what it is, in the order in which it stands on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.async_api import Page, expect

from penaemas.history.queries import UserTask
from penaemas.licensing.roles import Role
from tests.pbg import TICKED
from tests.portal.browser.browser_office import BrowserOffice
from tests.processes.kit.story import PermitOffice


async def fill_in(page: Page, entry: Mapping[str, Any]) -> None:
    """Enter what is given; a field that appears only after another was answered comes after it."""
    names: list[str] = await page.evaluate(
        "[...new Set([...document.querySelectorAll('form.step [name]')].map(field => field.name))]"
    )
    for name in (name for name in names if name in entry):
        field = page.locator(f'form.step [name="{name}"]')
        match await field.first.evaluate("field => field.type"):
            case "radio":
                await page.locator(f'form.step [name="{name}"][value="{_text(entry[name])}"]').check()
            case "checkbox":
                await field.first.set_checked(bool(entry[name]))
            case "select-one":
                await field.select_option(_text(entry[name]))
            case _:
                await field.fill(_text(entry[name]))


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")  # as Indonesians write it
    return str(value)


class Staff:
    """One officer for each role of a region, each in front of a browser of their own."""

    def __init__(self, office: BrowserOffice, region: PermitOffice) -> None:
        self._office = office
        self._region = region
        self._pages: dict[Role, Page] = {}

    async def works_on(self, task: UserTask, entry: Mapping[str, Any]) -> None:
        """Whoever the task is offered to opens it from the list, fills it in and completes it."""
        page = await self._page(role_of(task))
        await page.goto(f"{self._office.address}/tasks?whose=groups")
        await page.locator(f'[data-task="{task.user_task_key}"] .task-link').click()
        await fill_in(page, TICKED | dict(entry))
        await page.locator("[data-complete]").click()
        await expect(page.locator(".flash.good")).to_contain_text("Selesai dan terkirim")

    async def _page(self, role: Role) -> Page:
        if role not in self._pages:
            self._pages[role] = await self._office.officer(role, self._region.region_code)
        return self._pages[role]


def role_of(task: UserTask) -> Role:
    """Who does it: the role of its first group; one role speaks for all agencies."""
    name = task.candidate_groups[0].rpartition("/")[2]
    return Role.REKOM if name.startswith("REKOM_") else Role[name]
