"""PENA EMAS: every licence of the catalogue from its application to its end, in fair and in foul weather."""

from datetime import timedelta
from typing import Any

import pytest

from penaemas.casefiles.case_records import NotAllowedNow
from tests import emas as licences
from tests.processes.kit import emas
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

REASON = "Tempat di jalur hijau."
REFUSES = {"recommendation_result": "not_recommended", "recommendation_note": REASON}


def asks_for(*subjects: str) -> dict[str, Any]:
    """An agency's answer that asks the applicant to mend something."""
    return {
        "recommendation_result": "correction_needed",
        "recommendation_note": "Perlu diperbaiki.",
        "correction_subjects": subjects,
    }


def times_asked(case: Case) -> int:
    """How many agencies were asked in all."""
    children = case.office.running.history.queries.children(case.process_instance_key)
    return sum(child.bpmn_process_id == emas.AGENCY_PROCESS for child in children)


async def test_a_research_permit_needs_no_agency_and_no_fee(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.RESEARCH)
    await emas.complete_each(case, *emas.INTAKE, *emas.ISSUING)
    await emas.ends_at(case, "EndEvent_LicenceIssued")
    assert not {"CallActivity_Recommendations", "Task_ConfirmFee", "Task_StateBreachReason"} & set(case.path)


async def test_a_practice_licence_has_the_recommendation_of_one_agency(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.HEALTH)
    await emas.complete_each(case, *emas.INTAKE)
    await emas.agency_says(case, "DINKES")
    await emas.complete_each(case, *emas.ISSUING)
    await emas.ends_at(case, "EndEvent_LicenceIssued")
    assert times_asked(case) == 1


async def test_an_advertising_permit_asks_five_agencies_at_once_one_visits_and_the_applicant_pays(
    permit_office: PermitOffice,
) -> None:
    case = await emas.somebody_applies(permit_office, licences.ADVERTISING)
    await emas.complete_each(case, *emas.INTAKE)
    for agency in licences.FIVE_AGENCIES:
        await emas.agency_task(case, agency)
    await emas.agency_says(
        case, "SATPOLPP", recommendation_result="visit_needed", recommendation_note="Dilihat di tempat."
    )
    await emas.agency_says(case, "SATPOLPP", "Task_RecordFieldVisit")
    for agency in licences.FIVE_AGENCIES:
        await emas.agency_says(case, agency)
    await emas.complete(case, "Task_ConfirmFee")
    await emas.the_applicant_pays(case)
    await emas.complete_each(case, *emas.ISSUING)
    await emas.ends_at(case, "EndEvent_LicenceIssued")


async def test_the_clock_stands_while_the_applicant_pays(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.ADVERTISING)
    await emas.complete_each(case, *emas.INTAKE)
    for agency in licences.FIVE_AGENCIES:
        await emas.agency_says(case, agency)
    await emas.complete(case, "Task_ConfirmFee")
    await case.passes("Gateway_AwaitPayment")
    lifecycle = permit_office.running.casefiles.emas.lifecycle
    before = await lifecycle.reading(case.case_id)
    await permit_office.let_pass(timedelta(days=2))
    during = await lifecycle.reading(case.case_id)
    await emas.the_applicant_pays(case)
    await emas.complete_each(case, *emas.ISSUING)
    await emas.ends_at(case, "EndEvent_LicenceIssued")
    assert before is not None
    assert during is not None
    assert (during.net_s, during.is_standing) == (before.net_s, True)
    assert during.gross_office_s > before.gross_office_s + 3600, "the gross figure hides nothing"


async def test_what_is_not_paid_expires(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.ADVERTISING)
    await emas.complete_each(case, *emas.INTAKE)
    for agency in licences.FIVE_AGENCIES:
        await emas.agency_says(case, agency)
    await emas.complete(case, "Task_ConfirmFee")
    await case.passes("Gateway_AwaitPayment")
    await permit_office.wait_for_the_clock(permit_office.at(7, 15))
    await emas.ends_at(case, "EndEvent_ApplicationExpired")


async def test_after_a_correction_only_the_agency_whose_papers_changed_is_asked_again(
    permit_office: PermitOffice,
) -> None:
    case = await emas.somebody_applies(permit_office, licences.ADVERTISING)
    await emas.complete_each(case, *emas.INTAKE)
    await emas.agency_says(case, "BAPENDA", **asks_for("NPWPD"))
    for agency in licences.FIVE_AGENCIES:
        if agency != "BAPENDA":
            await emas.agency_says(case, agency)
    await emas.the_applicant_corrects(case, "NPWPD")
    await emas.complete(case, "Task_CheckCompleteness")
    await emas.agency_says(case, "BAPENDA")
    await case.open_task("Task_ConfirmFee")
    assert times_asked(case) == 6
    assert case.path.count("Task_VerifyIdentity") == 1


async def test_identity_and_completeness_can_each_ask_for_a_correction(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.RESEARCH, without=("PROPOSAL",))
    asked = {"identity_result": "correction_needed", "identity_note": "Nama berbeda dengan KTP."}
    await emas.complete(case, "Task_VerifyIdentity", **asked, correction_subjects=("DATA_PEMOHON",))
    await emas.the_applicant_corrects(case, applicant_name="Budi Rekaan Asli")
    await emas.complete(case, "Task_VerifyIdentity")
    missing = {"completeness_result": "correction_needed", "completeness_note": "Proposal belum ada."}
    await emas.complete(
        case,
        "Task_CheckCompleteness",
        **missing,
        correction_subjects=("PROPOSAL",),
        new_item_reason="Baru diperiksa setelah identitas benar.",
    )
    await emas.the_applicant_corrects(case, "PROPOSAL")
    await emas.complete(case, "Task_CheckCompleteness")
    await case.open_task("Task_DraftLicence")
    assert case.path.count("Task_VerifyIdentity") == 2


async def test_without_a_correction_the_case_expires(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.RESEARCH)
    asked = {"identity_result": "correction_needed", "identity_note": "Tanda pengenal tidak terbaca."}
    await emas.complete(case, "Task_VerifyIdentity", **asked)
    await case.passes("Gateway_AwaitCorrection")
    await permit_office.wait_for_the_clock(permit_office.at(7, 15))
    await emas.ends_at(case, "EndEvent_ApplicationExpired")


async def test_a_fourth_round_is_not_granted(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.RESEARCH)
    asked = {"identity_result": "correction_needed", "identity_note": "Nama berbeda dengan KTP."}
    for number in range(3):
        await emas.complete(case, "Task_VerifyIdentity", **asked)
        await emas.the_applicant_corrects(case, applicant_name=f"Budi Rekaan {'I' * (number + 1)}")
    await emas.complete(case, "Task_VerifyIdentity", **asked)
    await emas.ends_at(case, "EndEvent_ApplicationExpired")
    assert case.path.count("Task_NotifyCorrection") == 3


async def test_one_agency_that_refuses_leads_to_a_rejection_by_a_person(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.HEALTH)
    await emas.complete_each(case, *emas.INTAKE)
    await emas.agency_says(case, "DINKES", **REFUSES)
    await emas.complete(case, "Task_DecideRejection")
    await emas.ends_at(case, "EndEvent_ApplicationRejected")


async def test_the_office_itself_can_propose_a_rejection(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.RESEARCH)
    await emas.complete_each(case, *emas.INTAKE)
    proposal = {"draft_result": "rejection_proposed", "rejection_proposal": REASON}
    await emas.complete(case, "Task_DraftLicence", **proposal)
    await emas.complete(case, "Task_DecideRejection")
    await emas.ends_at(case, "EndEvent_ApplicationRejected")


async def test_a_draft_is_returned_by_the_second_pair_of_eyes_and_by_the_signer(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.RESEARCH)
    await emas.complete_each(case, *emas.INTAKE, "Task_DraftLicence")
    await emas.complete(case, "Task_VerifyDraft", verification_result="returned", verification_note="Tanggal salah.")
    await emas.complete_each(case, "Task_DraftLicence", "Task_VerifyDraft")
    await emas.complete(case, "Task_SignLicence", signing_result="returned", return_reason="Nama lembaga salah.")
    await emas.complete_each(case, *emas.ISSUING)
    await emas.ends_at(case, "EndEvent_LicenceIssued")


async def test_who_drafted_cannot_verify_and_who_verified_cannot_sign(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.RESEARCH)
    await emas.complete_each(case, *emas.INTAKE)
    await emas.complete(case, "Task_DraftLicence", officer="sama")
    with pytest.raises(NotAllowedNow, match="four eyes"):
        await emas.complete(case, "Task_VerifyDraft", officer="sama")
    await emas.complete(case, "Task_VerifyDraft", officer="lain")
    with pytest.raises(NotAllowedNow, match="four eyes"):
        await emas.complete(case, "Task_SignLicence", officer="lain")
    await emas.complete(case, "Task_SignLicence", officer="kadis")
    await emas.ends_at(case, "EndEvent_LicenceIssued")


async def test_an_applicant_who_withdraws_ends_what_the_agencies_do(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.HEALTH)
    await emas.complete_each(case, *emas.INTAKE)
    task = await emas.agency_task(case, "DINKES")
    await emas.the_applicant_withdraws(case)
    await emas.ends_at(case, "EndEvent_ApplicationWithdrawn")
    await case.task_changes(task.user_task_key, lambda task: task.ended_at is not None, "the agency's task is over")


async def test_a_drawn_case_goes_to_the_inspectorate(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.RESEARCH, audited=True)
    await emas.complete_each(case, *emas.INTAKE, *emas.ISSUING, "Task_AuditCase")
    await emas.ends_at(case, "EndEvent_LicenceIssued")
