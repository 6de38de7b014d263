"""The page behind a permit's QR code: genuine or not, in force or not, by whom; nothing of the applicant."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from penaemas.casefiles.permit_register import put_in_force
from penaemas.casefiles.permit_tables import permit
from penaemas.connectors.e_signature.authority import Authority
from penaemas.licensing.permit_payload import PermitPayload, SealedPayload
from penaemas.licensing.roles import Role
from tests.offices import SUMEDANG, OfficeClock
from tests.pbg import PERSONAL
from tests.portal.offices import PortalOffice, account_of
from tests.portal.public.applicants import plain
from tests.portal.task_office import TaskOffice
from tests.portal.test_signing import PASSPHRASE, a_draft, form

SIGNER = account_of(Role.KADIS, SUMEDANG)
NUMBER = "SK-PBG-321102-02022026-001"


@pytest.fixture(scope="module")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    Authority(folder, OfficeClock(), organisation="Kantor Rekaan").enrol(SIGNER, "Rekaan Kadis", SecretStr(PASSPHRASE))
    return folder


@pytest.fixture
def office(portal_office: PortalOffice, authority_folder: Path) -> PortalOffice:
    portal_office.authority = Authority(authority_folder, portal_office.machine, organisation="Kantor Rekaan")
    return portal_office


async def granted(office: PortalOffice) -> str:
    """A permit that was signed and issued; its case."""
    case_id, key = await a_draft(TaskOffice(office))
    async with await office.visit_as(Role.KADIS) as browser:
        await browser.post("/signing", data=form(key))
    with office.office.database.transaction() as connection:
        put_in_force(connection, case_id, office.machine.now())
    return case_id


def code_of(office: PortalOffice) -> str:
    with office.office.database.reading() as connection:
        fragment: str = connection.execute(select(permit.c.qr_fragment)).scalar_one()
    return fragment


async def asked(office: PortalOffice, **data: str) -> httpx.Response:
    async with office.visit() as browser:
        return await browser.post("/periksa", data=data)


async def test_a_number_tells_state_signer_and_function_and_nothing_of_the_applicant(office: PortalOffice) -> None:
    await granted(office)

    answer = await asked(office, number=f" {NUMBER.lower()} ")

    words = plain(answer.text)
    assert "berlaku" in words
    assert "Rekaan Kadis, Kepala" in words
    assert [value for value in PERSONAL if value in answer.text] == []


@pytest.mark.parametrize(("state", "word"), [("superseded", "diganti"), ("revoked", "dicabut")])
async def test_a_permit_that_has_ended_says_so(office: PortalOffice, state: str, word: str) -> None:
    await granted(office)
    with office.office.database.transaction() as connection:
        connection.execute(update(permit).values(state=state, ended_at=office.machine.now()))

    answer = await asked(office, number=NUMBER)

    assert f'class="badge bad">{word}<' in answer.text
    assert 'class="badge good"' not in answer.text


@pytest.mark.parametrize("number", ["SK-TIDAK-ADA", "", "\x00", "9" * 100])
async def test_a_number_that_nobody_gave_is_unknown(office: PortalOffice, number: str) -> None:
    assert "tidak dikenal" in (await asked(office, number=number)).text


async def test_the_code_of_a_permit_is_genuine_and_in_force(office: PortalOffice) -> None:
    await granted(office)

    answer = await asked(office, code=code_of(office))

    assert 'class="badge good">asli<' in answer.text
    assert 'class="badge good">berlaku<' in answer.text


async def test_a_forged_code_is_called_so(office: PortalOffice) -> None:
    await granted(office)
    sealed = SealedPayload.of_fragment(code_of(office))
    forged = SealedPayload(PermitPayload("SK-PALSU", sealed.payload.digest), sealed.seal)

    for code in (forged.fragment, "bukan kode"):
        words = plain((await asked(office, code=code)).text)
        assert "kode QR bukan dari kantor ini" in words
        assert "Nomor ini tidak ada" not in words


async def test_a_sealed_code_of_other_content_is_not_the_registered_paper(office: PortalOffice) -> None:
    await granted(office)
    assert office.authority is not None
    payload = PermitPayload(NUMBER, hashlib.sha256(json.dumps({"number": NUMBER}).encode()).digest())

    answer = await asked(office, code=SealedPayload(payload, office.authority.seal(payload.to_bytes())).fragment)

    assert "isinya bukan surat yang tercatat" in plain(answer.text)


async def test_a_paper_is_checked_whole_and_a_changed_one_is_not_genuine(office: PortalOffice) -> None:
    case_id = await granted(office)
    paper = await office.office.pbg.papers.content_as_read_by(case_id, "permit", "petugas.1")
    changed = bytearray(paper)
    changed[len(changed) // 3] ^= 1

    async with office.visit() as browser:
        good = await browser.post("/periksa/berkas", files={"paper": ("izin.pdf", paper)})
        bad = await browser.post("/periksa/berkas", files={"paper": ("izin.pdf", bytes(changed))})

    assert 'class="badge good">asli<' in good.text
    assert 'class="badge good">berlaku<' in good.text
    assert "Tidak asli:" in bad.text


async def test_who_guesses_numbers_has_to_wait(office: PortalOffice) -> None:
    async with office.visit() as browser:
        answers = [await browser.post("/periksa", data={"number": f"X-{n}"}) for n in range(41)]

    assert [answer.status_code for answer in answers] == [200] * 40 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_the_page_gives_the_seals_key_and_runs_no_script_of_its_own(office: PortalOffice) -> None:
    async with office.visit() as browser:
        page = await browser.get("/periksa")

    assert 'data-key="MFkw' in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert " style=" not in page.text
