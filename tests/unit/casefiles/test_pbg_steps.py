"""Officers complete steps: checked, stored, queued with routing facts only; and corrections that go round."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.case_records import NotAllowedNow, StepAlreadyAnswered, StepMissing
from penaemas.casefiles.clock_ledger import CaseClock
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.outbox import CompleteTask, PublishMessage
from penaemas.casefiles.pbg.step_forms import STEP_FORMS
from penaemas.casefiles.pbg_tables import pbg_correction_item, pbg_document
from penaemas.casefiles.tables import outbox
from tests.offices import MONDAY_NINE, OfficeClock
from tests.pbg import STEPS, TICKED, done, opened, pdf, submitted

ASKS_FOR_KTP = {
    "completeness_result": "correction_needed",
    "verdict_ktp": "TIDAK_SESUAI",
    "note_ktp": "Foto KTP buram, mohon dipindai ulang",
}
SPATIAL_ASKS = {
    "spatial_review_result": "correction_needed",
    "correction_subjects": ["DATA_LOKASI"],
    "spatial_note": "Alamat bangunan belum menyebut blok",
}


def last_command(office: Office, case_id: str) -> Any:
    with office.database.reading() as connection:
        return office.outbox.of_case(connection, case_id)[-1].command


async def corrected(office: Office, case_id: str, **parts: Any) -> int:
    """The applicant answers the open round."""
    answer = {"changes": {}, "documents": {}, "explanations": {}} | parts
    return await office.pbg.corrections.submit(case_id, by="pemohon", **answer)


async def test_a_completed_step_tells_the_process_its_result_and_a_commitment_only(office: Office) -> None:
    case_id = await opened(office)

    await done(office, case_id, "Task_ReviewSpatialFit", spatial_note="Sesuai RDTR, sudah dicek dengan Pak Contoh")

    command = last_command(office, case_id)
    assert isinstance(command, CompleteTask)
    assert command.officer == "petugas.1"
    assert command.variables.keys() == {"spatial_review_result", "case_file_commitment"}
    assert command.variables["spatial_review_result"] == "fits"


async def test_the_slower_of_two_officers_is_told_who_was_faster(office: Office) -> None:
    case_id = await opened(office)
    entry = TICKED | STEPS["Task_DecideJointly"] | {"joint_decision": "rejected", "rejection_reasons": "Tidak memenuhi"}

    outcomes = await asyncio.gather(
        *(office.pbg.steps.complete_step(case_id, 77, "Task_DecideJointly", entry, officer=f"tpt.{n}") for n in "ab"),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, StepAlreadyAnswered) for outcome in outcomes) == 1


async def test_a_refused_completion_makes_room_for_another_and_asks_for_nothing(office: Office) -> None:
    case_id = await opened(office)
    entry = TICKED | STEPS["Task_ReviewSpatialFit"] | SPATIAL_ASKS
    command_id = await office.pbg.steps.complete_step(case_id, 77, "Task_ReviewSpatialFit", entry, officer="taru.1")
    with office.database.transaction() as connection:
        office.outbox.mark_refused(connection, command_id, "the task was cancelled")
        assert office.pbg.corrections.pending(connection, case_id) == []

    await office.pbg.steps.complete_step(case_id, 77, "Task_ReviewSpatialFit", entry, officer="taru.2")

    with office.database.reading() as connection:
        assert len(office.pbg.corrections.pending(connection, case_id)) == 1


@pytest.mark.parametrize(
    ("element", "change", "names"),
    [
        ("Task_ReviewSpatialFit", {"no_conflict_of_interest": False}, "no_conflict_of_interest"),
        ("Task_ReviewSpatialFit", {"gsb_planned_m": 2.5}, "beyond its limit"),
        ("Task_ReviewSpatialFit", {"spatial_review_result": "does_not_fit"}, "spatial_note is required"),
        ("Task_ReviewSpatialFit", {"spatial_review_result": "correction_needed"}, "spatial_note is required"),
        (
            "Task_PreCheckApplication",
            {"documents_present": False, "missing_note": "KK belum ada"},
            "no document is marked",
        ),
        ("Task_PreCheckApplication", {"presence_ktp": "TIDAK_ADA"}, "required document that is missing"),
        ("Task_PreCheckApplication", {"documents_present": False, "presence_kk": "TIDAK_ADA"}, "missing_note"),
        ("Task_ReviewSpatialFit", {"correction_subjects": ["KTP"]}, "nothing is to be mended"),
        ("Task_VerifyManually", {"land_verdict": "not_confirmed"}, "contradicts the verdicts"),
        ("Task_ConfirmRetribution", {"exemption_basis": None}, "exemption_basis"),
        ("Task_DecideRejection", {"objection_right_stated": False}, "objection_right_stated"),
        ("Task_RegisterApplication", {"identity_seen": False}, "identity, income and ownership seen"),
        ("Task_CheckCompleteness", {"verdict_ktp": "TIDAK_SESUAI", "note_ktp": "buram"}, "contradicts the verdicts"),
        ("Task_CheckCompleteness", ASKS_FOR_KTP | {"note_ktp": None}, "note_ktp is required"),
        ("Task_CheckCompleteness", ASKS_FOR_KTP | {"correction_subjects": ["KK"]}, "follow from the verdicts"),
        ("Task_RecordSimbgRegistration", {"simbg_registration_number": "PENA-321102-02022026-01"}, "not SIMBG's"),
        ("Task_RecordSimbgPermitNumber", {"simbg_permit_number": "SK-PBG-321102-32022026-001"}, "no permit number"),
        ("Task_IssueComplianceStatement", {"compliance_statement_date": None}, "compliance_statement_date"),
        ("Task_VerifyDraftPermit", {"check_building": False}, "every check"),
        ("Task_HandOverPermit", {"hand_over_channel": "POS"}, "hand_over_channel"),
        ("Task_ReviewPrototypeLayout", {"check_soil": "TIDAK_SESUAI"}, "contradicts a finding"),
        ("Task_DecideJointly", {}, "contradicts a review"),
        ("Task_DecideJointly", {"joint_decision": "correction_needed"}, "nothing is named"),
        ("Task_Unknown", {}, "no officer's step"),
    ],
)
async def test_an_entry_that_breaks_a_rule_stores_nothing(
    office: Office, element: str, change: dict[str, Any], names: str
) -> None:
    case_id = await opened(office)
    before = last_command(office, case_id)

    with pytest.raises(EntryFaulty, match=names):
        await done(office, case_id, element, **change)

    assert last_command(office, case_id) == before


async def test_nobody_completes_a_step_of_a_withdrawn_case(office: Office) -> None:
    case_id = await opened(office)
    await office.pbg.submission.withdraw(case_id, reason="", by="pemohon")

    with pytest.raises(NotAllowedNow, match="withdrawn"):
        await done(office, case_id, "Task_RegisterApplication")


async def test_verdicts_are_kept_with_each_document(office: Office) -> None:
    case_id = await opened(office)

    await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)

    verdicts = {document.document: document.verdict for document in await office.pbg.documents.of_case(case_id)}
    assert (verdicts["KTP"], verdicts["KK"], verdicts["FOTO_LOKASI"]) == ("TIDAK_SESUAI", "SESUAI", None)


async def test_both_reviews_ask_in_one_request_and_the_clocks_stand(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_ReviewSpatialFit", **SPATIAL_ASKS)
    drawings = {
        **{f"check_{part}": "SESUAI" for part in ("foundation", "columns", "beams", "sanitation", "light_and_air")},
        "check_roof": "TIDAK_SESUAI",
        "technical_review_result": "correction_needed",
        "correction_subjects": ["GAMBAR_ATAP"],
        "technical_note": "Gambar rangka atap belum ada",
    }
    await done(office, case_id, "Task_ReviewTechnicalDrawings", **drawings)
    await done(office, case_id, "Task_DecideJointly", joint_decision="correction_needed")

    opened_round = await office.pbg.corrections.open_round(case_id)
    clock.let_pass(timedelta(minutes=30))

    assert await office.pbg.corrections.open_round(case_id) == opened_round
    assert (opened_round.number, opened_round.allowed) == (1, True)
    # The fifth working day after Monday 2 February, at the closing of the counters (15.00 WIB).
    assert opened_round.due_at.isoformat() == "2026-02-09T08:00:00+00:00"
    items = await office.pbg.corrections.items(case_id, 1)
    assert {item.subject: item.request for item in items} == {
        "DATA_LOKASI": "Alamat bangunan belum menyebut blok",
        "GAMBAR_ATAP": "Gambar rangka atap belum ada",
    }
    with office.database.reading() as connection:
        pre_check = office.clocks.clock_of(connection, case_id, CaseClock.PRE_CHECK)
    assert pre_check is not None
    assert pre_check.is_standing(clock.now())


async def test_a_correction_makes_a_new_revision_and_tells_the_process(office: Office) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)
    await office.pbg.corrections.open_round(case_id)

    assert await corrected(office, case_id, documents={"KTP": pdf("KTP jelas")}) == 1

    assert last_command(office, case_id) == PublishMessage(
        message_name="office.pbg_mbr_correction_submitted", correlation_key=f"{case_id}/1"
    )
    verdicts = {document.document: document.verdict for document in await office.pbg.documents.of_case(case_id)}
    assert verdicts["KTP"] is None  # the new file has not been judged


async def test_what_was_accepted_and_not_touched_stays_accepted(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    for element in ("Task_PreCheckApplication", "Task_RegisterApplication", "Task_VerifyManually"):
        await done(office, case_id, element)
    await done(office, case_id, "Task_CheckCompleteness")
    await done(office, case_id, "Task_ReviewPrototypeLayout")
    await done(office, case_id, "Task_ReviewSpatialFit", **SPATIAL_ASKS)
    await office.pbg.corrections.open_round(case_id)
    clock.let_pass(timedelta(hours=1))
    await corrected(office, case_id, changes={"building_address": "Blok Rekaan 7 B, Jatinunggal"})
    clock.let_pass(timedelta(hours=1))

    standing = await office.pbg.received_corrections.receive_round(case_id, 1)

    assert standing == await office.pbg.received_corrections.receive_round(case_id, 1)
    assert (standing.registration_result, standing.completeness_result) == ("accepted", "complete")
    assert (standing.identity_check, standing.land_check) == ("verified", "matched")
    assert (standing.spatial_review_result, standing.technical_review_result) == ("reopened", "meets")
    assert standing.documents_present is True


async def test_a_changed_house_reopens_both_reviews_and_a_replaced_document_its_verdict(office: Office) -> None:
    case_id = await opened(office)
    for element in ("Task_RegisterApplication", "Task_CheckCompleteness", "Task_ReviewPrototypeLayout"):
        await done(office, case_id, element)
    await done(office, case_id, "Task_ReviewSpatialFit", **SPATIAL_ASKS | {"correction_subjects": ["DATA_BANGUNAN"]})
    await office.pbg.corrections.open_round(case_id)
    await corrected(office, case_id, changes={"floor_area_m2": "30.00"}, documents={"KTP": pdf("lain")})

    standing = await office.pbg.received_corrections.receive_round(case_id, 1)

    assert (standing.spatial_review_result, standing.technical_review_result) == ("reopened", "reopened")
    assert (standing.registration_result, standing.completeness_result) == ("reopened", "reopened")
    assert standing.documents_present is False  # nobody ever said that they were
    with office.database.reading() as connection:
        assert office.pbg.desk.facts(connection, office.pbg.desk.seen(connection, case_id))["floor_area_m2"] == "30.00"


async def test_an_acceptance_undone_in_one_round_is_not_restored_by_the_next(office: Office) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_ReviewPrototypeLayout")
    for request, change in (("DATA_BANGUNAN", {"storeys": 2}), ("DATA_LOKASI", {"building_address": "Blok Baru 1"})):
        asks = {"correction_subjects": [request], "new_item_reason": "baru terlihat sekarang"}
        await done(office, case_id, "Task_ReviewSpatialFit", **SPATIAL_ASKS | asks)
        number = (await office.pbg.corrections.open_round(case_id)).number
        await corrected(office, case_id, changes=change)
        standing = await office.pbg.received_corrections.receive_round(case_id, number)

    assert standing.technical_review_result == "reopened"


async def test_every_item_is_answered_or_explained(office: Office) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)
    await office.pbg.corrections.open_round(case_id)

    with pytest.raises(EntryFaulty, match="KTP.*unchanged"):
        await corrected(office, case_id, changes={"building_address": "Blok Baru 1"})
    assert await corrected(office, case_id, explanations={"KTP": "KTP memang sudah terang"}) == 1


async def test_a_field_that_breaks_a_rule_or_may_not_change_stores_no_revision(office: Office) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)
    await office.pbg.corrections.open_round(case_id)

    with pytest.raises(EntryFaulty, match="storeys"):
        await corrected(office, case_id, changes={"storeys": 0}, documents={"KTP": pdf("baru")})
    with pytest.raises(EntryFaulty, match="region_code.*cannot be corrected"):
        await corrected(office, case_id, changes={"region_code": "18.01"})
    with office.database.reading() as connection:
        kept = select(pbg_document.c.document_id).where(pbg_document.c.replaced_at.is_not(None))
        assert connection.execute(kept).all() == []


async def test_a_correction_comes_once_and_in_time(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    with pytest.raises(NotAllowedNow, match="no correction"):
        await corrected(office, case_id)
    await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)
    await office.pbg.corrections.open_round(case_id)
    await corrected(office, case_id, documents={"KTP": pdf("baru")})
    with pytest.raises(NotAllowedNow, match="received"):
        await corrected(office, case_id, documents={"KTP": pdf("lebih baru")})
    await office.pbg.received_corrections.receive_round(case_id, 1)
    await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)
    await office.pbg.corrections.open_round(case_id)
    clock.let_pass(timedelta(days=8))

    with pytest.raises(NotAllowedNow, match="over"):
        await corrected(office, case_id, documents={"KTP": pdf("terlambat")})


async def test_a_round_that_nobody_answered_cannot_be_received(office: Office) -> None:
    case_id = await opened(office)
    await office.pbg.corrections.open_round(case_id)

    with pytest.raises(StepMissing):
        await office.pbg.received_corrections.receive_round(case_id, 1)


async def test_the_fourth_round_is_not_granted(office: Office) -> None:
    case_id = await opened(office)
    for number in (1, 2, 3):
        await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)
        assert (await office.pbg.corrections.open_round(case_id)).number == number
        await corrected(office, case_id, documents={"KTP": pdf(f"ke-{number}")})
        await office.pbg.received_corrections.receive_round(case_id, number)
    await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)

    last = await office.pbg.corrections.open_round(case_id)

    assert (last.number, last.allowed) == (3, False)


async def test_a_later_round_names_something_new_only_with_a_reason_that_is_recorded(office: Office) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)
    await office.pbg.corrections.open_round(case_id)
    await corrected(office, case_id, documents={"KTP": pdf("baru")})
    await office.pbg.received_corrections.receive_round(case_id, 1)

    asks_for_kk = ASKS_FOR_KTP | {"verdict_kk": "TIDAK_SESUAI", "note_kk": "KK lama"}
    with pytest.raises(EntryFaulty, match="new_item_reason.*KK was not"):
        await done(office, case_id, "Task_CheckCompleteness", **asks_for_kk)
    await done(office, case_id, "Task_CheckCompleteness", **asks_for_kk, new_item_reason="KK baru dibaca sekarang")

    with office.database.reading() as connection:
        actions = [act.action for act in office.acts.after(connection, 0, 100)]
        marks = connection.execute(
            select(pbg_correction_item.c.is_new_in_later_round).order_by(pbg_correction_item.c.raised_at)
        )
        assert sorted(marks.scalars()) == [False, False, True]
    assert "new_item_in_later_round" in actions


async def test_a_step_that_is_reached_only_now_may_name_its_items_without_a_reason(office: Office) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)
    await office.pbg.corrections.open_round(case_id)
    await corrected(office, case_id, documents={"KTP": pdf("baru")})
    await office.pbg.received_corrections.receive_round(case_id, 1)

    await done(office, case_id, "Task_ReviewSpatialFit", **SPATIAL_ASKS)

    with office.database.reading() as connection:
        assert len(office.pbg.corrections.pending(connection, case_id)) == 1


@pytest.mark.parametrize(
    ("element", "entry", "subjects"),
    [
        (
            "Task_PreCheckApplication",
            {"documents_present": False, "presence_kk": "TIDAK_ADA", "presence_pbb": "TIDAK_ADA", "missing_note": "KK"},
            {"KK"},
        ),
        (
            "Task_RegisterApplication",
            {"registration_result": "correction_needed", "registration_note": "Alamat pemilik kosong"},
            {"PENDAFTARAN"},
        ),
        (
            "Task_VerifyManually",
            {
                "manual_verification_result": "correction_needed",
                "land_verdict": "not_confirmed",
                "verification_note": "Luas pada sertifikat lain",
            },
            {"TANAH"},
        ),
        ("Task_ReviewSpatialFit", SPATIAL_ASKS | {"correction_subjects": []}, {"TATA_RUANG"}),
    ],
)
async def test_a_step_that_names_no_subject_asks_about_what_it_looked_at(
    office: Office, element: str, entry: dict[str, Any], subjects: set[str]
) -> None:
    case_id = await opened(office)

    await done(office, case_id, element, **entry)

    with office.database.reading() as connection:
        assert {item["subject"] for item in office.pbg.corrections.pending(connection, case_id)} == subjects


async def test_the_clocks_go_on_from_the_submission_of_the_correction(office: Office, clock: OfficeClock) -> None:
    case_id = (await submitted(office)).case_id
    await office.pbg.opening.open_case(case_id)
    clock.let_pass(timedelta(minutes=10))
    await done(office, case_id, "Task_CheckCompleteness", **ASKS_FOR_KTP)
    await office.pbg.corrections.open_round(case_id)
    clock.let_pass(timedelta(minutes=60))
    await corrected(office, case_id, documents={"KTP": pdf("baru")})
    clock.let_pass(timedelta(minutes=5))
    await office.pbg.received_corrections.receive_round(case_id, 1)

    with office.database.reading() as connection:
        pre_check = office.clocks.clock_of(connection, case_id, CaseClock.PRE_CHECK)

    assert pre_check is not None
    assert pre_check.started_at == MONDAY_NINE
    assert pre_check.net_seconds(clock.now()) == 15 * 60


def test_every_steps_form_has_one_routing_fact_or_none() -> None:
    for element, form in STEP_FORMS.items():
        assert form.result_field is None or form.result_field in form.model_fields, element


async def test_a_step_answered_by_the_engine_counts_once_it_is_done(office: Office) -> None:
    case_id = await opened(office)
    command_id = await done(office, case_id, "Task_VerifyManually")
    with office.database.transaction() as connection:
        connection.execute(update(outbox).where(outbox.c.id == command_id).values(state="done"))

    assert await office.pbg.checks.standing_answer(case_id, "land_check") == "matched"


async def test_an_officer_cannot_waive_what_the_computation_charges(office: Office) -> None:
    case_id = await opened(office)
    await office.pbg.retribution.calculate(case_id, exempt=False)

    with pytest.raises(EntryFaulty, match="retribution_result"):
        await done(office, case_id, "Task_ConfirmRetribution")
