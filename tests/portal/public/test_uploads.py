"""Files from applicants: what is refused and in which words, and files that arrive in pieces over a bad line."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import func, select

from penaemas.casefiles.applicant_tables import draft_upload_piece
from tests.emas import RESEARCH
from tests.pbg import pdf, png
from tests.portal.offices import PortalOffice
from tests.portal.public.applicants import begins, errors_in

FILE = "document_proposal"
PAGE = "/apply/document-proposal"
PIECES = "/apply/files/PROPOSAL"


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nol.txt", b"\0" * 20_000_000)
    return packed.getvalue()


def huge_picture() -> bytes:
    """A PNG whose header says 10,000 × 10,000; unpacking it would take 400 MB."""
    header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b"\x89PNG\r\n\x1a\n" + chunk


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BAD = {
    "a text called .jpg": (b"bukan gambar", "bukan foto JPG atau PNG, dan bukan PDF"),
    "a zip bomb": (zip_bomb(), "bukan foto JPG atau PNG, dan bukan PDF"),
    "an SVG with a script": (SVG, "bukan foto JPG atau PNG, dan bukan PDF"),
    "a picture of 100 million pixels": (huge_picture(), "gambarnya terlalu besar (lebih dari 80 juta titik)"),
    "a picture too small to read": (png(300, 200), "gambarnya terlalu kecil untuk dibaca"),
}


@asynccontextmanager
async def draft_of(office: PortalOffice) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which an application was begun."""
    async with office.visit() as browser:
        await begins(browser, RESEARCH)
        yield browser


@pytest.mark.parametrize(("content", "words"), BAD.values(), ids=BAD.keys())
async def test_what_is_no_readable_file_is_refused_in_words_a_person_understands(
    portal_office: PortalOffice, content: bytes, words: str
) -> None:
    async with draft_of(portal_office) as browser:
        answer = await browser.post(PAGE, files={FILE: ("foto.jpg", content, "image/jpeg")})

    assert answer.status_code == 422
    assert words in errors_in(answer.text)[0]


async def test_a_file_of_more_than_ten_megabytes_is_refused_and_nothing_else_is_lost(
    portal_office: PortalOffice,
) -> None:
    async with draft_of(portal_office) as browser:
        await browser.post("/apply/place-name", data={"place_name": "Tempat Rekaan", "place_address": "Blok Rekaan 7"})
        answer = await browser.post(PAGE, files={FILE: ("foto.jpg", b"\xff\xd8\xff" * 4_000_000, "image/jpeg")})
        check = await browser.get("/apply")

    assert answer.status_code == 413
    assert "Berkas lebih besar dari 10 MB." in answer.text
    assert "Tempat Rekaan" in check.text


async def test_a_file_arrives_in_pieces_and_goes_on_where_the_line_broke(portal_office: PortalOffice) -> None:
    content = pdf("panjang " * 10_000)
    upload = hashlib.sha256(content).hexdigest()
    async with draft_of(portal_office) as browser:

        async def sends(begins_at: int, end: int) -> httpx.Response:
            address = f"{PIECES}?upload={upload}&begins={begins_at}&size={len(content)}"
            return await browser.post(address, content=content[begins_at:end])

        await sends(0, 40_000)
        ahead = await sends(60_000, 70_000)
        again = await sends(0, 40_000)
        arrived = (await browser.get(f"{PIECES}?upload={upload}")).json()["arrived"]
        last = await sends(arrived, len(content))
        page = await browser.get(PAGE)

    assert (ahead.status_code, ahead.json()["arrived"]) == (409, 40_000)
    assert again.json()["arrived"] == arrived == 40_000
    assert last.json() == {"arrived": len(content), "kept": True}
    assert "Tersimpan" in page.text
    with portal_office.office.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(draft_upload_piece)).scalar() == 0


async def test_pieces_of_something_else_are_refused_as_a_whole_file_would_be(portal_office: PortalOffice) -> None:
    upload = hashlib.sha256(SVG).hexdigest()
    async with draft_of(portal_office) as browser:
        answer = await browser.post(f"{PIECES}?upload={upload}&begins=0&size={len(SVG)}", content=SVG)
        lying = await browser.post(f"{PIECES}?upload={'0' * 64}&begins=0&size=3", content=b"abc")

    assert answer.status_code == 422
    assert answer.json()["refused"].startswith("bukan foto JPG atau PNG")
    assert (lying.status_code, lying.json()["arrived"]) == (409, 0)


async def test_pieces_are_taken_for_what_the_application_asks_and_by_whoever_has_the_draft(
    portal_office: PortalOffice,
) -> None:
    address = f"?upload={'0' * 64}&begins=0&size=3"
    async with draft_of(portal_office) as browser:
        unknown = await browser.post(f"/apply/files/NO_SUCH{address}", content=b"abc")
    async with portal_office.visit() as stranger:
        foreign = await stranger.post(f"{PIECES}{address}", content=b"abc")

    assert unknown.status_code == foreign.status_code == 404
