"""PENA EMAS in the office's words: somebody applies for a licence, officers and agencies act, the applicant pays.

Everybody does what is usual unless the story says otherwise; so a story tells only what is special.
"""

from collections.abc import Mapping
from itertools import count
from typing import Any

from penaemas.history.queries import UserTask
from tests import emas
from tests.pbg import TICKED, pdf
from tests.processes.kit.story import Case, PermitOffice

AGENCY_PROCESS = "agency_recommendation_v1"
APPLICANT, TREASURER = "pemohon-contoh", "bendahara-contoh"
INTAKE = ("Task_VerifyIdentity", "Task_CheckCompleteness")
ISSUING = ("Task_DraftLicence", "Task_VerifyDraft", "Task_SignLicence")
_APPLICANTS = count(1)


async def somebody_applies(
    office: PermitOffice,
    licence_type: str = emas.RESEARCH,
    *,
    without: tuple[str, ...] = (),
    mandates: bool = True,
    **differences: Any,
) -> Case:
    """An application is handed in at the counter; the running case."""
    running, code = office.running, office.region_code
    if mandates and not await running.casefiles.emas.mandates.of_region(code, emas.DAY_ONE):
        await emas.agencies_have_officers(running.casefiles, code)
    place = {"region_code": code, "sub_district_code": code.replace(".", "") + "02"}
    receipt = await running.casefiles.emas.submission.submit(
        emas.application(licence_type, **(place | differences)),
        emas.documents(licence_type, without=without),
        request_id=f"emas-story-{next(_APPLICANTS)}",
        by="loket.1",
    )
    running.wake_outbox()
    return await office.case(receipt.case_id)


async def complete(case: Case, element_id: str, *, officer: str = "", **answers: Any) -> UserTask:
    """An officer completes the open task of an element; None leaves a field out."""
    return await _complete(case, await case.open_task(element_id), officer or emas.OFFICERS[element_id], None, answers)


async def complete_each(case: Case, *element_ids: str, **answers: Mapping[str, Any]) -> None:
    """Officers complete these steps one after another."""
    for element_id in element_ids:
        await complete(case, element_id, **answers.get(element_id, {}))


async def agency_task(case: Case, agency: str, element_id: str = "Task_GiveRecommendation") -> UserTask:
    """The open task of an agency."""
    queries = case.office.running.history.queries
    group = f"{case.office.region_code}/REKOM_{agency}"

    def find() -> UserTask | None:
        for child in queries.children(case.process_instance_key):
            if child.bpmn_process_id == AGENCY_PROCESS:
                for task in queries.tasks_of(child.process_instance_key):
                    is_open = task.ended_at is None and not task.provisional and task.element_id == element_id
                    if is_open and group in task.candidate_groups:
                        return task
        return None

    return await case.office._recorded(find)


async def agency_says(case: Case, agency: str, element_id: str = "Task_GiveRecommendation", **answers: Any) -> UserTask:
    """An agency's officer completes its task."""
    task = await agency_task(case, agency, element_id)
    return await _complete(case, task, emas.agency_officer(agency), agency, answers)


async def the_applicant_corrects(case: Case, *documents: str, **changes: Any) -> None:
    """The applicant answers the open request, as soon as it waits for them."""
    await case.passes("Gateway_AwaitCorrection", times=case.path.count("Task_ReceiveCorrection") + 1)
    office = case.office.running
    files = {kind: pdf(f"perbaikan {kind} {next(_APPLICANTS)}") for kind in documents}
    await office.casefiles.emas.corrections.submit(case.case_id, changes, files, explanations={}, by=APPLICANT)
    office.wake_outbox()


async def the_applicant_pays(case: Case) -> None:
    """The treasury confirms the payment, as soon as it is waited for."""
    await case.passes("Gateway_AwaitPayment")
    office = case.office.running
    fee = await office.casefiles.emas.fees.fee_of(case.case_id)
    assert fee is not None
    await office.casefiles.emas.fees.record_payment(
        case.case_id,
        reference=f"STS-{next(_APPLICANTS)}",
        amount_idr=fee["amount_idr"],
        paid_at=office.clock.now(),
        by=TREASURER,
    )
    office.wake_outbox()


async def the_applicant_withdraws(case: Case) -> None:
    """The application is taken back."""
    office = case.office.running
    await office.casefiles.emas.submission.withdraw(case.case_id, reason="Tidak jadi.", by=APPLICANT)
    office.wake_outbox()


async def ends_at(case: Case, end: str) -> None:
    """The case is over, and that is where."""
    assert (await case.ends()).state == "completed", case.stands()
    assert case.path[-1] == end, case.stands()


async def _complete(
    case: Case, task: UserTask, officer: str, agency: str | None, answers: Mapping[str, Any]
) -> UserTask:
    office = case.office.running
    usual = dict(emas.STEPS[task.element_id])
    if task.element_id == "Task_RecordFieldVisit":
        usual["visited_on"] = case.office.now().date().isoformat()
    entry = {**TICKED, **usual, **answers}
    await office.casefiles.emas.steps.complete_step(
        case.case_id,
        task.user_task_key,
        task.element_id,
        {name: value for name, value in entry.items() if value is not None},
        officer=officer,
        agency_id=agency,
    )
    office.wake_outbox()
    return await case.task_changes(
        task.user_task_key, lambda task: task.ended_at is not None, f"ends {task.element_id}"
    )
