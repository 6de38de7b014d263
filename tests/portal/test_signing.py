"""The signer reads what waits, types the passphrase once, and permits are signed, kept and their tasks completed."""

from __future__ import annotations

import asyncio
import io
import logging
import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pypdf import PdfReader
from sqlalchemy import select

from penaemas.casefiles.permit_tables import permit
from penaemas.casefiles.tables import metadata, outbox
from penaemas.connectors.e_signature.authority import Authority
from penaemas.connectors.e_signature.checking import Flaw, check_paper
from penaemas.licensing.posts import Post, StandInKind
from penaemas.licensing.roles import Role
from tests.offices import SUMEDANG, OfficeClock
from tests.pbg import done
from tests.portal.offices import PortalOffice, account_of
from tests.portal.task_office import TaskOffice

PASSPHRASE = "kucing payung gunung teh"
SIGNER = account_of(Role.KADIS, SUMEDANG)
SIGN = "Task_SignPermit"


@pytest.fixture(scope="module")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority with one signer, made once."""
    folder = tmp_path_factory.mktemp("authority")
    Authority(folder, OfficeClock(), organisation="Kantor Rekaan").enrol(SIGNER, "Rekaan Kadis", SecretStr(PASSPHRASE))
    return folder


@pytest.fixture
def signing(portal_office: PortalOffice, authority_folder: Path) -> TaskOffice:
    """An office whose head can sign."""
    portal_office.authority = Authority(authority_folder, portal_office.machine, organisation="Kantor Rekaan")
    return TaskOffice(portal_office)


async def a_draft(tasks: TaskOffice, number: int = 1, *, assignee: str | None = SIGNER) -> tuple[str, int]:
    """A permit that waits for its signer: case id and task key."""
    office, case_id = tasks.portal.office, await tasks.case(land_right_number=f"{number:05}")
    await office.pbg.register.assign_registration_number(case_id)
    await done(office, case_id, "Task_IssueComplianceStatement")
    await office.pbg.retribution.calculate(case_id, exempt=True)
    await done(
        office, case_id, "Task_RecordSimbgPermitNumber", simbg_permit_number=f"SK-PBG-321102-02022026-{number:03}"
    )
    await office.pbg.register.assign_permit_number(case_id, simbg_registration=True)
    await office.pbg.papers.render_permit(case_id, simbg_registration=True)
    return case_id, tasks.task(case_id, SIGN, role="KADIS", assignee=assignee)


def form(*keys: int, passphrase: str = PASSPHRASE) -> dict[str, object]:
    return {"key": [str(key) for key in keys], "passphrase": passphrase, "no_conflict_of_interest": "true"}


def contents_of(folder: Path) -> list[str]:
    """Everything that was written to disk."""
    return [file.read_bytes().decode("latin-1") for file in folder.rglob("*") if file.is_file()]


async def test_a_signed_permit_is_genuine_kept_registered_and_its_task_completed(signing: TaskOffice) -> None:
    office = signing.portal.office
    case_id, key = await a_draft(signing)

    async with await signing.portal.visit_as(Role.KADIS) as browser:
        assert f'value="{key}"' in (await browser.get("/signing")).text
        answer = await browser.post("/signing", data=form(key))
        assert "SK-PBG-321102-02022026-001" in answer.text
        assert f'value="{key}"' not in answer.text

    paper = await office.pbg.papers.content_as_read_by(case_id, "permit", "petugas.1")
    assert signing.portal.authority is not None
    checked = await asyncio.to_thread(check_paper, paper, signing.portal.authority.published())
    assert (checked.flaws, checked.number, checked.signer) == ((), "SK-PBG-321102-02022026-001", "Rekaan Kadis")
    with office.database.reading() as connection:
        (row,) = connection.execute(select(permit)).all()
        command = connection.execute(select(outbox.c.payload).where(outbox.c.id == row.outbox_id)).scalar_one()
    assert (row.state, row.signed_by, row.number) == ("signed", SIGNER, checked.number)
    assert command["variables"]["signing_result"] == "signed"


async def test_the_paper_is_read_before_it_is_signed_as_it_will_be_signed(signing: TaskOffice) -> None:
    _, key = await a_draft(signing)

    async with await signing.portal.visit_as(Role.KADIS) as browser:
        answer = await browser.get(f"/signing/{key}/paper")

    assert answer.headers["content-type"] == "application/pdf"
    assert signing.portal.authority is not None
    checked = await asyncio.to_thread(check_paper, answer.content, signing.portal.authority.published())
    assert checked.flaws == (Flaw.NOT_SIGNED,)


async def test_a_wrong_passphrase_is_refused_like_any_other_and_slows_its_signer_down(signing: TaskOffice) -> None:
    _, key = await a_draft(signing)

    async with await signing.portal.visit_as(Role.KADIS) as browser:
        answers = [await browser.post("/signing", data=form(key, passphrase=f"salah {n}")) for n in range(5)]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 403, 429]
    assert len({re.findall(r'class="flash bad".*', answer.text)[0] for answer in answers[:4]}) == 1
    with signing.portal.office.database.reading() as connection:
        assert connection.execute(select(permit)).all() == []


async def test_several_drafts_are_signed_in_one_sitting(signing: TaskOffice) -> None:
    keys = [(await a_draft(signing, number))[1] for number in (1, 2, 3)]

    async with await signing.portal.visit_as(Role.KADIS) as browser:
        await browser.post("/signing", data=form(*keys))

    with signing.portal.office.database.reading() as connection:
        assert len(connection.execute(select(permit.c.number)).all()) == 3


async def test_without_a_declaration_or_the_second_factor_nothing_is_signed(signing: TaskOffice) -> None:
    _, key = await a_draft(signing)
    undeclared = form(key) | {"no_conflict_of_interest": ""}

    async with await signing.portal.visit_as(Role.KADIS) as browser:
        assert (await browser.post("/signing", data=undeclared)).status_code == 422
    async with await signing.portal.visit_as(Role.KADIS, second_factor=False) as browser:
        answer = await browser.post("/signing", data=form(key))
        assert "/second-factor" in answer.headers.get("location", "")

    with signing.portal.office.database.reading() as connection:
        assert connection.execute(select(permit)).all() == []


async def test_the_stand_in_signs_with_decree_and_both_names(signing: TaskOffice, authority_folder: Path) -> None:
    office, today = signing.portal.office, signing.portal.machine.now().date()
    stand_in = account_of(Role.PENGAWAS, SUMEDANG)
    await office.deadlines.posts.appoint(SUMEDANG, Post.KADIS, SIGNER, today.replace(day=1), by="test")
    await office.deadlines.posts.record_decree(
        SUMEDANG, Post.KADIS, stand_in, StandInKind.PLH, "800/12/2026", today, today, by="test"
    )
    assert signing.portal.authority is not None
    signing.portal.authority.enrol(stand_in, "Rekaan Pengawas", SecretStr(PASSPHRASE))
    case_id, key = await a_draft(signing, assignee=stand_in)

    async with await signing.portal.visit_as(Role.PENGAWAS) as browser:
        await browser.post("/signing", data=form(key))

    with office.database.reading() as connection:
        row = connection.execute(select(permit)).one()
    assert row.signed_as.startswith("Plh. ")
    assert row.decree_number == "800/12/2026"
    paper = await office.pbg.papers.content_as_read_by(case_id, "permit", "petugas.1")
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages).split())
    assert "Rekaan Pengawas Surat perintah nomor 800/12/2026; pejabat definitif: Rekaan Kadis" in words


async def test_neither_passphrase_nor_key_is_in_any_row_or_log_line(
    signing: TaskOffice, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _, key = await a_draft(signing)
    with caplog.at_level(logging.DEBUG):
        async with await signing.portal.visit_as(Role.KADIS) as browser:
            wrong = await browser.post("/signing", data=form(key, passphrase="frasa yang keliru"))
            right = await browser.post("/signing", data=form(key))

    with signing.portal.office.database.reading() as connection:
        rows = [str(connection.execute(select(table)).all()) for table in metadata.sorted_tables]
    files = contents_of(tmp_path)
    for secret in (PASSPHRASE, "frasa yang keliru", "PRIVATE KEY"):
        assert not any(secret in text for text in (*rows, *files, caplog.text, wrong.text, right.text))


async def test_a_permit_cannot_be_completed_as_signed_without_its_signature(signing: TaskOffice) -> None:
    _, key = await a_draft(signing)

    async with await signing.portal.visit_as(Role.KADIS) as browser:
        sent = {"do": "complete", "signing_result": "signed", "no_conflict_of_interest": "true"}
        answer = await browser.post(f"/tasks/{key}", data=sent)

    assert answer.status_code == 409
    assert "/signing" in answer.text
