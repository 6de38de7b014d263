"""PENA EMAS in the office's words: somebody applies for a licence, officers and agencies act, the applicant pays.

Everybody does what is usual unless the story says otherwise; so a story tells only what is special.
"""

import uuid
from collections.abc import Mapping
from itertools import count
from typing import Any
from unittest.mock import patch

from penaemas.casefiles.emas import submission
from penaemas.casefiles.payments import PaymentOutcome, ToldPayment
from penaemas.history.queries import UserTask
from penaemas.licensing.audit_sample import is_drawn
from tests import emas, signing_double
from tests.pbg import TICKED, pdf
from tests.processes.kit.story import Case, PermitOffice

AGENCY_PROCESS = "agency_recommendation_v1"
APPLICANT = "pemohon-contoh"
INTAKE = ("Task_VerifyIdentity", "Task_CheckCompleteness")
ISSUING = ("Task_DraftLicence", "Task_VerifyDraft", "Task_SignLicence")
_APPLICANTS = count(1)


async def somebody_applies(
    office: PermitOffice,
    licence_type: str = emas.RESEARCH,
    *,
    without: tuple[str, ...] = (),
    audited: bool = False,
    **differences: Any,
) -> Case:
    """An application is handed in at the counter; the running case.

    Args:
        without: documents that are not handed in.
        audited: whether it is one of the cases that the sample draws; a story is not left to chance.
    """
    running, code = office.running, office.region_code
    if not await running.casefiles.emas.mandates.of_region(code, emas.DAY_ONE):
        await emas.agencies_have_officers(running.casefiles, code)
    place = {"region_code": code, "sub_district_code": code.replace(".", "") + "02"}
    with patch.object(submission, "new_case_id", lambda: _case_id(office, audited)):
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


async def an_agencys_ladder_ends(case: Case, element_id: str) -> None:
    """Wait until the ladder of an agency's step has told everybody it had to tell."""
    queries, end = case.office.running.history.queries, f"EndEvent_{element_id.removeprefix('Task_')}Escalated"

    def ended() -> bool:
        children = queries.children(case.process_instance_key)
        return any(step.element_id == end for child in children for step in queries.path(child.process_instance_key))

    await case.office._recorded(ended)


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
    """The treasury tells of the payment twice, as soon as it is waited for."""
    await case.passes("Gateway_AwaitPayment")
    office = case.office.running
    fee = await office.casefiles.emas.fees.fee_of(case.case_id)
    assert fee is not None
    reference = f"STS-{case.office.region_code}-{next(_APPLICANTS)}"
    paid = ToldPayment(reference, fee["number"], fee["amount_idr"], office.clock.now(), "callback")
    verdicts = [await office.casefiles.payments.take(paid) for _ in range(2)]
    assert [verdict.outcome for verdict in verdicts] == [PaymentOutcome.TAKEN] * 2
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


def _case_id(office: PermitOffice, audited: bool) -> str:
    """An id that the keys of this month and the next both draw, or both leave out."""
    months = {f"{office.day(number):%Y-%m}" for number in (0, 28)}
    keys = [office.running.casefiles.vault.blind("audit sample", month) for month in months]
    candidates = (str(uuid.uuid4()) for _ in count())
    return next(one for one in candidates if all(is_drawn(key, one) == audited for key in keys))


async def _complete(
    case: Case, task: UserTask, officer: str, agency: str | None, answers: Mapping[str, Any]
) -> UserTask:
    office = case.office.running
    usual = dict(emas.STEPS[task.element_id])
    if task.element_id == "Task_RecordFieldVisit":
        usual["visited_on"] = case.office.now().date().isoformat()
    entry = {**TICKED, **usual, **answers}
    given = {name: value for name, value in entry.items() if value is not None}
    key, files, element_id = task.user_task_key, office.casefiles, task.element_id
    command = None
    if signing_double.signs(element_id, given):
        command = await signing_double.sign(files, files.emas.signing.process_id, case.case_id, key, given, officer)
    if command is None:
        await files.emas.steps.complete_step(case.case_id, key, element_id, given, officer=officer, agency_id=agency)
    office.wake_outbox()
    return await case.task_changes(
        task.user_task_key, lambda task: task.ended_at is not None, f"ends {task.element_id}"
    )
