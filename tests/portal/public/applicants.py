"""Applicants before the pages, without a browser: what they answer, and a walk through every page of an application."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

import httpx

from tests.emas import ANSWERS, DOCUMENTS, FIELDS, HEALTH
from tests.offices import SUMEDANG
from tests.pbg import APPLICATION, documents, png

PBG = "pbg_mbr"
PBG_CHECK = {
    "region_code": SUMEDANG,
    "household_status": "KAWIN",
    "own_income_idr": "4.000.000",
    "partner_income_idr": "2.500.000",
    "house_kind": "SWADAYA",
    "floor_area_m2": "36",
    "storeys": "1",
    "prototype_code": "T36-1",
    "land_holder_is_owner": "true",
    "i_am_the_owner": "true",
}
PHOTO = png(1200, 800)


def _texts(fields: Mapping[str, object]) -> dict[str, str]:
    """As a person types them; a statement is a tick."""
    found = {}
    for key, value in fields.items():
        if value is True:
            found[key] = "true"
        elif value is not False:
            found[key] = str(value).replace(".", ",") if isinstance(value, float) else str(value)
    return found


PBG_ANSWERS = _texts(APPLICATION) | {"floor_area_m2": "36", "land_area_m2": "84", "land_holder_name": "Budi Rekaan"}
PBG_FILES = {f"document_{kind.lower()}": content for kind, content in documents().items()}


def licence_answers(licence: str = HEALTH) -> dict[str, str]:
    """Everything that a licence asks."""
    return _texts(FIELDS) | ANSWERS[licence]


def licence_files(licence: str = HEALTH) -> dict[str, bytes]:
    """Its files."""
    return {f"document_{kind.lower()}": PHOTO for kind in DOCUMENTS[licence]}


async def begins(browser: httpx.AsyncClient, service: str = PBG, **changes: str) -> httpx.Response:
    """Begin an application; the first page."""
    answers = (PBG_CHECK if service == PBG else {"region_code": SUMEDANG}) | changes
    return await browser.post(f"/services/{service}/begin", data=answers, follow_redirects=True)


async def answers_every_page(
    browser: httpx.AsyncClient,
    first: httpx.Response,
    answers: Mapping[str, str] = PBG_ANSWERS,
    files: Mapping[str, bytes] = PBG_FILES,
) -> httpx.Response:
    """Answer one page after the other; the page on which the answers are checked."""
    page, seen = first, 0
    while page.url.path != "/apply" and seen < 60:
        assert page.status_code == 200, (page.url.path, errors_in(page.text))
        page, seen = await answers_page(browser, page, answers, files), seen + 1
    return page


async def answers_page(
    browser: httpx.AsyncClient, page: httpx.Response, answers: Mapping[str, str], files: Mapping[str, bytes]
) -> httpx.Response:
    """Answer the one page."""
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', page.text)) - {"language", "theme"}
    file = next((name for name in names if name.startswith("document_")), None)
    if file is not None:
        sent = {file: ("foto.jpg", files[file], "image/jpeg")} if file in files else {file: ("", b"")}
        return await browser.post(page.url.path, files=sent, follow_redirects=True)
    data = {name: answers[name] for name in names if name in answers}
    return await browser.post(page.url.path, data=data, follow_redirects=True)


def errors_in(page: str) -> list[str]:
    """What the list of errors says."""
    summary = re.search(r'id="error-summary">(.*?)</div>', page, re.DOTALL)
    found = re.findall(r"<li>(.*?)</li>", summary[1], re.DOTALL) if summary else []
    return [plain(one) for one in found]


def plain(html: str) -> str:
    """The words of a piece of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def codes_in(page: str) -> list[str]:
    """The codes that a page shows."""
    return re.findall(r"<code>([A-Z2-7-]+)</code>", page)
