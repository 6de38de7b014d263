"""`./pena shots DIR`: pictures of every page, at phone and desktop, light and dark, for the eyes of a designer."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, ViewportSize

from penaemas.cli.frontend_build import ensure_frontend
from penaemas.cli.portal_tour import chromium, sign_in_for_training, tour
from penaemas.cli.problem import Problem
from penaemas.cli.throwaway_portal import throwaway_portal
from penaemas.licensing.roles import Role
from penaemas.portal.identity.demo_accounts import account_name
from penaemas.settings import InstallationSettings
from penaemas.zeebe.model_lint.node_runtime import NodeUnavailable

SUMMARY = ("Memotret semua halaman portal", "Take pictures of every page of the portal")
AUDIENCE = ("developers",)

SIZES: Final[dict[str, ViewportSize]] = {
    "phone": {"width": 360, "height": 740},
    "desktop": {"width": 1280, "height": 800},
}
THEMES: Final = ("light", "dark")
SIGNED_OUT: Final = ("/sign-in", "/invitation/no-such-link", "/no/such/page")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to put them, and of which office."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder for the pictures; made if it is not there")
    parser.add_argument(
        "--office", metavar="URL", help="a running training room (default: an empty one of its own, without an engine)"
    )
    parser.add_argument("--language", choices=("id", "en"), default="id", help="language of the pages (%(default)s)")
    parser.add_argument("--region", default="sumedang", help="whose accounts look (%(default)s)")
    parser.add_argument(
        "--role", action="append", type=lambda text: Role(text.upper()), help="only what this role sees (repeatable)"
    )


def run(args: argparse.Namespace) -> int:
    """Take them; a page that several roles see is taken once for each look."""
    args.folder.mkdir(parents=True, exist_ok=True)
    with _office(args.office) as url, chromium() as browser:
        for size, viewport in SIZES.items():
            for theme in THEMES:
                taken = sum(1 for _ in _take(browser, args, url, f"{size}-{theme}", viewport, theme))
                print(f"✓ {size}, {theme}: {taken} pages")
    return 0


@contextmanager
def _office(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url.rstrip("/")
        return
    try:
        scripts = ensure_frontend(InstallationSettings().cache_folder, print)
    except NodeUnavailable as reason:
        raise Problem(str(reason), "Pictures show the pages with their scripts.") from reason
    with (
        tempfile.TemporaryDirectory(prefix="pena-shots-") as folder,
        throwaway_portal(Path(folder), scripts=scripts) as portal,
    ):
        yield portal.url


def _take(
    browser: Browser, args: argparse.Namespace, url: str, look: str, viewport: ViewportSize, theme: str
) -> Iterator[str]:
    context = browser.new_context(viewport=viewport, reduced_motion="reduce")
    context.add_cookies(
        [
            {"name": "pena_theme", "value": theme, "url": url},
            {"name": "pena_language", "value": args.language, "url": url},
        ]
    )
    page = context.new_page()
    for path in SIGNED_OUT:
        page.goto(url + path)
        yield _shoot(page, args.folder, f"{look}-signed_out{path.replace('/', '-')}")
    seen: set[str] = set()
    for role in args.role or Role:
        sign_in_for_training(page, url, account_name(role, args.region))
        _prefer(page, theme, args.language)
        for stop in tour(page, url):
            if stop.route not in seen or args.role:
                seen.add(stop.route)
                yield _shoot(page, args.folder, f"{look}-{role.lower()}{stop.route.replace('/', '-')}")
    context.close()


def _prefer(page: Page, theme: str, language: str) -> None:
    """Set the officer's own choice by the page's own buttons."""
    page.evaluate(
        """async ([theme, language]) => {
          const token = document.querySelector('input[name=csrf_token]').value;
          const body = new URLSearchParams({csrf_token: token, theme, language});
          await fetch('/preferences', {method: 'POST', body});
        }""",
        [theme, language],
    )


def _shoot(page: Page, folder: Path, name: str) -> str:
    file = folder / f"{name.replace('{', '').replace('}', '').strip('-')}.png"
    page.screenshot(path=file, full_page=True)
    return file.name
