"""The three jobs of a public information request, as the process sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.information_request_forms import AnswerEntry
from penaemas.zeebe.job_contract import ContractViolation
from tests.offices import LAMPUNG_SELATAN, SUMEDANG, OfficeClock, request_of
from workers.public_information.close_request import CloseRequestInput, close_request
from workers.public_information.extend_deadline import ExtendDeadlineInput, ExtensionAlreadyUsed, extend_deadline
from workers.public_information.register_request import (
    RegisterRequestInput,
    RegisterRequestOutput,
    register_request,
)

TASK = 2251799813685300


async def received(office: Office) -> str:
    receipt = await office.information_requests.submit(request_of(), request_id="a", by="counter.1")
    return receipt.case_id


async def registered(office: Office, case_id: str) -> RegisterRequestOutput:
    job = RegisterRequestInput(case_id=case_id, region_code=SUMEDANG)
    return await register_request(job, information_requests=office.information_requests)


async def test_a_request_gets_number_deadline_and_commitment(office: Office) -> None:
    output = await registered(office, await received(office))

    assert output.request_number == "PIP-3211-2026-0001"
    assert output.registered_at < output.answer_warn_at < output.answer_due_at
    assert len(bytes.fromhex(output.request_commitment)) == 32


async def test_a_repeated_job_registers_nothing_new(office: Office, clock: OfficeClock) -> None:
    case_id = await received(office)
    first = await registered(office, case_id)
    clock.let_pass(timedelta(hours=2))

    assert await registered(office, case_id) == first


@pytest.mark.parametrize("region_code", [LAMPUNG_SELATAN, "99.99"])
async def test_a_case_that_is_not_of_this_region_is_an_incident(office: Office, region_code: str) -> None:
    job = RegisterRequestInput(case_id=await received(office), region_code=region_code)

    with pytest.raises(ContractViolation):
        await register_request(job, information_requests=office.information_requests)


async def test_the_second_extension_takes_the_other_path(office: Office) -> None:
    case_id = await received(office)
    due_at = (await registered(office, case_id)).answer_due_at
    job = ExtendDeadlineInput(case_id=case_id, region_code=SUMEDANG, answer_due_at=due_at)
    first = await extend_deadline(job, information_requests=office.information_requests)
    assert await extend_deadline(job, information_requests=office.information_requests) == first

    again = ExtendDeadlineInput(case_id=case_id, region_code=SUMEDANG, answer_due_at=first.answer_due_at)
    with pytest.raises(ExtensionAlreadyUsed):
        await extend_deadline(again, information_requests=office.information_requests)


async def test_the_deadline_survives_the_way_through_the_engine(office: Office) -> None:
    case_id = await received(office)
    variables = (await registered(office, case_id)).model_dump(mode="json")

    job = ExtendDeadlineInput.model_validate({"case_id": case_id, "region_code": SUMEDANG} | variables)
    output = await extend_deadline(job, information_requests=office.information_requests)

    assert output.answer_due_at > datetime(2026, 2, 18, 9, tzinfo=UTC)


async def test_closing_gives_the_commitment_of_the_answer(office: Office) -> None:
    case_id = await received(office)
    entry = AnswerEntry(answer_decision="refused", answer_text="Maaf.", refusal_reason="Pasal 17 UU 14/2008")
    await office.information_requests.answer(case_id, TASK, entry, officer="ppid.satu")
    job = CloseRequestInput(case_id=case_id, answer_decision="refused")

    first = await close_request(job, information_requests=office.information_requests)

    assert await close_request(job, information_requests=office.information_requests) == first
    assert len(bytes.fromhex(first.answer_commitment)) == 32


async def test_a_decision_that_nobody_wrote_down_is_an_incident(office: Office) -> None:
    job = CloseRequestInput(case_id=await received(office), answer_decision="given")

    with pytest.raises(ContractViolation, match="no answer with this decision"):
        await close_request(job, information_requests=office.information_requests)
