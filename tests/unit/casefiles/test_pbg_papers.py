"""Retribution, letters, packages and notices of a case; and what is left after erasure."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.commitments import verify
from penaemas.casefiles.letter_typesetting import LetterTypesetter, TemplateFaulty
from penaemas.casefiles.outgoing_messages import messages_of
from penaemas.casefiles.pbg.application_form import DocumentKind
from penaemas.casefiles.pbg.correction_subjects import CORRECTABLE_FIELDS, DOCUMENTS
from penaemas.casefiles.pbg.opening import APPLICATION
from penaemas.casefiles.pbg.papers import DRAFT, PACKAGE, PERMIT, REJECTION
from penaemas.casefiles.pbg_tables import pbg_retribution, pbg_warning
from penaemas.casefiles.person_vault import PersonErased
from penaemas.casefiles.sealed_files import FileDamaged
from penaemas.casefiles.tables import act, commitment, metadata, outbox, person_lookup
from penaemas.licensing.required_documents import Document
from tests.offices import MONDAY_NINE, OfficeClock
from tests.pbg import OWNER_NIK, PERSONAL, application, done, opened, submitted


async def ready_for_the_permit(office: Office, **changes: Any) -> str:
    """A case up to its number."""
    case_id = await opened(office, **changes)
    await office.pbg.register.assign_registration_number(case_id)
    await done(office, case_id, "Task_IssueComplianceStatement")
    await office.pbg.retribution.calculate(case_id, exempt=True)
    await office.pbg.register.assign_permit_number(case_id, simbg_registration=False)
    return case_id


async def words_of(office: Office, case_id: str, kind: str) -> str:
    content = await office.pbg.papers.content_as_read_by(case_id, kind, "petugas.1")
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\n", " ")


async def test_36_m2_with_the_example_tariff_waive_182347_rupiah_and_keep_the_sheet(office: Office) -> None:
    case_id = await opened(office)

    sheet = await office.pbg.retribution.calculate(case_id, exempt=True)

    assert (sheet.charged_idr, sheet.waived_idr, sheet.tariff_is_example) == (0, 182_347, True)
    assert sheet.sheet["integrated_index"] == "0.1800"
    assert "SKB 3 Menteri" in sheet.exemption_basis
    with office.database.reading() as connection:
        assert connection.execute(select(pbg_warning.c.rule)).scalars().all() == ["example_tariff"]


async def test_a_repeated_computation_keeps_one_sheet_and_a_changed_one_adds_another(office: Office) -> None:
    case_id = await opened(office)
    for exempt in (True, True, False):
        sheet = await office.pbg.retribution.calculate(case_id, exempt=exempt)

    assert (sheet.charged_idr, sheet.waived_idr) == (182_347, 0)
    with office.database.reading() as connection:
        assert connection.execute(select(pbg_retribution.c.number)).scalars().all() == [1, 2]


async def test_a_zero_assessment_is_refused_when_something_is_charged(office: Office) -> None:
    case_id = await opened(office)
    with pytest.raises(StepMissing):
        await office.pbg.retribution.issue_zero_assessment(case_id)
    await office.pbg.retribution.calculate(case_id, exempt=False)
    with pytest.raises(StepMissing):
        await office.pbg.retribution.issue_zero_assessment(case_id)
    await office.pbg.retribution.calculate(case_id, exempt=True)

    first = await office.pbg.retribution.issue_zero_assessment(case_id)

    assert await office.pbg.retribution.issue_zero_assessment(case_id) == first


async def test_without_simbg_the_permit_is_titled_konsep_and_says_that_it_is_unsigned(office: Office) -> None:
    case_id = await ready_for_the_permit(office)

    paper = await office.pbg.papers.render_permit(case_id, simbg_registration=False)
    words = await words_of(office, case_id, PERMIT)

    assert paper.is_concept
    assert words.count("KONSEP") >= 2  # the title and the watermark
    assert "Belum ditandatangani" in words
    assert "PENA-SMD-SK-PBG-321102-02022026-001" in words
    assert "Budi Rekaan" in words
    assert "Kecamatan Jatinunggal" in words
    assert "182.347" in words
    assert "tarif contoh" in words


async def test_with_simbg_nothing_says_konsep_but_it_is_still_unsigned(office: Office) -> None:
    case_id = await ready_for_the_permit(office)
    await done(office, case_id, "Task_RecordSimbgPermitNumber")
    await office.pbg.register.assign_permit_number(case_id, simbg_registration=True)

    await office.pbg.papers.render_permit(case_id, simbg_registration=True)
    words = await words_of(office, case_id, PERMIT)

    assert "KONSEP" not in words.upper()
    assert "Belum ditandatangani" in words
    assert "SK-PBG-321102-02022026-001" in words


async def test_the_letterhead_is_the_regions(office: Office) -> None:
    case_id = await ready_for_the_permit(office, region_code="18.01", sub_district_code="180106")

    await office.pbg.papers.render_permit(case_id, simbg_registration=False)

    assert "LAMPUNG SELATAN" in (await words_of(office, case_id, PERMIT)).upper()


async def test_the_same_permit_printed_again_is_the_same_version(office: Office, clock: OfficeClock) -> None:
    case_id = await ready_for_the_permit(office)
    first = await office.pbg.papers.render_permit(case_id, simbg_registration=False)
    clock.let_pass(timedelta(days=1))

    assert await office.pbg.papers.render_permit(case_id, simbg_registration=False) == first


async def test_a_draft_has_no_number_and_is_a_concept(office: Office) -> None:
    case_id = await opened(office)
    await office.pbg.register.assign_registration_number(case_id)
    with pytest.raises(StepMissing):
        await office.pbg.papers.draft_permit(case_id)
    await office.pbg.retribution.calculate(case_id, exempt=True)

    assert (await office.pbg.papers.draft_permit(case_id)).is_concept
    assert "diberikan setelah konsep disetujui" in await words_of(office, case_id, DRAFT)


async def test_what_a_person_typed_is_never_markup(office: Office) -> None:
    case_id = await ready_for_the_permit(office, applicant_name="Budi #panic() *Rekaan* $x$")

    await office.pbg.papers.render_permit(case_id, simbg_registration=False)

    assert "Budi #panic() *Rekaan* $x$" in await words_of(office, case_id, PERMIT)


async def test_a_rejection_has_its_reasons_and_the_right_to_object(office: Office) -> None:
    case_id = await opened(office)
    with pytest.raises(StepMissing):
        await office.pbg.papers.render_rejection(case_id)
    await done(office, case_id, "Task_DecideRejection")

    await office.pbg.papers.render_rejection(case_id)
    words = await words_of(office, case_id, REJECTION)

    assert "sempadan sungai" in words
    assert "Hak keberatan" in words


async def test_the_package_for_the_ordinary_pbg_has_all_data_and_the_reason(office: Office) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_PreCheckApplication")

    await office.pbg.papers.hand_over(case_id, ["income_above_ceiling"])
    package = json.loads(await office.pbg.papers.content_as_read_by(case_id, PACKAGE, "operator.1"))

    assert package["reasons"] == ["income_above_ceiling"]
    assert package["application"]["applicant_name"] == "Budi Rekaan"
    assert len(package["documents"]) == 6
    assert package["steps"][0]["element_id"] == "Task_PreCheckApplication"


async def test_who_reads_a_paper_or_a_document_is_recorded(office: Office) -> None:
    case_id = await ready_for_the_permit(office)
    await office.pbg.papers.render_permit(case_id, simbg_registration=False)
    await office.pbg.papers.content_as_read_by(case_id, PERMIT, "kadis")
    content = await office.pbg.documents.content_as_read_by(case_id, "KTP", "operator.1")

    assert content == b"%PDF-1.4\n% contoh KTP\n%%EOF\n"
    with office.database.reading() as connection:
        acts = connection.execute(select(act.c.actor, act.c.action)).all()
    assert {("kadis", "view_paper"), ("operator.1", "view_document")} <= {(actor, action) for actor, action in acts}


async def test_a_file_that_was_changed_on_disk_is_not_shown(office: Office, tmp_path: Path) -> None:
    case_id = await opened(office)
    for file in (tmp_path / "files").glob("*/*"):
        file.write_bytes(file.read_bytes()[:-1] + b"\0")

    with pytest.raises(FileDamaged):
        await office.pbg.documents.content_as_read_by(case_id, "KTP", "operator.1")


async def test_a_notice_is_queued_once_for_each_kind_and_round(office: Office) -> None:
    case_id = await opened(office)
    for _ in range(2):
        await office.pbg.notices.send(case_id, "application_rejected")
    await office.pbg.corrections.open_round(case_id)
    for _ in range(2):
        await office.pbg.notices.send(case_id, "correction_requested")

    with office.database.reading() as connection:
        messages = messages_of(connection, case_id)
    assert sorted((message.kind, message.round, message.state) for message in messages) == [
        ("application_rejected", "1", "queued"),
        ("correction_requested", "1", "queued"),
    ]
    assert "PENA-SMD-2026-00001" in messages[0].text_id
    assert any("9 Februari 2026" in message.text_id for message in messages)


async def test_a_notice_of_an_unknown_kind_is_refused(office: Office) -> None:
    with pytest.raises(LookupError):
        await office.pbg.notices.send(await opened(office), "congratulations")


def test_a_template_that_is_wrong_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.typ").write_text("#unknown-function()")

    with pytest.raises(TemplateFaulty, match="broken"):
        LetterTypesetter(tmp_path).typeset("broken", {})


async def test_no_personal_value_stands_in_clear_in_any_table_or_file(office: Office, tmp_path: Path) -> None:
    case_id = await ready_for_the_permit(office)
    await done(office, case_id, "Task_ReviewSpatialFit", spatial_note="Sudah dibicarakan dengan Budi Rekaan")
    await office.pbg.opening.gather_facts(case_id, MONDAY_NINE.date())
    await office.pbg.papers.render_permit(case_id, simbg_registration=False)

    with office.database.reading() as connection:
        stored = "\n".join(
            str(bytes(value) if isinstance(value, memoryview) else value)
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
            for value in row
        )
    files = b"\n".join(file.read_bytes() for file in (tmp_path / "files").glob("*/*"))

    assert [value for value in PERSONAL if value in stored or value.encode() in files] == []
    assert "complete_step" in stored  # the scan does see what stands in clear
    assert len(files) > 1000


async def test_no_personal_value_is_in_any_command_to_the_engine(office: Office) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_HandOverPermit")
    await done(office, case_id, "Task_DecideRejection")

    with office.database.reading() as connection:
        rows = "\n".join(str(row) for row in connection.execute(select(outbox)))

    assert [value for value in (*PERSONAL, "sempadan sungai") if value in rows] == []
    assert case_id in rows


async def test_the_commitment_proves_the_application_and_its_files(office: Office) -> None:
    case_id = await opened(office)
    await office.pbg.opening.gather_facts(case_id, MONDAY_NINE.date())

    with office.database.reading() as connection:
        content = application().to_vault() | office.pbg.documents.digests(connection, case_id)
        assert verify(connection, case_id, APPLICATION, 1, content) is True
        assert verify(connection, case_id, APPLICATION, 1, content | {"storeys": "2"}) is False


async def test_erasing_applicant_or_owner_leaves_noise_no_look_up_and_no_salt(office: Office) -> None:
    owner = {"owner_nik": OWNER_NIK, "owner_name": "Ani Contoh", "land_holder_name": "Ani Contoh"}
    case_id = await opened(office, **owner)
    await office.pbg.opening.gather_facts(case_id, MONDAY_NINE.date())
    with office.database.reading() as connection:
        parties = office.pbg.desk.parties(connection, case_id)

    for role in ("OWNER", "APPLICANT"):
        with office.database.transaction() as connection:
            office.vault.erase(connection, parties[role], MONDAY_NINE)

        with pytest.raises(PersonErased):
            await office.pbg.opening.gather_facts(case_id, MONDAY_NINE.date())
        with office.database.reading() as connection:
            salts = connection.execute(select(commitment.c.salt).where(commitment.c.case_id == case_id)).scalars()
            assert set(salts) == {None}
            look_ups = select(person_lookup).where(person_lookup.c.person_id == parties[role])
            assert connection.execute(look_ups).all() == []
    with pytest.raises(PersonErased):
        await office.pbg.documents.content_as_read_by(case_id, "KTP", "operator.1")


async def test_erasing_one_applicant_leaves_the_others(office: Office) -> None:
    erased, other = await submitted(office), await submitted(office, applicant_name="Ani Contoh")
    with office.database.transaction() as connection:
        office.vault.erase(connection, office.pbg.desk.parties(connection, erased.case_id)["APPLICANT"], MONDAY_NINE)

    people = await office.pbg.checks.people_to_verify(other.case_id)
    assert [person.full_name for person in people] == ["Ani Contoh"]


def test_the_kinds_of_documents_and_correctable_fields_are_those_of_the_law_and_the_form() -> None:
    assert DOCUMENTS == set(Document) == set(get_args(DocumentKind))
    assert type(application()).model_fields.keys() >= CORRECTABLE_FIELDS
