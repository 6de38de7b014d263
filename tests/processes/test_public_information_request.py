"""A citizen asks for public information; the PPID answers within ten working days or extends the time once."""

import uuid

import pytest

from penaemas.casefiles.information_request_forms import AnswerDecision, AnswerEntry, RequestEntry
from tests.processes.kit.running_office import RunningOffice
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

PPID = "ppid-rani"
REGISTERED_AND_ASKED = (
    "StartEvent_InformationRequested",
    "Task_RegisterRequest",
    "Gateway_AnswerRoundBegins",
    "Task_AnswerRequest",
)


async def a_citizen_asks(office: RunningOffice, region_code: str) -> str:
    """Hand in a request at the counter; the case id."""
    entry = RequestEntry(
        region_code=region_code,
        requester_name="Warga Contoh",
        requester_contact="warga.contoh@contoh.example",
        information_requested="Daftar PBG yang terbit bulan lalu, tanpa data pribadi.",
        purpose="Penelitian",
    )
    receipt = await office.casefiles.information_requests.submit(entry, request_id=str(uuid.uuid4()), by="loket-contoh")
    office.wake_outbox()
    return receipt.case_id


async def a_request_in(office: PermitOffice) -> Case:
    """A citizen asks in the story's own region."""
    return await office.case(await a_citizen_asks(office.running, office.region_code))


async def ppid_answers(case: Case, decision: AnswerDecision, *, task_number: int = 1) -> None:
    """The officer fills in the form and completes the task."""
    task = await case.waits_at("Task_AnswerRequest", task_number=task_number)
    entry = AnswerEntry(
        answer_decision=decision,
        answer_text=None if decision == "extended" else "Terlampir.",
        refusal_reason="Sebagian dikecualikan menurut UU 14/2008 Pasal 17."
        if decision in ("refused", "partly_given")
        else None,
    )
    office = case.office.running
    await office.casefiles.information_requests.answer(case.case_id, task.user_task_key, entry, officer=PPID)
    office.wake_outbox()


@pytest.mark.parametrize(
    ("decision", "end"),
    [
        ("given", "EndEvent_RequestAnswered"),
        ("partly_given", "EndEvent_RequestAnswered"),
        ("refused", "EndEvent_RequestRefused"),
    ],
)
async def test_a_request_is_answered_in_time(permit_office: PermitOffice, decision: AnswerDecision, end: str) -> None:
    case = await a_request_in(permit_office)

    await ppid_answers(case, decision)

    assert (await case.ends()).state == "completed"
    assert case.path == (
        *REGISTERED_AND_ASKED,
        "Gateway_AnswerDecision",
        "Task_CloseRequest",
        "Gateway_RequestGranted",
        end,
    )


async def test_the_engines_own_record_says_which_officer_answered(permit_office: PermitOffice) -> None:
    case = await a_request_in(permit_office)
    task = await case.waits_at("Task_AnswerRequest")

    await ppid_answers(case, "given")
    await case.ends()

    answered = permit_office.running.history.queries.task(task.user_task_key)
    assert answered is not None
    assert (answered.state, answered.assignee) == ("completed", PPID)


async def test_an_answer_is_due_at_the_closing_of_the_tenth_working_day(permit_office: PermitOffice) -> None:
    case = await a_request_in(permit_office)

    task = await case.waits_at("Task_AnswerRequest")

    assert task.due_at == permit_office.at(14, 15)
    assert task.candidate_groups == (f"{permit_office.region_code}/PPID",)


async def test_a_holiday_of_the_region_gives_the_office_a_day_more(permit_office: PermitOffice) -> None:
    permit_office.is_closed_on(2)

    case = await a_request_in(permit_office)

    assert (await case.waits_at("Task_AnswerRequest")).due_at == permit_office.at(15, 15)


async def test_at_four_fifths_of_the_time_the_supervisors_may_take_the_task(permit_office: PermitOffice) -> None:
    case = await a_request_in(permit_office)
    task = await case.waits_at("Task_AnswerRequest")

    # 65 office hours until the deadline; 52 of them have passed on the second Thursday at 13.30.
    await permit_office.wait_for_the_clock(permit_office.at(10, 13, 29))
    assert "Task_InvolveSupervisor" not in case.path
    await permit_office.wait_for_the_clock(permit_office.at(10, 13, 30))

    await case.passes("EndEvent_SupervisorInvolved")
    shared = await case.task_changes(
        task.user_task_key, lambda task: len(task.candidate_groups) == 2, "lets the supervisors take the task"
    )
    assert shared.candidate_groups == (f"{permit_office.region_code}/PPID", f"{permit_office.region_code}/PENGAWAS")
    assert shared.ended_at is None, "the officer's task stays open"
    await ppid_answers(case, "given")
    assert (await case.ends()).state == "completed"


async def test_the_time_is_extended_once_and_only_once(permit_office: PermitOffice) -> None:
    case = await a_request_in(permit_office)
    first = await case.waits_at("Task_AnswerRequest")

    await ppid_answers(case, "extended")
    second = await case.waits_at("Task_AnswerRequest", task_number=2)
    await ppid_answers(case, "extended", task_number=2)
    third = await case.waits_at("Task_AnswerRequest", task_number=3)
    await ppid_answers(case, "given", task_number=3)
    await case.ends()

    # The seventh working day after the second Monday closing is the Wednesday of the week after.
    assert (first.due_at, second.due_at, third.due_at) == (
        permit_office.at(14, 15),
        permit_office.at(23, 15),
        permit_office.at(23, 15),
    )
    assert case.path.count("BoundaryEvent_ExtensionAlreadyUsed") == 1
