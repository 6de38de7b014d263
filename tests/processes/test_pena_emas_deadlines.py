"""Every deadline of PENA EMAS: alarms of its steps, the agency's head, the stand-in, and the limit of the service."""

from datetime import timedelta

import pytest

from penaemas.casefiles.escalation_steps import SERVICE_WINDOW
from penaemas.licensing.posts import StandInKind
from tests import emas as licences
from tests.processes.kit import emas
from tests.processes.kit.ladders import fires
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


async def rings(case: Case, element_id: str, overdue_after: timedelta) -> None:
    """Nobody does the step until its time is over: the alarm leads to the ladder, which tells everybody and ends."""
    await case.open_task(element_id)
    await case.office.let_pass(overdue_after)
    await case.passes(f"EndEvent_{element_id.removeprefix('Task_')}Escalated")


def minutes(number: int) -> timedelta:
    """A moment more than so many minutes."""
    return timedelta(minutes=number, seconds=5)


async def test_every_officers_step_has_an_alarm_that_rings(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.RESEARCH)
    for element_id, limit in (
        ("Task_VerifyIdentity", 15),
        ("Task_CheckCompleteness", 60),
        ("Task_DraftLicence", 60),
        ("Task_VerifyDraft", 60),
        ("Task_SignLicence", 180),  # with the hour of the break
    ):
        await rings(case, element_id, minutes(limit))
        await emas.complete(case, element_id)
    await emas.ends_at(case, "EndEvent_LicenceIssued")


async def test_a_late_recommendation_is_told_to_the_head_of_that_agency_and_the_head_may_give_it(
    permit_office: PermitOffice,
) -> None:
    await licences.heads_are_appointed(permit_office.running.casefiles, permit_office.region_code)
    case = await emas.somebody_applies(permit_office, licences.HEALTH)
    await emas.complete_each(case, *emas.INTAKE)
    task = await emas.agency_task(case, "DINKES")
    await permit_office.let_pass(timedelta(days=1, hours=1))
    late = await fires(case, "step_100", "Task_GiveRecommendation")
    head = f"{permit_office.region_code}/KEPALA_DINKES"
    await case.task_changes(task.user_task_key, lambda task: head in task.candidate_groups, "is open to the head")
    await emas.an_agencys_ladder_ends(case, "Task_GiveRecommendation")
    assert late.told == {"KEPALA_DINKES": "kepala_dinkes", "KADIS": "kadis"}


async def test_a_field_visit_and_a_fee_have_alarms_too(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.ADVERTISING)
    await emas.complete_each(case, *emas.INTAKE)
    await emas.agency_says(case, "DLHK", recommendation_result="visit_needed", recommendation_note="Dilihat di tempat.")
    await emas.agency_task(case, "DLHK", "Task_RecordFieldVisit")
    await permit_office.let_pass(timedelta(days=1, hours=1))
    await emas.an_agencys_ladder_ends(case, "Task_RecordFieldVisit")
    await emas.agency_says(case, "DLHK", "Task_RecordFieldVisit")
    for agency in licences.FIVE_AGENCIES:
        await emas.agency_says(case, agency)
    await rings(case, "Task_ConfirmFee", minutes(60))


async def test_the_signer_who_is_away_is_replaced_only_by_decree(permit_office: PermitOffice) -> None:
    posts = permit_office.running.casefiles.deadlines.posts
    first = await emas.somebody_applies(permit_office, licences.RESEARCH)
    await emas.complete_each(first, *emas.INTAKE, "Task_DraftLicence", "Task_VerifyDraft")
    await first.open_task("Task_SignLicence")
    await permit_office.let_pass(timedelta(minutes=6))
    await first.passes("EndEvent_SignerAbsentEscalated")
    await emas.complete(first, "Task_SignLicence")
    await posts.record_decree(
        permit_office.region_code,
        "KADIS",
        "plh.contoh",
        StandInKind.PLH,
        "SK/PLH/1",
        permit_office.day(0),
        permit_office.day(5),
        by="admin-contoh",
    )
    second = await emas.somebody_applies(permit_office, licences.RESEARCH)
    await emas.complete_each(second, *emas.INTAKE, "Task_DraftLicence", "Task_VerifyDraft")
    await second.open_task("Task_SignLicence")
    await permit_office.let_pass(timedelta(minutes=6))
    await second.passes("EndEvent_StandInOffered")
    await emas.complete(second, "Task_SignLicence", officer="plh.contoh")
    await emas.ends_at(second, "EndEvent_LicenceIssued")


async def test_a_service_that_takes_longer_than_its_working_days_is_a_breach_with_its_reason(
    permit_office: PermitOffice,
) -> None:
    await licences.heads_are_appointed(permit_office.running.casefiles, permit_office.region_code)
    case = await emas.somebody_applies(permit_office, licences.RESEARCH, audited=True)
    await emas.complete_each(case, *emas.INTAKE)
    await case.open_task("Task_DraftLicence")
    # Complete on a Monday, three working days: warned at the closing of Wednesday's eve, broken on Thursday.
    await permit_office.wait_for_the_clock(permit_office.at(2, 15))
    near = await fires(case, "limit_near", SERVICE_WINDOW)
    await permit_office.wait_for_the_clock(permit_office.at(3, 15))
    broken = await fires(case, "limit_broken", SERVICE_WINDOW)
    await emas.complete_each(case, *emas.ISSUING)
    await rings(case, "Task_StateBreachReason", timedelta(hours=18))
    await emas.complete(case, "Task_StateBreachReason")
    await rings(case, "Task_AuditCase", timedelta(days=12))  # five working days, wherever they begin
    await emas.complete(case, "Task_AuditCase", audit_result="findings", audit_note="Batas terlampaui.")
    await emas.ends_at(case, "EndEvent_LicenceIssued")
    assert near.told == {"KADIS": "kadis"}
    assert set(broken.told) == {"KADIS", "INSPEKTORAT", "BAGIAN_HUKUM"}


async def test_a_rejection_that_nobody_decides_rings(permit_office: PermitOffice) -> None:
    case = await emas.somebody_applies(permit_office, licences.HEALTH)
    await emas.complete_each(case, *emas.INTAKE)
    refused = {"recommendation_result": "not_recommended", "recommendation_note": "STR tidak berlaku."}
    await emas.agency_says(case, "DINKES", **refused)
    await rings(case, "Task_DecideRejection", minutes(60))
    await emas.complete(case, "Task_DecideRejection")
    await emas.ends_at(case, "EndEvent_ApplicationRejected")
