"""A walk through every page that a role can reach by links, in a real browser: for pictures and for checks."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from penaemas.cli.problem import Problem
from penaemas.portal.identity.access import TABLE

CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
NO_PAGES: Final = ("/assets", "/metrics", "/livez", "/readyz", "/tasks/next", "/tasks/rows", "/tasks/events")
FILES: Final = ("/documents/{document}", "/papers/{kind}", "/diagram")
MOST_PAGES: Final = 60
LINKS: Final = "links => links.map(link => link.getAttribute('href'))"


@dataclass(frozen=True)
class Stop:
    """A page of the tour: the route that it is a page of, and where it is."""

    route: str
    path: str


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's own Chromium.

    Raises:
        Problem: there is none.
    """
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if program is None:
        raise Problem("Chromium is not on this machine.", "Install it, e.g. with ./pena test --prepare.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        try:
            yield browser
        finally:
            browser.close()


def sign_in_for_training(page: Page, url: str, account: str) -> None:
    """Choose an account in a training room's picker, whoever was signed in before."""
    page.context.clear_cookies(name="pena_session")
    page.goto(f"{url}/sign-in")
    # The region may be folded.
    page.locator(f"form[action='/demo/sign-in']:has(input[value='{account}'])").evaluate("form => form.submit()")
    page.locator(".who").wait_for()


def tour(page: Page, url: str, start: str = "/") -> Iterator[Stop]:
    """Open one page of each route that links lead to, in their order; the page is open while its stop is yielded."""
    waiting, seen = [start], set[str]()
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        route = route_of(path)
        if route is None or route in seen:
            continue
        seen.add(route)
        page.goto(url + path)
        yield Stop(route, path)
        waiting += [link for link in page.locator("a[href^='/']").evaluate_all(LINKS) if route_of(link) not in seen]


def route_of(path: str) -> str | None:
    """The route of the access table that answers this path to a GET; None where there is no page."""
    plain = urlsplit(path).path
    for line in TABLE:
        method, _, template = line.partition(" ")
        if method == "GET" and not template.startswith(NO_PAGES) and not template.endswith(FILES):
            pattern = re.sub(r"{\w+}", "[^/]+", template)
            if re.fullmatch(pattern, plain):
                return template
    return None
